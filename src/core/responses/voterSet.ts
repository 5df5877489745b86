import { foldRepeats, foldVotes, parseVoteEvent, type Vote, type VoteEvent } from './vote';

/** What a voter sets before the first vote. */
export interface VotePlan {
	/** `planned`: a number of prompts; `anytime`: votes may end whenever the voter likes. */
	readonly look: 'planned' | 'anytime';
	/** Prompts to vote on, where `planned`. */
	readonly prompts?: number;
	/** `pairs`: each prompt shows two models, drawn from all of the comparison. */
	readonly lanes: 'all' | 'pairs';
}

/** A line of a votes file about the whole set. `tallySeen`: counts were shown to this voter. */
export type SetEvent = {
	readonly schemaVersion: 1;
	readonly id: string;
	readonly time: string;
	readonly voter: string;
} & ({ readonly kind: 'plan'; readonly plan: VotePlan } | { readonly kind: 'tallySeen' });

/** What one voter did beside the votes that stand. */
export interface VoterSet {
	readonly voter: string;
	readonly plan?: VotePlan;
	readonly tallySeen: boolean;
	/** Standing votes on hidden repeats, by prompt id. */
	readonly repeats: ReadonlyMap<string, Vote>;
	/** How often each prompt was skipped, by `skipKey`. */
	readonly skips: ReadonlyMap<string, number>;
}

export function skipKey(promptId: string, repeat: boolean): string {
	return repeat ? `again\n${promptId}` : promptId;
}

/** @param lines of one voter, in the order of the file */
export function foldVoter(lines: readonly (VoteEvent | SetEvent)[]): {
	readonly votes: readonly Vote[];
	readonly set: VoterSet;
} {
	const events: VoteEvent[] = [];
	const late = new Set<string>();
	const skips = new Map<string, number>();
	let plan: VotePlan | undefined;
	let tallySeen = false;
	for (const line of lines) {
		if (line.kind === 'plan') {
			// A plan made after a vote is none.
			plan = events.length === 0 ? line.plan : plan;
		} else if (line.kind === 'tallySeen') {
			tallySeen = true;
		} else {
			events.push(line);
			if (tallySeen) {
				late.add(line.id);
			}
			if (line.kind === 'skip') {
				const key = skipKey(line.promptId, line.repeat === true);
				skips.set(key, (skips.get(key) ?? 0) + 1);
			}
		}
	}
	const mark = (vote: Vote): Vote => (late.has(vote.id) ? { ...vote, afterTally: true } : vote);
	return {
		votes: foldVotes(events).map(mark),
		set: {
			voter: lines[0]?.voter ?? '',
			...(plan ? { plan } : {}),
			tallySeen,
			repeats: new Map(foldRepeats(events).map(vote => [vote.promptId, vote])),
			skips,
		},
	};
}

/** Reads one line of a votes file; a string tells what is wrong with it. */
export function parseVoteLine(line: string): VoteEvent | SetEvent | string {
	const event = /"kind":\s*"(?:plan|tallySeen)"/.test(line) ? parseSetEvent(line) : undefined;
	return event ?? parseVoteEvent(line);
}

/** Undefined for what is no such line, which the reader of votes then says. */
function parseSetEvent(line: string): SetEvent | undefined {
	let row: Record<string, unknown>;
	try {
		row = Object(JSON.parse(line)) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	const { schemaVersion, id, time, voter, kind } = row;
	if (
		schemaVersion !== 1 ||
		typeof id !== 'string' ||
		typeof time !== 'string' ||
		typeof voter !== 'string'
	) {
		return undefined;
	}
	const common = { schemaVersion, id, time, voter } as const;
	if (kind === 'tallySeen') {
		return { ...common, kind };
	}
	const plan = readPlan(row['plan']);
	return kind === 'plan' && plan ? { ...common, kind, plan } : undefined;
}

function readPlan(value: unknown): VotePlan | undefined {
	const { look, prompts, lanes } = Object(value) as Record<string, unknown>;
	if ((lanes !== 'all' && lanes !== 'pairs') || (look !== 'planned' && look !== 'anytime')) {
		return undefined;
	}
	return look === 'anytime'
		? { look, lanes }
		: Number.isInteger(prompts) && Number(prompts) > 0
			? { look, lanes, prompts: Number(prompts) }
			: undefined;
}
