import { liveLanguageModel } from '../../core/responses/languageModelLive';
import type { LiveAnswerer } from '../../core/responses/liveAnswerer';
import { parseModelRef } from '../../core/training/modelRef';
import { endpointAnswerer } from '../../node/responses/endpointStream';
import type { EndpointSettings } from '../settings';
import { languageModels } from './languageModels';

export interface LiveServices {
	endpoints(): Readonly<Record<string, EndpointSettings>>;
	endpointKey(name: string): Promise<string | undefined>;
}

/** The models that can be asked at once: endpoints and the editor's own. Undefined for any other. */
export async function liveAnswererFor(
	{ endpoints, endpointKey }: LiveServices,
	ref: string,
): Promise<LiveAnswerer | undefined> {
	const parsed = parseModelRef(ref);
	const model = parsed.ok ? parsed.value : undefined;
	if (model?.kind === 'vscode') {
		const offered = (await languageModels()).find(({ id }) => id === model.id);
		return offered && liveLanguageModel(offered);
	}
	const known = endpoints();
	if (model?.kind !== 'endpoint' || !Object.hasOwn(known, model.name)) {
		return undefined;
	}
	const { name } = model;
	const endpoint = known[name];
	const key = await endpointKey(name);
	return endpoint && endpointAnswerer({ name, ...endpoint, ...(key === undefined ? {} : { key }) });
}
