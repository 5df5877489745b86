import type { RunSpec } from '../contract/runFiles.generated';
import { isTrlMethod, trlOptions } from './trlOptions';

/** β of a run that learns preferences, TRL's default where its recipe names none; else undefined. */
export function betaOf(spec: RunSpec): number | undefined {
	const method = spec.train?.method;
	if (method !== 'dpo' && method !== 'kto') {
		return undefined;
	}
	const own = spec.train?.arguments?.['beta'];
	const beta = own ?? (isTrlMethod(method) ? trlOptions(method).get('beta')?.default : undefined);
	return typeof beta === 'number' ? beta : undefined;
}
