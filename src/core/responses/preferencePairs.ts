import type { ChatMessage } from './promptSet';
import { promptTurns } from './promptTurns';
import type { ModelResponse } from './response';
import { shuffled } from './shuffle';
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
	/** How the rejected answer was taken; absent in rows of Windsocks that made every pair. */
	readonly rule?: PairRule;
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
	/** What has to be read before training on it: the answer is that of a hosted model. */
	readonly licenceNote?: string;
}

/** Why a voted pair of answers gives no row. */
export type SkipReason =
	| 'tie'
	| 'bothBad'
	| 'identical'
	| 'emptyChosen'
	| 'answerMissing'
	| 'answerChanged'
	| 'noWorst'
	| 'samePrompt'
	| 'votersDisagree'
	| 'hosted'
	| 'ownTurns'
	| 'benchmark'
	| 'editedBest';

export interface SkippedPair {
	readonly promptId: string;
	readonly voter: string;
	readonly label?: string;
	readonly reason: SkipReason;
}

/**
 * `one`: one pair a prompt, whoever voted: the best of most voters against the worst that one of them
 * named, else against one of the others, drawn by the prompt. `each`: every vote's best against every
 * other, N − 1 rows. `worst`: every vote's best against its named worst; of two answers the other is it.
 */
export type PairRule = 'one' | 'each' | 'worst';

export const pairRules: readonly PairRule[] = ['one', 'each', 'worst'];

export interface PairSource {
	readonly comparisonId: string;
	readonly models: readonly { readonly label: string; readonly ref: string }[];
	readonly votes: readonly Vote[];
	/** The turns of a prompt, or undefined when the comparison has lost it. */
	messages(promptId: string): readonly ChatMessage[] | undefined;
	response(label: string, promptId: string): ModelResponse | undefined;
	/** The note on a hosted model's terms; undefined for a model of one's own. */
	licenceNote?(answer: ModelResponse, ref: string): string | undefined;
	/** Takes pairs with hosted models' answers too, their note with them. Else they are left out. */
	readonly withHosted?: boolean;
	/** Name of the published benchmark that has this prompt: it is never trained on. */
	benchmark?(prompt: readonly ChatMessage[]): string | undefined;
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
export function preferencePairs(source: PairSource, rule: PairRule = 'one'): PreferencePairs {
	const made = new MadePairs(source, rule);
	const chosen = rule === 'one' ? oneVotePerPrompt(source.votes, made) : source.votes;
	for (const vote of chosen) {
		if (vote.verdict !== 'best' || vote.best === undefined) {
			made.skip(vote, vote.verdict === 'tie' ? 'tie' : 'bothBad');
		} else if (rule === 'one' && vote.worst === undefined) {
			made.addDrawn(vote, vote.best);
		} else {
			made.addAll(vote, vote.best);
		}
	}
	return made;
}

/** The vote that speaks for each prompt: of the best with most votes, one that names a worst. */
function oneVotePerPrompt(votes: readonly Vote[], made: MadePairs): Vote[] {
	const decided = new Map<string, Vote[]>();
	for (const vote of votes) {
		if (vote.verdict === 'best') {
			decided.set(vote.promptId, [...(decided.get(vote.promptId) ?? []), vote]);
		}
	}
	return votes.flatMap(vote => {
		const same = decided.get(vote.promptId) ?? [];
		if (vote.verdict !== 'best' || same.length === 1) {
			return [vote];
		}
		const best = mostVoted(same.map(({ best: label }) => label));
		if (best === undefined) {
			made.skip(vote, 'votersDisagree');
			return [];
		}
		const agreeing = same.filter(one => one.best === best);
		const speaker = agreeing.find(one => one.worst !== undefined) ?? agreeing[0];
		if (vote === speaker) {
			return [vote];
		}
		made.skip(vote, 'samePrompt');
		return [];
	});
}

/** Undefined where two are named equally often. */
function mostVoted(labels: readonly (string | undefined)[]): string | undefined {
	const counts = new Map<string | undefined, number>();
	for (const label of labels) {
		counts.set(label, (counts.get(label) ?? 0) + 1);
	}
	const most = Math.max(...counts.values());
	const first = [...counts].filter(([, count]) => count === most);
	return first.length === 1 ? first[0]?.[0] : undefined;
}

type MadeRow = PreferencePairs['rows'][number];

class MadePairs implements PreferencePairs {
	readonly rows: MadeRow[] = [];
	readonly skipped: SkippedPair[] = [];

