import { isObject, roleOf, type JsonObject } from '../messageShapes';
import { concat, patchRange, patchString, spellingAt } from '../rowPatch';
import { findValue, type JsonPath } from '../jsonScanner';
import { objectAt } from './jsonLayout';
import { objectStyle, objectToken, stringToken, styleOf } from './jsonStyle';
import { insertElement, moveElement, removeElement } from './listPatch';
import { slotsWithCopies, valueAt, type MessageAnchor, type Slot } from './messageAnchors';

/** A row with what is known of it; edits answer the new bytes, or `undefined` where impossible. */
export interface EditedRow {
	readonly bytes: Uint8Array;
	readonly row: JsonObject;
}

const encoder = new TextEncoder();
const quoteByte = encoder.encode('"');
/** Of a message, what also holds for the second part when it is split. */
const sharedKeys = ['name', 'weight', 'loss_weight', 'train'];

export function setRole(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
	role: string,
): Uint8Array | undefined {
	const copies = slotsWithCopies(row, anchor.slots).map(({ list, index }) => [...list, index]);
	const places = anchor.kind === 'listed' ? copies : anchor.places;
	return inAll(bytes, places, (now, place) => patchString(now, [...place, anchor.roleKey], role));
}

/** @param at place of the new message, in terms of the anchor's own: 0 before it, 1 after it */
export function addMessage(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
	at: 0 | 1,
	role: string,
): Uint8Array | undefined {
	return inAll(bytes, slotsWithCopies(row, anchor.slots), (now, { list, index }) => {
		const element =
			anchor.kind === 'listed'
				? messageLike(now, [...list, index], anchor, { role })
				: encoder.encode(anchor.kind === 'turn' ? emptyTurn(now) : '""');
		return element && insertElement(now, list, index + at, element);
	});
}

/** @param count messages that go, from the anchor's on */
export function removeMessages(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
	count: number,
): Uint8Array | undefined {
	return inAll(bytes, slotsWithCopies(row, anchor.slots), (now, { list, index }) => {
		let rest: Uint8Array | undefined = now;
		for (let i = 0; i < count; i++) {
			rest = rest && removeElement(rest, list, index);
		}
		return rest;
	});
}

export function moveMessage(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
	by: 1 | -1,
): Uint8Array | undefined {
	return inAll(bytes, slotsWithCopies(row, anchor.slots), (now, { list, index }) =>
		moveElement(now, list, index, index + by),
	);
}

/**
 * Cuts a message in two. Blank at the end of the first part and line ends at the start of the
 * second go, for they would only be there because of the cut.
 *
 * @param cut in UTF-16 units of the text
 */
export function splitMessage(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
	cut: number,
	role: string,
): Uint8Array | undefined {
	return inAll(bytes, slotsWithCopies(row, anchor.slots), (now, slot) => {
		const path = textPath(anchor, slot);
		const text = textOf(now, path);
		if (text === undefined) {
			return undefined;
		}
		const at = wholeCharacter(text, cut);
		const from = at + (text.slice(at).length - text.slice(at).replace(/^[\r\n]+/, '').length);
		const tail = spellingAt(now, path, from);
		const first = patchString(now, path, text.slice(0, at).trimEnd());
		const second = tail && concat([quoteByte, tail, quoteByte]);
		const place = [...slot.list, slot.index];
		const element =
			first && second && anchor.kind === 'listed'
				? messageLike(first, place, anchor, { role, text: second })
				: second;
		return first && element && insertElement(first, slot.list, slot.index + 1, element);
	});
}

/** Puts the text of the next message behind this one's, with an empty line between, each as spelt. */
export function mergeMessages(
	{ bytes, row }: EditedRow,
	anchor: MessageAnchor,
): Uint8Array | undefined {
	return inAll(bytes, slotsWithCopies(row, anchor.slots), (now, slot) => {
		const path = textPath(anchor, slot);
		const next = { ...slot, index: slot.index + 1 };
		const mine = spellingAt(now, path);
		const other = spellingAt(now, textPath(anchor, next));
		const range = findValue(now, path);
		if (!mine || !other || !range) {
			return undefined;
		}
		const gap = mine.length > 0 && other.length > 0 ? encoder.encode('\\n\\n') : new Uint8Array();
		const token = concat([quoteByte, mine, gap, other, quoteByte]);
		// The later one first, so that the range still holds.
		const rest = removeElement(now, next.list, next.index);
		return rest && patchRange(rest, range, token);
	});
}

