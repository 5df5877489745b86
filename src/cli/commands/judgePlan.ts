import { ok, type Result } from '../../core/base/result';
import type { Agreement } from '../../core/responses/statistics/agreement';
import { EndpointClient, endpointKeyFromEnvironment } from '../../node/responses/endpointClient';
import { judgeEndpoint, type JudgePlan } from '../../node/responses/judging/judgeComparison';
import type { Services } from '../services';

/** About so many characters make a token in English. */
const charactersPerToken = 4;

export interface Prices {
	/** Of a million tokens, of questions and of replies. */
	readonly price?: number;
	readonly replyPrice?: number;
}

/** What would be sent, where, and what it may cost. */
export interface SendingPlan extends JudgePlan {
	readonly toSend: number;
	/** Host, and port where there is one, that the texts would go to. */
	readonly goesTo: string;
	/** About so many tokens of questions, and at most so many of replies. */
	readonly tokens: { readonly questions: number; readonly replies: number };
	/** At most, in the currency of the prices that were given. */
	readonly cost?: number;
}

/** A judge by its reference, with the key that the environment has for it. */
export function judgeClient(services: Services, ref: string): Result<EndpointClient> {
	const endpoint = judgeEndpoint(ref, services.endpoints);
	if (!endpoint.ok) {
		return endpoint;
	}
	const key = endpointKeyFromEnvironment(endpoint.value.name, process.env);
	return ok(new EndpointClient({ ...endpoint.value, ...(key === undefined ? {} : { key }) }));
}

export function sendingPlan(
	{ questions, known, characters, leftOut, maxReplyTokens }: JudgePlan,
	{ endpoint }: EndpointClient,
	{ price, replyPrice }: Prices,
): SendingPlan {
	const tokens = {
		questions: Math.ceil(characters / charactersPerToken),
		replies: maxReplyTokens,
	};
	const cost =
		price === undefined
			? undefined
			: (tokens.questions * price + tokens.replies * (replyPrice ?? price)) / 1e6;
	return {
		questions,
		known,
		characters,
		leftOut,
		maxReplyTokens,
		toSend: questions - known,
		goesTo: new URL(endpoint.url).host,
		tokens,
		...(cost === undefined ? {} : { cost }),
	};
}

export function planText(plan: SendingPlan, leftOut: readonly string[] = []): string {
	const { toSend, known, characters, goesTo, tokens, cost } = plan;
	return [
		`${toSend} questions with ${characters} characters of prompts and answers would go to ${goesTo}: about ${tokens.questions} tokens, and at most ${tokens.replies} of replies${cost === undefined ? '' : `, at most ${cost.toFixed(2)} in your currency`}.`,
		...(known > 0 ? [`${known} more are answered already and are not asked again.`] : []),
		...leftOut,
		'Nothing was sent. --yes sends it.',
		'',
	].join('\n');
}

/** Comes before any figure of a judge. */
export function agreementText(votes: Agreement | undefined): string {
	if (votes === undefined) {
		return 'No vote of yours is on these prompts, so nothing says how far this judge agrees with you.';
	}
	const { same, items, kappa } = votes;
	const beyondChance = kappa
		? `: kappa ${kappa.value.toFixed(2)} (${kappa.low.toFixed(2)} to ${kappa.high.toFixed(2)})`
		: '';
	return `Agrees with your votes on ${(100 * same).toFixed(0)}% of ${items}${beyondChance}.`;
}
