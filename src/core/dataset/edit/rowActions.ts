import type { Example, Message } from '../example';
import type { JsonPath } from '../jsonScanner';
import { isObject, roleOf } from '../messageShapes';
import type { RowMapping } from '../rowMapping';
import { anchorsOf, areNeighbours, valueAt, type MessageAnchor } from './messageAnchors';
import { roleWords } from './roleWords';
import { replyPairs } from './swapReplies';

/** What can be done with one message; what its format cannot do is not in it. */
export interface MessageActions {
	/** Words for its role; empty where the role cannot be changed. */
	readonly roles: readonly string[];
	readonly canAddBefore: boolean;
	readonly canAddAfter: boolean;
	/** `turn` takes the user's message and its reply. */
	readonly remove: 'message' | 'turn' | undefined;
	readonly canMoveUp: boolean;
	readonly canMoveDown: boolean;
	/** Roles that the second part of a split may have; empty where it cannot be split. */
	readonly splitRoles: readonly string[];
	/** With the message that follows. */
	readonly canMerge: boolean;
}

/** What can be done with a row as it is. */
export interface RowActions {
	/** One for each message of the example, in the order in which they are numbered. */
	readonly messages: readonly MessageActions[];
	readonly canSwapReplies: boolean;
	/** The mark that says whether an example is desirable (KTO). */
	readonly mark: JsonPath | undefined;
	readonly scores: { readonly chosen: JsonPath; readonly rejected: JsonPath } | undefined;
	readonly canAddField: boolean;
}

export const noActions: RowActions = {
	messages: [],
	canSwapReplies: false,
	mark: undefined,
	scores: undefined,
	canAddField: false,
};

/**
 * @param row the parsed row that the example was recognised from
 * @param mapping how a person said that it is to be read
 */
export function rowActions(row: unknown, example: Example, mapping?: RowMapping): RowActions {
	if (!isObject(row)) {
		return noActions;
	}
	const anchors = anchorsOf(row, example);
	const marked = example.kind === 'messages' && example.desirable !== undefined;
	const isScored = example.kind === 'preference' && example.scores !== undefined;
	return {
		messages: anchors.map((_, i) => messageActions(row, anchors, i)),
		canSwapReplies: example.kind === 'preference' && replyPairs(row, mapping).length > 0,
		mark: marked ? [typeof row['label'] === 'boolean' ? 'label' : 'kto_tag'] : undefined,
		scores: isScored ? { chosen: ['score_chosen'], rejected: ['score_rejected'] } : undefined,
		canAddField: true,
	};
}

const nothing: MessageActions = {
	roles: [],
	canAddBefore: false,
	canAddAfter: false,
	remove: undefined,
	canMoveUp: false,
	canMoveDown: false,
	splitRoles: [],
	canMerge: false,
};

function messageActions(
	row: unknown,
	anchors: readonly MessageAnchor[],
	index: number,
): MessageActions {
	const anchor = anchors[index] as MessageAnchor;
	const hasBefore = areNeighbours(anchors[index - 1], anchor);
	const hasAfter = areNeighbours(anchor, anchors[index + 1]);
	switch (anchor.kind) {
		case 'listed': {
			const roles = rolesFor(anchor, anchors);
			return {
				roles,
				canAddBefore: true,
				canAddAfter: true,
				// A list without messages is no dialogue any more.
				remove: hasBefore || hasAfter ? 'message' : undefined,
				canMoveUp: hasBefore,
				canMoveDown: hasAfter,
				splitRoles: canSplit(row, anchor) ? roles : [],
				canMerge: hasAfter && canJoin(row, anchor, anchors[index + 1]),
			};
		}
		case 'single':
			return { ...nothing, roles: rolesFor(anchor, anchors) };
		case 'spoken':
			return {
				...nothing,
				canAddAfter: !hasAfter,
				remove: spokenRemoval(anchor, hasBefore, hasAfter),
				canMoveUp: hasBefore,
				canMoveDown: hasAfter,
				// Whoever speaks next is fixed by the place, so only the last one can make room.
				splitRoles: hasAfter ? [] : [anchor.message.role === 'user' ? 'assistant' : 'user'],
				canMerge: hasAfter && !areNeighbours(anchors[index + 1], anchors[index + 2]),
			};
		case 'turn':
			return {
				...nothing,
				canAddAfter: anchor.message.role === 'assistant',
				remove: 'turn',
			};
		default:
			return nothing;
	}
}

/** Whoever speaks is fixed by the place: only the last message, or a user's with its reply, can go. */
function spokenRemoval(
	anchor: MessageAnchor,
	hasBefore: boolean,
	hasAfter: boolean,
): 'message' | 'turn' | undefined {
	if (!hasAfter) {
		return hasBefore ? 'message' : undefined;
	}
	return anchor.message.role === 'user' ? 'turn' : undefined;
}

function rolesFor(anchor: MessageAnchor, anchors: readonly MessageAnchor[]): string[] {
	const used = anchors.filter(
		({ kind, roleKey }) => (kind === 'listed' || kind === 'single') && roleKey === anchor.roleKey,
	);
	return roleWords(
		used.map(({ message }) => message.writtenRole),
		anchor.roleKey,
	);
}

/** A plain text is split; parts, calls and images have no cursor. */
function canSplit(row: unknown, anchor: MessageAnchor): boolean {
	return onlyText(anchor.message, true) && isPlainText(row, anchor);
}

function canJoin(row: unknown, anchor: MessageAnchor, next: MessageAnchor | undefined): boolean {
	return (
		next !== undefined &&
		canSplit(row, anchor) &&
		onlyText(next.message, false) &&
		isPlainText(row, next) &&
		next.message.extra === undefined &&
		next.message.weight === anchor.message.weight
	);
}

function onlyText(message: Message, withReasoning: boolean): boolean {
	const blocks = message.blocks.filter(({ kind }) => !(withReasoning && kind === 'reasoning'));
	return blocks.length === 1 && blocks[0]?.kind === 'text';
}

function isPlainText(row: unknown, anchor: MessageAnchor): boolean {
	return (
		roleOf(anchor.message.writtenRole) !== 'tool' &&
		anchor.places.every(place => typeof valueAt(row, [...place, anchor.textKey]) === 'string')
	);
}
