import {
	messageText,
	type Example,
	type Message,
	type RecognisedRow,
	type StringRange,
} from '../example';
import { recogniseBytes } from '../format';
import type { JsonPath } from '../jsonScanner';
import type { RowMapping } from '../rowMapping';
import { patchPlaces } from '../rowPatch';
import { isPreface, stripPreface, trim, truecase, type PrefaceTest } from './fixText';

export const fixNames = ['stripPreface', 'truecase', 'trim'] as const;
export type FixName = (typeof fixNames)[number];

/** One text of a row, before and after. */
export interface TextEdit {
	/** Where it stands in the row: `messages[1].content`; empty for the row as a whole. */
	readonly at: string;
	readonly before: string;
	readonly after: string;
}

export type FixedRow =
	| { readonly kind: 'kept' }
	| { readonly kind: 'changed'; readonly bytes: Uint8Array; readonly edits: readonly TextEdit[] }
	| { readonly kind: 'dropped'; readonly reason: string };

/**
 * Mends the texts of a row. Only the strings that change are written anew; key order, numbers and
 * unknown keys keep their bytes. A rejected reply keeps its preface, for that may be why it lost,
 * but its casing is mended with the chosen one's, or the pair would teach casing.
 */
export function fixRow(
	bytes: Uint8Array,
	row: RecognisedRow,
	fix: FixName,
	test: PrefaceTest = isPreface,
): FixedRow {
	let patched = bytes;
	const edits: TextEdit[] = [];
	// From the end: several texts may be parts of one string, and the offsets of earlier ones hold.
	for (const { text, paths, range, prompt } of textsFor(row.example, fix).toReversed()) {
		const after = apply(fix, text, prompt, test);
		if (after === undefined) {
			return { kind: 'dropped', reason: 'nothing but a preface is left to strip' };
		}
		if (after === text) {
			continue;
		}
		const next = patchPlaces(patched, paths, after, range);
		if (next) {
			patched = next;
			edits.push({ at: pathText(paths[0] ?? []), before: text, after });
		}
	}
	return edits.length === 0
		? { kind: 'kept' }
		: { kind: 'changed', bytes: patched, edits: edits.toReversed() };
}

/** The same for a row that has not been recognised yet. */
export function fixBytes(bytes: Uint8Array, fix: FixName, mapping?: RowMapping): FixedRow {
	return fixRow(bytes, recogniseBytes(bytes, mapping), fix);
}

export function pathText(path: JsonPath): string {
	return path
		.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
		.join('');
}

function apply(
	fix: FixName,
	text: string,
	prompt: string | undefined,
	test: PrefaceTest,
): string | undefined {
	switch (fix) {
		case 'truecase':
			return truecase(text);
		case 'trim':
			return trim(text);
		case 'stripPreface':
			return stripPreface(text, prompt, test);
	}
}

interface FixableText {
	readonly text: string;
	readonly paths: readonly JsonPath[];
	readonly range?: StringRange;
	/** What the user has said before. */
	readonly prompt?: string;
}

function textsFor(example: Example, fix: FixName): FixableText[] {
	if (example.kind === 'messages') {
		const isDisliked = example.desirable === false && fix === 'stripPreface';
		return isDisliked ? [] : textsOfMessages(example.messages, fix);
	}
	if (example.kind === 'preference') {
		const { prompt, chosen, rejected } = example;
		const asked = prompt.findLast(({ role }) => role === 'user');
		return fix === 'stripPreface'
			? textsOfMessages(chosen, fix, asked && messageText(asked))
			: textsOfMessages([...prompt, ...chosen, ...rejected], fix);
	}
	return example.kind === 'text' && fix === 'trim' ? [example.body] : [];
}

/** User turns are what people write; only the space around them is ours to take. */
function textsOfMessages(
	messages: readonly Message[],
	fix: FixName,
	askedBefore?: string,
): FixableText[] {
	const found: FixableText[] = [];
	let prompt = askedBefore;
	for (const message of messages) {
		prompt = message.role === 'user' ? messageText(message) : prompt;
		if (message.role !== 'assistant' && fix !== 'trim') {
			continue;
		}
		const texts = message.blocks.filter(block => block.kind === 'text');
		// A preface stands at the beginning of a reply, not of each of its parts.
		for (const { text, paths, range } of fix === 'stripPreface' ? texts.slice(0, 1) : texts) {
			found.push({
				text,
				paths,
				...(range && { range }),
				...(prompt === undefined ? {} : { prompt }),
			});
		}
	}
	return found;
}
