import type { ChatMessage } from './promptSet';
import type { ModelResponse } from './response';
import type { Vote } from './vote';

/** One row of `votes.jsonl`, in TRL's conversational preference form and nothing else. */
export interface PreferencePair {
	readonly prompt: readonly ChatMessage[];
	readonly chosen: readonly ChatMessage[];
	readonly rejected: readonly ChatMessage[];
}

/** Where the pair on the same line of `votes.jsonl` came from: one line of the sidecar. */
export interface PairProvenance {
	readonly schemaVersion: 1;
	readonly comparisonId: string;
	readonly promptId: string;
	readonly voteId: string;
	readonly voter: string;
	/** ISO 8601 time of the vote. */
	readonly time: string;
	readonly blind: boolean;
	/** Labels as they were shown, left to right. */
	readonly order: readonly string[];
	readonly chosen: PairSide;
	readonly rejected: PairSide;
	readonly promptSha256: string;
	/** Of the row's JSON: tells whether somebody edited the row since. */
	readonly pairSha256: string;
}

export interface PairSide {
	readonly label: string;
	/** Model reference of the comparison; the label again when it names none. */
	readonly ref: string;
	readonly sampling: Readonly<Record<string, unknown>>;
	readonly finishReason: string;
	readonly sha256: string;
}

/** Why a voted pair of answers gives no row. */
export type SkipReason =
	'tie' | 'bothBad' | 'identical' | 'emptyChosen' | 'answerMissing' | 'answerChanged';

export interface SkippedPair {
	readonly promptId: string;
	readonly voter: string;
	readonly label?: string;
	readonly reason: SkipReason;
}

/** `each`: the best against every other, N − 1 rows. `worst`: against the named worst, when named. */
export type PairRule = 'each' | 'worst';

export interface PairSource {
	readonly comparisonId: string;
	readonly models: readonly { readonly label: string; readonly ref: string }[];
	readonly votes: readonly Vote[];
	/** The turns of a prompt, or undefined when the comparison has lost it. */
	messages(promptId: string): readonly ChatMessage[] | undefined;
	response(label: string, promptId: string): ModelResponse | undefined;
	/** Lower-case hex. */
	sha256(text: string): string;
}

export interface PreferencePairs {
	readonly rows: readonly {
		readonly pair: PreferencePair;
		readonly provenance: PairProvenance;
	}[];
	readonly skipped: readonly SkippedPair[];
}

/**
 * The rows that the standing votes of one comparison make, in order of the votes given. Ties, both
 * bad and equal texts never become a row; every pair that gives none is listed with its reason.
 */
export function preferencePairs(source: PairSource, rule: PairRule = 'each'): PreferencePairs {
	const rows: { pair: PreferencePair; provenance: PairProvenance }[] = [];
	const skipped: SkippedPair[] = [];
	for (const vote of source.votes) {
		const { promptId, voter } = vote;
		if (vote.verdict !== 'best' || vote.best === undefined) {
			skipped.push({ promptId, voter, reason: vote.verdict === 'tie' ? 'tie' : 'bothBad' });
			continue;
		}
		const losers =
			rule === 'worst' && vote.worst !== undefined
				? [vote.worst]
				: vote.order.filter(label => label !== vote.best);
		for (const label of losers) {
			const row = pairOf(source, vote, vote.best, label);
			if (typeof row === 'string') {
				skipped.push({ promptId, voter, label, reason: row });
			} else {
				rows.push(row);
			}
		}
	}
	return { rows, skipped };
}

function pairOf(
	source: PairSource,
	vote: Vote,
	best: string,
	loser: string,
): { pair: PreferencePair; provenance: PairProvenance } | SkipReason {
	const prompt = source.messages(vote.promptId);
	const chosen = source.response(best, vote.promptId);
	const rejected = source.response(loser, vote.promptId);
	if (!prompt || !chosen || !rejected) {
		return 'answerMissing';
	}
	const chosenSide = sideOf(source, chosen, best);
	const rejectedSide = sideOf(source, rejected, loser);
	if (vote.answers[best] !== chosenSide.sha256 || vote.answers[loser] !== rejectedSide.sha256) {
		return 'answerChanged';
	}
	if (chosen.response.trim() === rejected.response.trim()) {
		return 'identical';
	}
	if (chosen.response.trim() === '') {
		return 'emptyChosen';
	}
	const turns = prompt.map(({ role, content }) => ({ role, content }));
	const pair: PreferencePair = {
		prompt: turns,
		chosen: [{ role: 'assistant', content: chosen.response }],
		rejected: [{ role: 'assistant', content: rejected.response }],
	};
	return {
		pair,
		provenance: {
			schemaVersion: 1,
			comparisonId: source.comparisonId,
			promptId: vote.promptId,
			voteId: vote.id,
			voter: vote.voter,
			time: vote.time,
			blind: vote.blind,
			order: vote.order,
			chosen: chosenSide,
			rejected: rejectedSide,
			promptSha256: source.sha256(JSON.stringify(turns)),
			pairSha256: source.sha256(JSON.stringify(pair)),
		},
	};
}

function sideOf(source: PairSource, response: ModelResponse, label: string): PairSide {
	return {
		label,
		ref: source.models.find(model => model.label === label)?.ref ?? label,
		sampling: response.sampling,
		finishReason: response.finishReason,
		sha256: source.sha256(response.response),
	};
}
