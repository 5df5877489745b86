import { ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import type { Judged } from '../../core/responses/judging/judged';
import {
	planWords,
	sendingPlan,
	type JudgePlan,
	type Prices,
	type SendingPlan,
} from '../../core/responses/judging/sendingPlan';
import { authorName } from '../../node/dataset/annotationStore';
import { EndpointClient, endpointKeyFromEnvironment } from '../../node/responses/endpointClient';
import { spentJudgedWords } from '../../core/responses/judging/spentJudged';
import { readSpent } from '../../node/responses/spentFile';
import { judgeEndpoint } from '../../node/responses/judging/judgeComparison';
import { hostOf } from '../../node/responses/judging/judgeParty';
import { keepJudgedScores } from '../../node/responses/judging/judgedScores';
import type { Services } from '../services';

/** A judge by its reference, with the key that the environment has for it. */
export function judgeClient(services: Services, ref: string): Result<EndpointClient> {
	const endpoint = judgeEndpoint(ref, services.endpoints);
	if (!endpoint.ok) {
		return endpoint;
	}
	const key = endpointKeyFromEnvironment(endpoint.value.name, process.env);
	return ok(new EndpointClient({ ...endpoint.value, ...(key === undefined ? {} : { key }) }));
}

/** What would be sent, at the prices of the options, else of the endpoint's settings. */
export function planFor(
	services: Services,
	plan: JudgePlan,
	{ endpoint }: EndpointClient,
	{ price, replyPrice }: Prices,
): SendingPlan {
	const prices =
		price === undefined ? (services.endpoints[endpoint.name] ?? {}) : { price, replyPrice };
	return sendingPlan(plan, hostOf(endpoint.url), prices);
}

/** The plan for people, where nothing was sent. */
export function planText(plan: SendingPlan, leftOut: ReadonlyMap<string, number>): string {
	return [...planWords(plan, leftOut), 'Nothing was sent. --yes sends it.', ''].join('\n');
}

/** That figures count prompts which were trained on; empty where they do not. */
export async function spentText(
	{ folder }: Pick<Services, 'folder'>,
	comparison: Comparison,
	judged: Judged,
): Promise<string> {
	const isSpent = await readSpent(folder.preferences);
	return spentJudgedWords(comparison, judged, isSpent)
		.map(sentence => `${sentence}\n`)
		.join('');
}

/** What was kept with runs: a field of the document, and a sentence. */
export function scoresOf(
	{ library }: Services,
	comparison: Comparison,
	judged: Judged,
): Result<{ readonly json: object; readonly text: string }> {
	const by = { author: authorName(), at: new Date().toISOString() };
	const added = keepJudgedScores(library, comparison, judged, by);
	if (!added.ok) {
		return added;
	}
	const { kept, unknown } = added.value;
	const runs = new Set(kept.map(({ runId }) => runId)).size;
	return ok({
		json: kept.length === 0 ? {} : { scores: kept },
		text: [
			...(kept.length > 0
				? [
						`${kept.length} scores are kept with ${runs === 1 ? 'a run' : `${runs} runs`}, to stand beneath the loss.\n`,
					]
				: []),
			...(unknown.length > 0
				? [`Not kept as a score: this workspace does not know the run ${unknown.join(', ')}.\n`]
				: []),
		].join(''),
	});
}

/** Where nothing new was judged. */
export const noScores = ok({ json: {}, text: '' });
