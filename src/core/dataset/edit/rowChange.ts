import { WindsockError } from '../../base/errors';
import { err, ok, type Result } from '../../base/result';
import type { ContainerKind } from '../container';
import type { Block, RecognisedRow } from '../example';
import { recognise } from '../format';
import type { JsonPath } from '../jsonScanner';
import { isObject, type JsonObject } from '../messageShapes';
import { parseRow } from '../parseRow';
import type { RowMapping } from '../rowMapping';
import { patchText } from '../rowPatch';
import { addField, removeField, setScalar } from './fieldEdits';
import { anchorsOf } from './messageAnchors';
import {
	addMessage,
	mergeMessages,
	moveMessage,
	removeMessages,
	setRole,
	splitMessage,
	withPromptCopy,
} from './messageEdits';
import { patchRaw, rawRowText } from './rawRow';
import { roleAfter, wordFor } from './roleWords';
import { rowActions, type MessageActions } from './rowActions';
import { swapReplies } from './swapReplies';

/** One change of one row. `message` is the number of a message in the example, from 0. */
export type RowChange =
	| { readonly kind: 'setRole'; readonly message: number; readonly role: string }
	| { readonly kind: 'addMessage'; readonly message: number; readonly where: 'before' | 'after' }
	| { readonly kind: 'removeMessage'; readonly message: number }
	| { readonly kind: 'moveMessage'; readonly message: number; readonly by: 1 | -1 }
	| {
			readonly kind: 'splitMessage';
			readonly message: number;
			/** The whole text as it stands in the editor; it is taken over with the split. */
			readonly text: string;
			/** Where it is cut, in UTF-16 units. */
			readonly at: number;
			readonly role: string;
	  }
	| { readonly kind: 'mergeMessages'; readonly message: number }
	| { readonly kind: 'swapReplies' }
	| { readonly kind: 'setScalar'; readonly path: JsonPath; readonly typed: string }
	| {
			readonly kind: 'addField';
			readonly path: JsonPath;
			readonly name: string;
			readonly typed: string;
	  }
	| { readonly kind: 'removeField'; readonly path: JsonPath }
	| { readonly kind: 'setRaw'; readonly text: string; readonly allowBroken: boolean };

type MessageChange = Extract<RowChange, { readonly message: number }>;

const titles: Record<RowChange['kind'], string> = {
	setRole: 'Set Role',
	addMessage: 'Add Message',
	removeMessage: 'Remove Message',
	moveMessage: 'Move Message',
	splitMessage: 'Split Message',
	mergeMessages: 'Merge Messages',
	swapReplies: 'Swap Chosen and Rejected',
	setScalar: 'Edit Field',
	addField: 'Add Field',
	removeField: 'Remove Field',
	setRaw: 'Edit Raw Row',
};

/** For the undo menu. */
export function titleOfChange(change: RowChange): string {
	return titles[change.kind];
}

/**
 * The bytes of the row after a change. Only the tokens that the change is about are other ones:
 * key order, spelling, number text, spacing and unknown keys stay.
 *
 * @param mapping how a person said that the row is to be read
 */
export function changedRow(
	bytes: Uint8Array,
	change: RowChange,
	container: ContainerKind,
	mapping?: RowMapping,
): Result<Uint8Array> {
	if (change.kind === 'setRaw') {
		const raw = rawRowText(change.text, container, change.allowBroken);
		return 'refused' in raw ? refused(raw.refused) : ok(patchRaw(bytes, raw.text));
	}
	const parsed = parsedRow(bytes, mapping);
	if (!parsed.ok) {
		return parsed;
	}
	const { row, recognised } = parsed.value;
	const changed =
		'message' in change
			? changeMessage(bytes, row, recognised, change)
			: changeFields(bytes, row, change, mapping);
	if (typeof changed === 'string') {
		return refused(changed);
	}
	// A patch that broke the row would be a fault of ours, and must never reach the file.
	const after = parseRow(decode(changed));
	if (!('message' in change) || !isObject(after)) {
		return ok(changed);
	}
	const whole = withPromptCopy(row, { bytes: changed, row: after });
	return whole ? ok(whole) : refused('the copy of the first message in “prompt” is damaged');
}

