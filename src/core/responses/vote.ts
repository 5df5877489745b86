import { shuffled } from './shuffle';

interface VoteEventBase {
	readonly schemaVersion: 1;
	/** ULID; also the order of events of one voter. */
	readonly id: string;
	/** ISO 8601, clock of the voter's machine. */
	readonly time: string;
	readonly voter: string;
	readonly promptId: string;
	/** Labels in the order they were shown, left to right. */
	readonly order: readonly string[];
	/** Whether the names were hidden when the vote was given. */
	readonly blind: boolean;
	/** sha256 of each answer that was shown, by label: a vote holds for these texts only. */
	readonly answers: Readonly<Record<string, string>>;
	/** The prompt came a second time, to see whether the voter says the same again. */
	readonly repeat?: true;
}

/**
 * One line of `votes/<voter>.jsonl`; the file is only ever appended to. `worst` adds to the `best`
 * that stands. `undo` takes back the last event of that prompt that is not taken back yet; `skip` puts the prompt off.
 */
export type VoteEvent = VoteEventBase &
	(
		| { readonly kind: 'best' | 'worst'; readonly label: string }
		| { readonly kind: 'tie' | 'bothBad' | 'undo' | 'skip' }
	);

/** What a voter thinks of a prompt after all their events. */
export interface Vote {
	/** Id of the deciding event. */
	readonly id: string;
	readonly time: string;
	readonly voter: string;
	readonly promptId: string;
	readonly verdict: 'best' | 'tie' | 'bothBad';
	readonly best?: string;
	readonly worst?: string;
	readonly order: readonly string[];
	readonly blind: boolean;
	readonly answers: Readonly<Record<string, string>>;
	/** Given after this voter had seen counts of this comparison. */
	readonly afterTally?: true;
}

/** The votes that stand, one per prompt of this voter's events, in order of the first vote. */
export function foldVotes(events: readonly VoteEvent[]): Vote[] {
	return fold(events.filter(({ repeat }) => !repeat));
}

/** The same of hidden repeats, which count in no rate. */
export function foldRepeats(events: readonly VoteEvent[]): Vote[] {
	return fold(events.filter(({ repeat }) => repeat));
}

function fold(events: readonly VoteEvent[]): Vote[] {
	const standing = new Map<string, VoteEvent[]>();
	for (const event of events) {
		if (event.kind === 'skip') {
			continue;
		}
		const stack = standing.get(event.promptId) ?? [];
		standing.set(event.promptId, stack);
		if (event.kind === 'undo') {
			stack.pop();
		} else {
			stack.push(event);
		}
	}
	const votes: Vote[] = [];
	for (const stack of standing.values()) {
		const vote = decide(stack);
		if (vote) {
			votes.push(vote);
		}
	}
	return votes;
}

function decide(stack: readonly VoteEvent[]): Vote | undefined {
	const index = stack.findLastIndex(event => event.kind !== 'worst');
	const event = stack[index];
	if (!event || event.kind === 'worst' || event.kind === 'undo' || event.kind === 'skip') {
		return undefined;
	}
	const { id, time, voter, promptId, order, blind, answers } = event;
	const common = { id, time, voter, promptId, order, blind, answers };
	if (event.kind !== 'best') {
		return { ...common, verdict: event.kind };
	}
	const last = stack.at(-1);
	const worst = last?.kind === 'worst' && last.label !== event.label ? last.label : undefined;
	return { ...common, verdict: 'best', best: event.label, ...(worst ? { worst } : {}) };
}

/** The order of lanes for one prompt and one voter: the same each time, different per prompt. */
export function laneOrder(
	labels: readonly string[],
	comparisonId: string,
	promptId: string,
	voter: string,
): string[] {
	return shuffled(labels.toSorted(), `${comparisonId}\n${promptId}\n${voter}`);
}

function isTextMap(value: unknown): value is Record<string, string> {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.values(value).every(item => typeof item === 'string')
	);
}

/** Reads one line of a votes file; a string tells what is wrong with it. */
export function parseVoteEvent(line: string): VoteEvent | string {
	let row: unknown;
	try {
		row = JSON.parse(line);
	} catch (error) {
		return `not valid JSON: ${(error as Error).message}`;
	}
	if (typeof row !== 'object' || row === null) {
		return 'it is not an object';
	}
	const { schemaVersion, id, time, voter, promptId, kind, label, order, blind, answers, repeat } =
		row as Record<string, unknown>;
	if (schemaVersion !== 1) {
		return 'it was written by a newer Windsock';
	}
	if (
		typeof id !== 'string' ||
		typeof time !== 'string' ||
		typeof voter !== 'string' ||
		typeof promptId !== 'string' ||
		!Array.isArray(order) ||
		!order.every((item): item is string => typeof item === 'string') ||
		!isTextMap(answers)
	) {
		return 'a field is missing';
	}
	const common = {
		schemaVersion,
		id,
		time,
		voter,
		promptId,
		order,
		blind: blind === true,
		answers,
		...(repeat === true ? { repeat: true as const } : {}),
	} as const;
	if (kind === 'best' || kind === 'worst') {
		return typeof label === 'string' && order.includes(label)
			? { ...common, kind, label }
			: 'its label is not one of the answers shown';
	}
	return kind === 'tie' || kind === 'bothBad' || kind === 'undo' || kind === 'skip'
		? { ...common, kind }
		: 'its kind is unknown';
}
