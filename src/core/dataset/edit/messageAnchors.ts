import { messagesOf, type Example, type Message } from '../example';
import type { JsonPath } from '../jsonScanner';
import { isObject, type JsonObject } from '../messageShapes';

/** One element of a list. */
export interface Slot {
	readonly list: JsonPath;
	readonly index: number;
}

/** How a row holds one of its messages, which says what can be done with it. */
export interface MessageAnchor {
	readonly message: Message;
	/**
	 * `listed`: an object in a list. `single`: an object by itself. `spoken`: a string in a list whose
	 * speakers take turns. `turn`: one side of a `[user, reply]` pair. `field`: a string by itself.
	 */
	readonly kind: 'listed' | 'single' | 'spoken' | 'turn' | 'field' | 'fixed';
	/** Where it stands in lists; for `turn` where its pair stands. */
	readonly slots: readonly Slot[];
	/** The objects or strings that hold it. */
	readonly places: readonly JsonPath[];
	/** The keys that its role and text stand under, where it is an object. */
	readonly roleKey: string;
	readonly textKey: string;
}

/** The value at a path of a parsed row. */
export function valueAt(value: unknown, path: JsonPath): unknown {
	let at: unknown = value;
	for (const step of path) {
		if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) {
			return undefined;
		}
		at = (at as Readonly<Record<string | number, unknown>>)[step];
	}
	return at;
}

/** An anchor for each message of the example, in the order in which they are numbered. */
export function anchorsOf(row: unknown, example: Example): MessageAnchor[] {
	return messagesOf(example).map(message => anchorOf(row, message));
}

function anchorOf(row: unknown, message: Message): MessageAnchor {
	const places = message.places ?? [];
	const first = places[0];
	const value = first && valueAt(row, first);
	const isTurn = isObject(value) && value['from'] !== undefined;
	const isValued = isObject(value) && typeof value['value'] === 'string';
	return {
		message,
		places,
		...anchorKind(row, places, value),
		roleKey: message.keys?.role ?? (isTurn ? 'from' : 'role'),
		textKey: message.keys?.text ?? (isTurn || isValued ? 'value' : 'content'),
	};
}

function anchorKind(
	row: unknown,
	places: readonly JsonPath[],
	value: unknown,
): Pick<MessageAnchor, 'kind' | 'slots'> {
	const slots = places.flatMap(place => slotOf(place) ?? []);
	const areListed = slots.length > 0 && slots.length === places.length;
	if (isObject(value)) {
		return areListed ? { kind: 'listed', slots } : { kind: 'single', slots: [] };
	}
	const [place] = places;
	if (typeof value !== 'string' || !place) {
		return { kind: 'fixed', slots: [] };
	}
	if (!areListed) {
		return { kind: 'field', slots: [] };
	}
	const pair = slotOf(place.slice(0, -1));
	const isPair = pair && (valueAt(row, place.slice(0, -1)) as unknown[]).length === 2;
	return isPair ? { kind: 'turn', slots: [pair] } : { kind: 'spoken', slots };
}

function slotOf(place: JsonPath): Slot | undefined {
	const index = place.at(-1);
	return typeof index === 'number' ? { list: place.slice(0, -1), index } : undefined;
}

/** Whether `next` follows `anchor` in every list that holds either. */
export function areNeighbours(
	anchor: MessageAnchor | undefined,
	next: MessageAnchor | undefined,
): boolean {
	return (
		anchor !== undefined &&
		next !== undefined &&
		anchor.kind === next.kind &&
		anchor.slots.length > 0 &&
		anchor.slots.length === next.slots.length &&
		anchor.slots.every(({ list, index }, i) => {
			const other = next.slots[i];
			return other !== undefined && samePath(list, other.list) && other.index === index + 1;
		})
	);
}

export function samePath(a: JsonPath, b: JsonPath): boolean {
	return a.length === b.length && a.every((step, i) => step === b[i]);
}

/**
 * Where the message stands, copies of its list included: binarised UltraFeedback repeats `chosen`
 * in `messages`, and what happens to one happens to the other for as long as they are equal.
 */
export function slotsWithCopies(row: JsonObject, slots: readonly Slot[]): Slot[] {
	const copied = slots.filter(
		({ list }) =>
			samePath(list, ['chosen']) &&
			Array.isArray(row['messages']) &&
			JSON.stringify(row['messages']) === JSON.stringify(row['chosen']),
	);
	return [...slots, ...copied.map(({ index }) => ({ list: ['messages'], index }))];
}
