import type { RewardMapLine } from '../../contract/runFiles.generated';

export interface LikelyToken {
	readonly text: string;
	/** Log-probability in nats. */
	readonly logProb: number;
}

/** One token of an answer under two models; log-probabilities in nats. */
export interface ScoredToken {
	/** Empty where a character has several tokens, from the second on. */
	readonly text: string;
	readonly policy: number;
	/** The policy scored once more. */
	readonly again: number;
	readonly reference: number;
	/** The likeliest at this place, the likeliest first. */
	readonly policyTop: readonly LikelyToken[];
	readonly referenceTop: readonly LikelyToken[];
}

/** Which answer of a comparison a line is about. */
export interface ScoredAnswerKey {
	readonly promptId: string;
	readonly sample: number;
	/** Who gave the answer. */
	readonly model?: string;
}

/** A line of rewardMap.jsonl. */
export interface ScoredAnswer extends ScoredAnswerKey {
	/** Why there are no tokens. */
	readonly problem?: string;
	readonly tokens: readonly ScoredToken[];
	/** Tokens before those that the template ends the answer with. */
	readonly ending: number;
}

/** Undefined for a line that is broken. */
export function parseRewardMapLine(line: string): ScoredAnswer | undefined {
	let row: Partial<Record<keyof RewardMapLine, unknown>> | null;
	try {
		row = JSON.parse(line) as typeof row;
	} catch {
		return undefined;
	}
	if (typeof row !== 'object' || row === null) {
		return undefined;
	}
	const { promptId, promptIndex, sample, model, problem } = row;
	const key = {
		promptId: typeof promptId === 'string' ? promptId : String(promptIndex ?? ''),
		sample: typeof sample === 'number' && sample > 0 ? Math.trunc(sample) : 0,
		...(typeof model === 'string' ? { model } : {}),
	};
	if (typeof problem === 'string') {
		return { ...key, problem, tokens: [], ending: 0 };
	}
	const tokens = tokensOf(row);
	if (tokens === undefined) {
		return undefined;
	}
	const ending = typeof row.ending === 'number' ? row.ending : tokens.length;
	return { ...key, tokens, ending: Math.min(Math.max(0, Math.trunc(ending)), tokens.length) };
}

function tokensOf(row: Partial<Record<keyof RewardMapLine, unknown>>): ScoredToken[] | undefined {
	const texts = row.tokens;
	const [policy, again, reference] = [row.policy, row.again, row.reference].map(numbersOf);
	if (!Array.isArray(texts) || !policy || !again || !reference) {
		return undefined;
	}
	const [policyTop, referenceTop] = [row.policyTop, row.referenceTop].map(topOf);
	const counts = [policy, again, reference].map(values => values.length);
	if (texts.length === 0 || counts.some(count => count !== texts.length)) {
		return undefined;
	}
	return texts.map((text: unknown, i) => ({
		text: typeof text === 'string' ? text : '',
		policy: policy[i] ?? 0,
		again: again[i] ?? 0,
		reference: reference[i] ?? 0,
		policyTop: policyTop?.[i] ?? [],
		referenceTop: referenceTop?.[i] ?? [],
	}));
}

function numbersOf(value: unknown): number[] | undefined {
	const all = Array.isArray(value) ? value : undefined;
	return all?.every((one): one is number => typeof one === 'number' && Number.isFinite(one))
		? all
		: undefined;
}

function topOf(value: unknown): LikelyToken[][] {
	const places: unknown[] = Array.isArray(value) ? value : [];
	return places.map(place =>
		(Array.isArray(place) ? place : []).flatMap((one: unknown) => {
			const [text, logProb]: unknown[] = Array.isArray(one) ? one : [];
			return typeof text === 'string' && typeof logProb === 'number' ? [{ text, logProb }] : [];
		}),
	);
}
