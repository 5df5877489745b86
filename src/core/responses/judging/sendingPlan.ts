/** What would be sent to a judge; shown before the first byte leaves the machine. */
export interface JudgePlan {
	/** Questions in all, and of them those whose answer is on disk already. */
	readonly questions: number;
	readonly known: number;
	/** Questions that would be sent; equal ones of two models once. */
	readonly toSend: number;
	/** Characters of the questions that would be sent. */
	readonly characters: number;
	/** What is left out, since an answer is missing or the way of judging has no place for it. */
	readonly leftOut: number;
	/** Of all replies together, at most. */
	readonly maxReplyTokens: number;
}

export interface Prices {
	/** Of a million tokens, of questions and of replies. */
	readonly price?: number;
	readonly replyPrice?: number;
}

/** The same with where it goes and what it may cost. */
export interface SendingPlan extends JudgePlan {
	/** Host, and port where there is one, that the texts would go to. */
	readonly goesTo: string;
	/** About so many tokens of questions, and at most so many of replies. */
	readonly tokens: { readonly questions: number; readonly replies: number };
	/** At most, in the currency of the prices that were given. */
	readonly cost?: number;
}

/** About so many characters make a token in English. */
const charactersPerToken = 4;

export function sendingPlan(
	plan: JudgePlan,
	goesTo: string,
	{ price, replyPrice }: Prices,
): SendingPlan {
	const tokens = {
		questions: Math.ceil(plan.characters / charactersPerToken),
		replies: plan.maxReplyTokens,
	};
	// Settings of people are data: a price that is no number is none.
	const isPriced = typeof price === 'number' && Number.isFinite(price);
	const perReply = typeof replyPrice === 'number' ? replyPrice : price;
	const cost = isPriced
		? (tokens.questions * price + tokens.replies * (perReply ?? price)) / 1e6
		: undefined;
	return {
		...plan,
		goesTo,
		tokens,
		...(cost === undefined ? {} : { cost }),
	};
}

/** What leaves the machine, what it may cost, and what does not leave it; a sentence each. */
export function planWords(
	{ toSend, known, characters, goesTo, tokens, cost }: SendingPlan,
	leftOut: ReadonlyMap<string, number>,
): string[] {
	return [
		`${toSend} questions with ${characters} characters of prompts and answers would go to ${goesTo}: about ${tokens.questions} tokens, and at most ${tokens.replies} of replies${cost === undefined ? '' : `, at most ${cost.toFixed(2)} in your currency`}.`,
		...(known > 0 ? [`${known} more are answered already and are not asked again.`] : []),
		...[...leftOut].map(([reason, count]) => `${count} left out: ${reason}.`),
	];
}