	constructor(
		private readonly source: PairSource,
		private readonly rule: PairRule,
	) {}

	skip({ promptId, voter }: Vote, reason: SkipReason, label?: string): void {
		this.skipped.push({ promptId, voter, ...(label === undefined ? {} : { label }), reason });
	}

	addAll(vote: Vote, best: string): void {
		const others = vote.order.filter(label => label !== best);
		const worst = vote.worst ?? (others.length === 1 ? others[0] : undefined);
		const losers = this.rule === 'each' ? others : worst === undefined ? [] : [worst];
		if (losers.length === 0) {
			this.skip(vote, 'noWorst');
		}
		for (const label of losers) {
			const row = pairOf(this.source, this.rule, vote, best, label);
			if (typeof row === 'string') {
				this.skip(vote, row, label);
			} else {
				this.rows.push(row);
			}
		}
	}

	/** Against the first of the others, in an order of the prompt's own, that gives a pair. */
	addDrawn(vote: Vote, best: string): void {
		const others = vote.order.filter(label => label !== best).toSorted();
		const drawn = shuffled(others, `${this.source.comparisonId}\n${vote.promptId}\npair`);
		const failed: [SkipReason, string][] = [];
		for (const label of drawn) {
			const row = pairOf(this.source, this.rule, vote, best, label);
			if (typeof row !== 'string') {
				this.rows.push(row);
				return;
			}
			failed.push([row, label]);
		}
		for (const [reason, label] of failed) {
			this.skip(vote, reason, label);
		}
	}
}

function pairOf(
	source: PairSource,
	rule: PairRule,
	vote: Vote,
	best: string,
	loser: string,
): MadeRow | SkipReason {
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
	const isHosted = [chosenSide, rejectedSide].some(side => side.licenceNote !== undefined);
	if (isHosted && source.withHosted !== true) {
		return 'hosted';
	}
	if (source.benchmark?.(prompt) !== undefined) {
		return 'benchmark';
	}
	const turns = answeredTurns(prompt, chosen.messages);
	if (
		!turns ||
		JSON.stringify(turns) !== JSON.stringify(answeredTurns(prompt, rejected.messages))
	) {
		return 'ownTurns';
	}
	const pair: PreferencePair = {
		prompt: turns,
		chosen: [{ role: 'assistant', content: chosen.response }],
		rejected: [{ role: 'assistant', content: rejected.response }],
	};
	return {
		pair,
		provenance: {
			schemaVersion: 1,
			rule,
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

/**
 * The turns before an answer, its model's own earlier replies too. Undefined where the answer does not
 * say what those were: turns of a user that nobody answered are no prompt of a dialogue.
 */
export function answeredTurns(
	prompt: readonly ChatMessage[],
	said: readonly ChatMessage[],
): ChatMessage[] | undefined {
	const plain = (messages: readonly ChatMessage[]): ChatMessage[] =>
		messages.map(({ role, content }) => ({ role, content }));
	if (promptTurns(prompt).length < 2) {
		return plain(prompt);
	}
	const asked = said.filter(({ role }) => role === 'user').map(({ content }) => content);
	const wanted = prompt.filter(({ role }) => role === 'user').map(({ content }) => content);
	const isWhole = promptTurns(said).length === 1 && said.at(-1)?.role === 'user';
	return isWhole && JSON.stringify(asked) === JSON.stringify(wanted) ? plain(said) : undefined;
}

export function sideOf(source: PairSource, response: ModelResponse, label: string): PairSide {
	const ref = source.models.find(model => model.label === label)?.ref ?? label;
	const licenceNote = source.licenceNote?.(response, ref);
	return {
		label,
		ref,
		sampling: response.sampling,
		finishReason: response.finishReason,
		sha256: source.sha256(response.response),
		...(licenceNote === undefined ? {} : { licenceNote }),
	};
}
