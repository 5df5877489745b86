import { messageText, textsOf, type Message } from '../../../../../src/core/dataset/example';
import { codesOf } from '../../../../../src/core/dataset/findings/finding';
import type {
	KeyTerm,
	Query,
	QueryNode,
	QueryValue,
} from '../../../../../src/core/dataset/query/query';
import type { QueryRow } from '../../../../../src/core/dataset/query/queryRow';

/** What the language means, said as plainly as possible: one walk, nothing prepared, nothing shared. */
export function naiveMatches({ root }: Query, row: QueryRow): boolean {
	return root === undefined || rowPasses(root, row);
}

const messageKeys = ['role', 'side', 'content', 'len', 'reasoning', 'tool'];
const speaksOfMessage = (node: QueryNode): boolean =>
	(node.kind === 'key' && messageKeys.includes(node.key)) ||
	(node.kind === 'any' && node.children.every(child => speaksOfMessage(child) || isBareAll(child)));
const isBareAll = (node: QueryNode): boolean =>
	node.kind === 'all' &&
	node.children.every(child => child.kind !== 'all' && speaksOfMessage(child));

function rowPasses(node: QueryNode, row: QueryRow): boolean {
	if (node.kind === 'not') {
		return !rowPasses(node.child, row);
	}
	if (node.kind === 'any') {
		return node.children.some(child => rowPasses(child, row));
	}
	if (node.kind === 'all') {
		const together = node.children.filter(speaksOfMessage);
		return (
			node.children.every(child => speaksOfMessage(child) || rowPasses(child, row)) &&
			(together.length === 0 ||
				messages(row).some(one => together.every(child => messagePasses(child, one))))
		);
	}
	if (speaksOfMessage(node)) {
		return messages(row).some(one => messagePasses(node, one));
	}
	return node.kind === 'text'
		? textsOf(row.example).some(text => contains(text, node.value))
		: keyPasses(node as KeyTerm, row);
}

function isIn(state: string, { isEdited, label, remarks }: QueryRow): boolean {
	const rated = remarks?.rating !== undefined;
	const states: Record<string, boolean> = {
		edited: isEdited,
		saved: !isEdited,
		reviewed: rated || !!label,
		skipped: !!remarks?.isSkipped,
		rated,
		tagged: !!remarks?.tags[0] || remarks?.tags[0] === '',
		noted: !!remarks && remarks.notes.length > 0,
	};
	return states[state] === true;
}

function messages({ example }: QueryRow): { message: Message; side?: string }[] {
	switch (example.kind) {
		case 'messages':
			return example.messages.map(message => ({ message }));
		case 'preference':
			return (['prompt', 'chosen', 'rejected'] as const).flatMap(side =>
				example[side].map(message => ({ message, side })),
			);
		default:
			return textsOf(example).map(text => ({
				message: { role: 'unknown', writtenRole: '', blocks: [{ kind: 'text', text, paths: [] }] },
			}));
	}
}

function messagePasses(
	node: QueryNode,
	one: { readonly message: Message; readonly side?: string },
): boolean {
	if (node.kind === 'any') {
		return node.children.some(child => messagePasses(child, one));
	}
	if (node.kind === 'all') {
		return node.children.every(child => messagePasses(child, one));
	}
	const term = node as KeyTerm;
	const { message } = one;
	switch (term.key) {
		case 'role':
			return opposite(term, message.role === textOf(term.value));
		case 'side':
			return opposite(term, one.side === textOf(term.value));
		case 'len':
			return compares(term, [...messageText(message)].length);
		case 'content':
			return opposite(term, saysSo(term, messageText(message)));
		case 'reasoning':
			return opposite(
				term,
				message.blocks.some(block => block.kind === 'reasoning' && saysSo(term, block.text)),
			);
		default: {
			const names = message.blocks.flatMap(block =>
				block.kind === 'toolCall' ? [block.name] : [],
			);
			if (message.role === 'tool' && message.name !== undefined) {
				names.push(message.name);
			}
			return opposite(
				term,
				names.some(name => saysSo(term, name)),
			);
		}
	}
}

