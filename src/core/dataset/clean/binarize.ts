import type { Hash } from '../exampleId';
import { isObject, type JsonObject } from '../messageShapes';
import { drawFor } from './seededDraw';

export interface BinarizeRules {
	/** `overall`: the critique's 1–10 score; `mean`: the mean of the aspect ratings. */
	readonly chosen: 'overall' | 'mean';
	/** `margin`: at random among those at least `margin` below the chosen one. */
	readonly rejected: 'random' | 'worst' | 'margin';
	readonly margin: number;
	/** Whether pairs with equal scores stay. */
	readonly ties: 'keep' | 'drop';
	/**
	 * Mends overall scores of 10 that were meant as 1: with a mean rating of at most 2 the score
	 * becomes 1, above 4 it stays, between it is not known and the reply is left out.
	 */
	readonly mendTens: boolean;
	readonly seed: number;
}

/** What the rules met on the way, whether or not it dropped the row. */
export type BinarizeNote =
	| 'a score of 10 became 1'
	| 'a score of 10 is in doubt, the reply is left out'
	| 'a reply without a score is left out'
	| 'the best score is shared, the first reply is taken'
	| 'chosen and rejected have the same score'
	| 'overall score and mean rating choose differently';

export interface RatedReply {
	readonly text: string;
	readonly model: string;
	readonly overall: number | undefined;
	readonly mean: number | undefined;
}

export type BinarizedRow =
	| { readonly kind: 'dropped'; readonly reason: string; readonly notes: readonly BinarizeNote[] }
	| {
			readonly kind: 'pair';
			readonly prompt: string;
			readonly chosen: RatedReply;
			readonly rejected: RatedReply;
			readonly scores: { readonly chosen: number; readonly rejected: number };
			readonly notes: readonly BinarizeNote[];
	  };

/** Replies of a raw UltraFeedback row; `undefined` for another kind of row. */
export function ratedReplies(
	value: unknown,
): { readonly prompt: string; readonly replies: readonly RatedReply[] } | undefined {
	if (!isObject(value) || typeof value['instruction'] !== 'string') {
		return undefined;
	}
	const completions: unknown = value['completions'];
	if (!Array.isArray(completions)) {
		return undefined;
	}
	const replies = completions.filter(isObject).flatMap(completion => {
		const { response, model } = completion;
		return typeof response === 'string'
			? [
					{
						text: response,
						model: typeof model === 'string' ? model : '',
						overall: score(completion['overall_score']),
						mean: meanRating(completion['annotations']),
					},
				]
			: [];
	});
	return { prompt: value['instruction'], replies };
}

/** Chooses two replies. The draw depends on the seed and the example alone. */
export function binarizeRow(
	value: unknown,
	id: string,
	rules: BinarizeRules,
	hash: Hash,
): BinarizedRow {
	const rated = ratedReplies(value);
	const notes: BinarizeNote[] = [];
	const dropped = (reason: string): BinarizedRow => ({ kind: 'dropped', reason, notes });
	if (!rated) {
		return dropped('not a row of raw UltraFeedback');
	}
	const scored = scoredReplies(rated.replies, rules, notes);
	const best = bestOf(scored);
	if (!best || scored.length < 2) {
		return dropped('fewer than two replies with a score');
	}
	if (scored.filter(reply => reply.score === best.score).length > 1) {
		notes.push('the best score is shared, the first reply is taken');
	}
	const byOther = bestOf(scored.map(one => ({ ...one, score: other(one.reply, rules) ?? -1 })));
	if (byOther && byOther.reply !== best.reply) {
		notes.push('overall score and mean rating choose differently');
	}
	const others = scored.filter(one => one !== best && one.reply.text !== best.reply.text);
	if (others.length === 0) {
		return dropped('all other replies say the same as the chosen one');
	}
	const rejected = rejectedOf(best, others, drawFor(rules.seed, id, hash), rules);
	if (!rejected) {
		return dropped(`no reply is ${rules.margin} below the chosen one`);
	}
	if (rejected.score === best.score) {
		notes.push('chosen and rejected have the same score');
		if (rules.ties === 'drop') {
			return dropped('chosen and rejected have the same score');
		}
	}
	return {
		kind: 'pair',
		prompt: rated.prompt,
		chosen: best.reply,
		rejected: rejected.reply,
		scores: { chosen: best.score, rejected: rejected.score },
		notes,
	};
}

interface Scored {
	readonly reply: RatedReply;
	readonly score: number;
}

function scoredReplies(
	replies: readonly RatedReply[],
	rules: BinarizeRules,
	notes: BinarizeNote[],
): Scored[] {
	return replies.flatMap(original => {
		const reply = rules.mendTens ? mended(original, notes) : original;
		const value = reply && (rules.chosen === 'overall' ? reply.overall : reply.mean);
		if (reply && (value === undefined || reply.text.trim() === '')) {
			notes.push('a reply without a score is left out');
		}
		return reply && value !== undefined && reply.text.trim() !== ''
			? [{ reply, score: value }]
			: [];
	});
}

function mended(reply: RatedReply, notes: BinarizeNote[]): RatedReply | undefined {
	if (reply.overall !== 10 || reply.mean === undefined || reply.mean > 4) {
		return reply;
	}
	if (reply.mean <= 2) {
		notes.push('a score of 10 became 1');
		return { ...reply, overall: 1 };
	}
	notes.push('a score of 10 is in doubt, the reply is left out');
	return undefined;
}

function other(reply: RatedReply, rules: BinarizeRules): number | undefined {
	return rules.chosen === 'overall' ? reply.mean : reply.overall;
}

/** The first of those with the highest score. */
function bestOf(scored: readonly Scored[]): Scored | undefined {
	return scored.reduce<Scored | undefined>(
		(best, one) => (best && best.score >= one.score ? best : one),
		undefined,
	);
}

function rejectedOf(
	best: Scored,
	others: readonly Scored[],
	draw: number,
	{ rejected, margin }: BinarizeRules,
): Scored | undefined {
	if (rejected === 'worst') {
		return others.reduce((worst, one) => (one.score < worst.score ? one : worst));
	}
	const from = rejected === 'random' ? others : others.filter(o => best.score - o.score >= margin);
	return from[Math.floor(draw * from.length)];
}

/** A number, or text that is one; “N/A” is none. */
function score(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function meanRating(annotations: unknown): number | undefined {
	if (!isObject(annotations)) {
		return undefined;
	}
	const ratings = Object.values(annotations as JsonObject)
		.map(aspect => (isObject(aspect) ? score(aspect['Rating']) : undefined))
		.filter(rating => rating !== undefined);
	return ratings.length === 0 ? undefined : ratings.reduce((a, b) => a + b) / ratings.length;
}
