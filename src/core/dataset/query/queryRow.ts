import type { Label } from '../annotation';
import { messagesOf, textsOf, type Example, type FormatName, type Message } from '../example';
import { recognise } from '../format';
import { parseRow } from '../parseRow';
import type { RowMapping } from '../rowMapping';
import type { Remarks } from './remarks';

/** What is known of a row without reading it. */
export interface RowMarks {
	/** Place in the dataset, from 1. */
	readonly number: number;
	/** `undefined` while it is not known. */
	readonly format: FormatName | undefined;
	/** Bits of `findingBits`; `undefined` while they are not known. */
	readonly findings: number | undefined;
	/** Codes of what a preflight found in it; absent where nothing was found. */
	readonly preflight?: readonly string[] | undefined;
	readonly label: Label | undefined;
	/** What is said beside the label; absent where nothing is. */
	readonly remarks?: Remarks | undefined;
	/** Has edits that are not saved. */
	readonly isEdited: boolean;
}

/** The part of a preference pair that a message stands in. */
export type Side = 'prompt' | 'chosen' | 'rejected';

export interface SidedMessage {
	readonly message: Message;
	readonly side: Side | undefined;
}

/** A row as queries see it. */
export interface QueryRow extends RowMarks {
	readonly example: Example;
	/** The row's JSON; `undefined` for a row that is none. */
	readonly value: unknown;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads a row for queries. Its marks win over what reading it tells.
 *
 * @param mapping how a person said that the rows of the dataset are to be read
 */
export function queryRowOf(bytes: Uint8Array, marks: RowMarks, mapping?: RowMapping): QueryRow {
	const text = decoder.decode(bytes);
	let value: unknown;
	try {
		value = parseRow(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		const example: Example = { kind: 'broken', text, reason };
		return { ...marks, format: 'broken', example, value: undefined };
	}
	const { format, example } = recognise(value, mapping);
	return { ...marks, format: marks.format ?? format, example, value };
}

/**
 * The messages that terms about messages look at, in the order in which they are shown. What is no
 * dialogue is one message of an unknown role for each of its texts.
 */
export function sidedMessages(example: Example): readonly SidedMessage[] {
	switch (example.kind) {
		case 'preference':
			return [
				...example.prompt.map(message => ({ message, side: 'prompt' as const })),
				...example.chosen.map(message => ({ message, side: 'chosen' as const })),
				...example.rejected.map(message => ({ message, side: 'rejected' as const })),
			];
		case 'text':
		case 'json':
		case 'broken':
			return textsOf(example).map(text => ({ message: bareMessage(text), side: undefined }));
		default:
			return messagesOf(example).map(message => ({ message, side: undefined }));
	}
}

function bareMessage(text: string): Message {
	return { role: 'unknown', writtenRole: '', blocks: [{ kind: 'text', text, paths: [] }] };
}

/** Unicode characters, so that the count is that of Python's `len`. */
export function characterCount(text: string): number {
	let pairs = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0xd800 && unit < 0xdc00) {
			const next = text.charCodeAt(i + 1);
			pairs += next >= 0xdc00 && next < 0xe000 ? 1 : 0;
		}
	}
	return text.length - pairs;
}