function keyPasses(term: KeyTerm, row: QueryRow): boolean {
	const wanted = textOf(term.value);
	const codes = codesOf(row.findings ?? 0) as string[];
	switch (term.key) {
		case 'format':
			return opposite(term, row.format === wanted);
		case 'label':
			return opposite(
				term,
				wanted === 'any' ? !!row.label : wanted === 'none' ? !row.label : row.label === wanted,
			);
		case 'is':
			return opposite(term, isIn(wanted, row));
		case 'rating':
			return row.remarks?.rating !== undefined && compares(term, row.remarks.rating);
		case 'tag':
			return opposite(term, !!row.remarks?.tags.some(tag => saysSo(term, tag)));
		case 'note':
			return opposite(term, !!row.remarks?.notes.some(note => saysSo(term, note)));
		case 'finding':
			return opposite(
				term,
				wanted === 'any'
					? codes.length > 0
					: wanted === 'none'
						? codes.length === 0
						: codes.includes(wanted),
			);
		case 'findings':
			return compares(term, codes.length);
		case 'row':
			return compares(term, row.number);
		case 'turns':
			return compares(
				term,
				messages(row).filter(
					({ message, side }) =>
						side !== 'rejected' && message.role !== 'system' && message.role !== 'developer',
				).length,
			);
		case 'chars':
			return compares(term, textsOf(row.example).flatMap(text => [...text]).length);
		case 'margin': {
			const scores = row.example.kind === 'preference' ? row.example.scores : undefined;
			return scores !== undefined && compares(term, scores.chosen - scores.rejected);
		}
		default: {
			const found = everyValue(row.value, term.path);
			return term.key === 'has'
				? found.some(value => value !== null)
				: found.length > 0 &&
						opposite(
							term,
							found.some(value => fieldPasses(term, value)),
						);
		}
	}
}

function everyValue(value: unknown, path: readonly string[]): unknown[] {
	const [step, ...rest] = path;
	if (step === undefined) {
		return Array.isArray(value) ? [value, ...(value as unknown[])] : [value];
	}
	if (Array.isArray(value) && !/^\d+$/.test(step)) {
		return value.filter(inner => !Array.isArray(inner)).flatMap(inner => everyValue(inner, path));
	}
	const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
	return isThere ? everyValue((value as Record<string, unknown>)[step], rest) : [];
}

function fieldPasses(term: KeyTerm, found: unknown): boolean {
	const isOrder = /[<>]/.test(term.operator);
	const wanted = textOf(term.value);
	const isBare = term.value.kind === 'word' && !term.value.isQuoted;
	const isNumber = isBare && wanted !== '' && !Number.isNaN(Number(wanted));
	if (typeof found === 'string') {
		const asNumber = found.trim() === '' ? Number.NaN : Number(found);
		if (isOrder) {
			return compares(term, asNumber);
		}
		return saysSo(term, found) || (isNumber && asNumber === Number(wanted));
	}
	if (typeof found === 'number') {
		if (isOrder) {
			return compares(term, found);
		}
		return term.value.kind === 'regex'
			? contains(String(found), term.value)
			: isNumber && found === Number(wanted);
	}
	return (
		!isOrder && (found === null || typeof found === 'boolean') && isBare && String(found) === wanted
	);
}

function opposite(term: KeyTerm, passes: boolean): boolean {
	return passes !== (term.operator === '!=');
}

/** Without regard to `!=`, which `opposite` turns round. */
function saysSo(term: KeyTerm, text: string): boolean {
	return term.operator === ':' || term.value.kind === 'regex'
		? contains(text, term.value)
		: text === term.value.text;
}

function contains(text: string, value: QueryValue): boolean {
	return value.kind === 'regex'
		? text.search(new RegExp(value.source, value.flags)) >= 0
		: text.toLowerCase().split(value.text.toLowerCase()).length > 1 || value.text === '';
}

function compares({ operator, value }: KeyTerm, number: number): boolean {
	const wanted = Number(textOf(value));
	const holds: Record<string, boolean> = {
		'<': number < wanted,
		'<=': number <= wanted,
		'>': number > wanted,
		'>=': number >= wanted,
		'!=': number !== wanted && !Number.isNaN(number),
	};
	return holds[operator] ?? number === wanted;
}

function textOf(value: QueryValue): string {
	return value.kind === 'word' ? value.text : '';
}
