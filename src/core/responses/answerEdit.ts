/**
 * What an edited answer is for. `pair`: chosen over its original. `pairWithSft`: the same, trained with a
 * term that raises the chosen answer. `sft`: an example on its own.
 */
export type EditUse = 'pair' | 'pairWithSft' | 'sft';

export const editUses: readonly EditUse[] = ['pair', 'pairWithSft', 'sft'];

/** From this share of words in common on, a pair says little but that both answers are bad. */
export const nearIdentical = 0.8;

/** The losses of a DPO run with a term for the chosen answers, as TRL sums them. */
export const lossWithSft = { loss_type: ['sigmoid', 'sft'], loss_weights: [1, 0.2] } as const;

/** One line of `edits/<voter>.jsonl` of a comparison; the file is only ever appended to. */
export interface EditEvent {
	readonly schemaVersion: 1;
	/** ULID; also the order of events of one voter. */
	readonly id: string;
	/** ISO 8601, clock of the voter's machine. */
	readonly time: string;
	readonly voter: string;
	readonly promptId: string;
	/** Label of the model whose first answer was edited. */
	readonly label: string;
	/** sha256 of that answer: the edit holds for this text only. */
	readonly answer: string;
	readonly text: string;
	/** `none` takes the edit back. */
	readonly use: EditUse | 'none';
}

/** An edit that stands: the last of its voter for an answer. */
export interface AnswerEdit extends EditEvent {
	readonly use: EditUse;
}

/** @param events of one voter, in the order of the file */
export function foldEdits(events: readonly EditEvent[]): AnswerEdit[] {
	const last = new Map<string, EditEvent>();
	for (const event of events) {
		last.set(`${event.promptId}\n${event.label}`, event);
	}
	return [...last.values()].filter((event): event is AnswerEdit => event.use !== 'none');
}

/** Reads one line of a file of edits; a string tells what is wrong with it. */
export function parseEditEvent(line: string): EditEvent | string {
	let row: unknown;
	try {
		row = JSON.parse(line);
	} catch (error) {
		return `not valid JSON: ${(error as Error).message}`;
	}
	const fields = Object(row) as Record<string, unknown>;
	const { schemaVersion, id, time, voter, promptId, label, answer, text, use } = fields;
	if (schemaVersion !== 1) {
		return 'it was written by a newer Windsock';
	}
	if (
		typeof id !== 'string' ||
		typeof time !== 'string' ||
		typeof voter !== 'string' ||
		typeof promptId !== 'string' ||
		typeof label !== 'string' ||
		typeof answer !== 'string' ||
		typeof text !== 'string'
	) {
		return 'a field is missing';
	}
	const known = use === 'none' ? use : editUses.find(one => one === use);
	return known === undefined
		? 'its use is unknown'
		: { schemaVersion, id, time, voter, promptId, label, answer, text, use: known };
}
