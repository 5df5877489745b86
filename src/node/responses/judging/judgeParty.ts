import type { Answerer } from '../../../core/responses/answerer';
import type { EndpointClient } from '../endpointClient';

/** Who judges: an endpoint, or a language model of the editor. */
export interface JudgeParty {
	readonly answerer: Answerer;
	/** What its server calls it; part of what replies are kept by. */
	readonly model: string;
	/** Where it is; part of what replies are kept by. */
	readonly place: string;
}

export function endpointJudge(client: EndpointClient): JudgeParty {
	const { model, url } = client.endpoint;
	return { answerer: client, model, place: url };
}

/** Host, and port where there is one, for people; the whole of an address that is none. */
export function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).host : url;
}