function textPath(anchor: MessageAnchor, { list, index }: Slot): JsonPath {
	return anchor.kind === 'listed' ? [...list, index, anchor.textKey] : [...list, index];
}

function textOf(bytes: Uint8Array, path: JsonPath): string | undefined {
	const raw = spellingAt(bytes, path);
	const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
	return raw && String(JSON.parse(`"${decoder.decode(raw)}"`));
}

/** A cut never stands between the two halves of a character. */
function wholeCharacter(text: string, cut: number): number {
	const at = Math.max(0, Math.min(cut, text.length));
	return at > 0 &&
		/[\ud800-\udbff]/.test(text[at - 1] ?? '') &&
		/[\udc00-\udfff]/.test(text[at] ?? '')
		? at - 1
		: at;
}

/**
 * A message that is written as another one is: the same keys in the same order and spacing. It has
 * a role and a text; parts stay parts.
 */
function messageLike(
	bytes: Uint8Array,
	place: JsonPath,
	{ roleKey, textKey }: MessageAnchor,
	given: { readonly role: string; readonly text?: Uint8Array },
): Uint8Array | undefined {
	const layout = objectAt(bytes, place);
	if (!layout) {
		return undefined;
	}
	const style = styleOf(bytes);
	const own = objectStyle(bytes, layout, style);
	const isParts = layout.members.some(
		({ name, value }) => name === textKey && bytes[value.start] === 91,
	);
	const empty = isParts
		? encoder.encode(`[{"type"${style.colon}"text"${style.comma}"text"${style.colon}""}]`)
		: encoder.encode('""');
	const written = layout.members.find(({ name }) => name === roleKey);
	const isSameRole = written
		? decodedRole(bytes, written.value) === given.role && given.text !== undefined
		: false;
	const members = layout.members.flatMap(({ name, key, value }) => {
		const token = bytes.subarray(key.start, key.end);
		if (name === roleKey) {
			return [[token, stringToken(given.role, style)] as const];
		}
		if (name === textKey) {
			return [[token, given.text ?? empty] as const];
		}
		return isSameRole && sharedKeys.includes(name)
			? [[token, bytes.subarray(value.start, value.end)] as const]
			: [];
	});
	if (!layout.members.some(({ name }) => name === textKey)) {
		members.push([stringToken(textKey, style), given.text ?? empty]);
	}
	return objectToken(members, own);
}

function decodedRole(bytes: Uint8Array, range: { start: number; end: number }): unknown {
	return JSON.parse(new TextDecoder().decode(bytes.subarray(range.start, range.end)));
}

function emptyTurn(bytes: Uint8Array): string {
	return `[""${styleOf(bytes).comma}""]`;
}

function inAll<T>(
	bytes: Uint8Array,
	places: readonly T[],
	edit: (bytes: Uint8Array, place: T) => Uint8Array | undefined,
): Uint8Array | undefined {
	if (places.length === 0) {
		return undefined;
	}
	let result: Uint8Array | undefined = bytes;
	for (const place of places) {
		result = result && edit(result, place);
	}
	return result;
}

/** UltraChat 200k repeats the first user turn in `prompt`; the copy follows it, spelt as it is. */
export function withPromptCopy(before: JsonObject, after: EditedRow): Uint8Array | undefined {
	const copied = before['prompt'];
	const first = firstUserText(after.row);
	if (typeof copied !== 'string' || firstUserText(before)?.text !== copied || !first) {
		return after.bytes;
	}
	if (first.text === after.row['prompt']) {
		return after.bytes;
	}
	const copy = findValue(after.bytes, ['prompt']);
	const token = findValue(after.bytes, first.path);
	return copy && token && patchRange(after.bytes, copy, after.bytes.slice(token.start, token.end));
}

function firstUserText(row: JsonObject): { text: string; path: JsonPath } | undefined {
	const key = ['messages', 'chosen'].find(name => Array.isArray(row[name]));
	const list = key === undefined ? [] : (row[key] as unknown[]);
	const index = list.findIndex(item => isObject(item) && roleOf(String(item['role'])) === 'user');
	const text = valueAt(list[index], ['content']);
	return key !== undefined && typeof text === 'string'
		? { text, path: [key, index, 'content'] }
		: undefined;
}