interface ParsedRow {
	readonly row: JsonObject;
	readonly recognised: RecognisedRow;
}

function parsedRow(bytes: Uint8Array, mapping: RowMapping | undefined): Result<ParsedRow> {
	try {
		const row = parseRow(decode(bytes));
		return isObject(row)
			? ok({ row, recognised: recognise(row, mapping) })
			: refused('the row is no object');
	} catch (error) {
		if (error instanceof SyntaxError) {
			return refused('the row is not valid JSON; mend it as raw text first');
		}
		throw error;
	}
}

function changeFields(
	bytes: Uint8Array,
	row: JsonObject,
	change: Exclude<RowChange, MessageChange | { readonly kind: 'setRaw' }>,
	mapping: RowMapping | undefined,
): Uint8Array | string {
	switch (change.kind) {
		case 'swapReplies':
			return swapReplies(bytes, row, mapping) ?? 'the row has no pair of replies';
		case 'setScalar':
			return setScalar(bytes, change.path, change.typed);
		case 'addField':
			return addField(bytes, change.path, change.name, change.typed);
		case 'removeField':
			return removeField(bytes, change.path);
	}
}

function changeMessage(
	bytes: Uint8Array,
	row: JsonObject,
	{ example }: RecognisedRow,
	change: MessageChange,
): Uint8Array | string {
	const anchor = anchorsOf(row, example)[change.message];
	const actions = rowActions(row, example).messages[change.message];
	if (!anchor || !actions) {
		return 'the message is not there any more';
	}
	if (!isOffered(change, actions)) {
		return 'the format of this row has no room for it';
	}
	const edited = { bytes, row };
	const { message } = anchor;
	switch (change.kind) {
		case 'setRole':
			return setRole(edited, anchor, change.role) ?? damaged;
		case 'addMessage': {
			const isFirst = change.message === 0 && message.role === 'user';
			const role = change.where === 'before' && isFirst ? 'system' : roleAfter(message.role);
			const word = wordFor(role, actions.roles, anchor.roleKey);
			return addMessage(edited, anchor, change.where === 'before' ? 0 : 1, word) ?? damaged;
		}
		case 'removeMessage': {
			const count = actions.remove === 'turn' && anchor.kind === 'spoken' ? 2 : 1;
			return removeMessages(edited, anchor, count) ?? damaged;
		}
		case 'moveMessage':
			return moveMessage(edited, anchor, change.by) ?? damaged;
		case 'splitMessage': {
			const text = message.blocks.find(block => block.kind === 'text');
			const typed = text && withText(bytes, text, change.text);
			const at = change.at + (text?.range?.start ?? 0);
			const split = typed && splitMessage({ bytes: typed, row }, anchor, at, change.role);
			return split ?? damaged;
		}
		case 'mergeMessages':
			return mergeMessages(edited, anchor) ?? damaged;
	}
}

const damaged = 'the message is written in a way that cannot be changed in place';

function isOffered(change: MessageChange, actions: MessageActions): boolean {
	switch (change.kind) {
		case 'setRole':
			return actions.roles.length > 0;
		case 'addMessage':
			return change.where === 'before' ? actions.canAddBefore : actions.canAddAfter;
		case 'removeMessage':
			return actions.remove !== undefined;
		case 'moveMessage':
			return change.by < 0 ? actions.canMoveUp : actions.canMoveDown;
		case 'splitMessage':
			return actions.splitRoles.length > 0;
		case 'mergeMessages':
			return actions.canMerge;
	}
}

/** The typed text in every place where the block's text stands, its copies among them. */
function withText(
	bytes: Uint8Array,
	block: Extract<Block, { readonly kind: 'text' }>,
	text: string,
): Uint8Array | undefined {
	let result: Uint8Array | undefined = bytes;
	for (const path of block.text === text ? [] : block.paths) {
		result = result && patchText(result, path, text, block.range);
	}
	return result;
}

function refused(reason: string): Result<never> {
	return err(new WindsockError('editImpossible', { reason }));
}

function decode(bytes: Uint8Array): string {
	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
