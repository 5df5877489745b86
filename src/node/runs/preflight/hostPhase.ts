import { byteSize } from '../../../core/base/byteSize';
import { environmentWords } from './hostPreflight';
import type { PreflightProgress } from '../../../core/contract/runFiles.generated';

const phases: Readonly<Record<string, string>> = {
	structure: 'Reading the rows',
	environment: environmentWords,
	host: 'Looking at the host',
	tokens: 'Making tokens of the rows',
	memory: 'Adding the memory up',
	probe: 'Training two steps on the longest samples',
};

const isInBytes: ReadonlySet<string> = new Set(['structure', 'tokens']);

/** What a preflight does now, as `Progress.report` takes it. */
export function hostPhase({
	phase,
	done,
	total,
}: PreflightProgress): [message: string, fraction: number | undefined, detail: string | undefined] {
	return [
		phases[phase] ?? 'Checking',
		total > 0 ? Math.min(1, done / total) : undefined,
		total > 0 && isInBytes.has(phase) ? `${byteSize(done)} of ${byteSize(total)}` : undefined,
	];
}
