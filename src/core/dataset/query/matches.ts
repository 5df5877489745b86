import { messageText, textsOf, type Message } from '../example';
import { valuesAt } from './jsonPath';
import { markTermTest } from './markTest';
import type { KeyTerm, Query, QueryNode } from './query';
import { queryKeys } from './queryKeys';
import { characterCount, sidedMessages, type QueryRow, type SidedMessage } from './queryRow';
import { eachOperator } from './remarks';
import { measureOf } from './rowMeasures';
import { jsonTest, numberTest, textTest, type RegexProbe } from './valueTests';

export type RowTest = (row: QueryRow) => boolean;
type MessageTest = (sided: SidedMessage) => boolean;

const known = new WeakMap<Query, RowTest>();

/**
 * Whether a row passes. A regular expression may take very long on some texts, so what people type
 * must never be tested in the thread of the extension host.
 */
export function matches(query: Query, row: QueryRow): boolean {
	let test = known.get(query);
	if (!test) {
		test = rowTest(query);
		known.set(query, test);
	}
	return test(row);
}

/** The query as a function, for many rows. */
export function rowTest({ root }: Query, probe?: RegexProbe): RowTest {
	return root ? testOf(root, probe) : () => true;
}

/** Whether a condition speaks of one message, so that others beside it can mean the same one. */
export function isAboutMessage(node: QueryNode): boolean {
	switch (node.kind) {
		case 'key':
			return queryKeys[node.key].isAboutMessage;
		case 'any':
			return node.children.every(isAboutMessage);
		case 'all':
			// Within alternatives; one in another `all` has a message of its own.
			return node.children.every(child => child.kind !== 'all' && isAboutMessage(child));
		default:
			return false;
	}
}

function testOf(node: QueryNode, probe?: RegexProbe): RowTest {
	switch (node.kind) {
		case 'text': {
			const test = textTest(':', node.value, probe);
			return row => textsOf(row.example).some(test);
		}
		case 'not': {
			const test = testOf(node.child, probe);
			return row => !test(row);
		}
		case 'all':
			return allTest(node.children, probe);
		default: {
			if (isAboutMessage(node)) {
				return someMessage(messageTest(node, probe));
			}
			if (node.kind === 'key') {
				return keyTest(node, probe);
			}
			const tests = node.children.map(child => testOf(child, probe));
			return row => tests.some(test => test(row));
		}
	}
}

function allTest(children: readonly QueryNode[], probe?: RegexProbe): RowTest {
	const shared = children.filter(child => child.kind !== 'all' && isAboutMessage(child));
	const others = children
		.filter(child => !shared.includes(child))
		.map(child => testOf(child, probe));
	const ofMessage = shared.map(child => messageTest(child, probe));
	const tests =
		shared.length === 0
			? others
			: [...others, someMessage(sided => ofMessage.every(test => test(sided)))];
	return row => tests.every(test => test(row));
}

function someMessage(test: MessageTest): RowTest {
	return row => sidedMessages(row.example).some(test);
}

/** Of a node that is about a message. */
function messageTest(node: QueryNode, probe?: RegexProbe): MessageTest {
	if (node.kind === 'key') {
		return messageKeyTest(node, probe);
	}
	const children = node.kind === 'all' || node.kind === 'any' ? node.children : [];
	const tests = children.map(child => messageTest(child, probe));
	return node.kind === 'all'
		? sided => tests.every(test => test(sided))
		: sided => tests.some(test => test(sided));
}

function messageKeyTest({ key, operator, value }: KeyTerm, probe?: RegexProbe): MessageTest {
	const isNot = operator === '!=';
	const word = value.kind === 'word' ? value.text : '';
	switch (key) {
		case 'role': {
			const isQuoted = value.kind === 'word' && value.isQuoted;
			return ({ message }) => ((isQuoted ? message.writtenRole : message.role) === word) !== isNot;
		}
		case 'side':
			return ({ side }) => (side === word) !== isNot;
		case 'len': {
			const test = numberTest(operator, value);
			return ({ message }) => test(characterCount(messageText(message)));
		}
		case 'content': {
			const test = textTest(operator, value, probe);
			return ({ message }) => test(messageText(message));
		}
		default: {
			// `!=` of something that there may be several of: none of them is.
			const test = textTest(eachOperator(operator, value.kind === 'regex'), value, probe);
			const parts = key === 'tool' ? toolNames : thoughts;
			return ({ message }) => parts(message).some(test) !== isNot;
		}
	}
}

function toolNames(message: Message): string[] {
	const called = message.blocks.flatMap(block => (block.kind === 'toolCall' ? [block.name] : []));
	return message.role === 'tool' && message.name !== undefined ? [message.name, ...called] : called;
}

function thoughts(message: Message): string[] {
	return message.blocks.flatMap(block => (block.kind === 'reasoning' ? [block.text] : []));
}

function keyTest(term: KeyTerm, probe?: RegexProbe): RowTest {
	const ofMarks = markTermTest(term, probe);
	if (ofMarks) {
		return ofMarks;
	}
	const { key, path, operator, value } = term;
	const isNot = operator === '!=';
	switch (key) {
		case 'has':
			return row => valuesAt(row.value, path).some(found => found !== null);
		case 'field': {
			const test = jsonTest(isNot ? '=' : operator, value, probe);
			return row => {
				const found = valuesAt(row.value, path);
				return found.length > 0 && found.some(test) !== isNot;
			};
		}
		case 'turns':
		case 'chars':
		case 'margin': {
			const test = numberTest(operator, value);
			return row => test(measureOf(key, row));
		}
		default:
			throw new Error(`“${key}” asks about messages`);
	}
}
