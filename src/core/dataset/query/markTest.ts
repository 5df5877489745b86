import { findingCodeNamed } from '../findings/checks';
import { bitOf, codesOf } from '../findings/finding';
import { termsOf, type KeyTerm, type Query, type QueryNode } from './query';
import type { RowMarks } from './queryRow';
import { eachOperator, isInState, reviewStates, type ReviewState } from './remarks';
import { numberTest, textTest, type RegexProbe } from './valueTests';

/** Which marks of a row a query asks for. */
export interface MarksAsked {
	readonly format: boolean;
	readonly findings: boolean;
	/** Labels, ratings, tags or notes. */
	readonly annotations: boolean;
	readonly preflight: boolean;
	readonly isEdited: boolean;
	readonly number: boolean;
}

export function marksAsked({ root }: Query): MarksAsked {
	const terms = termsOf(root).filter(term => term.kind === 'key');
	const keys = new Set(terms.map(({ key }) => key));
	return {
		format: keys.has('format'),
		findings: keys.has('finding') || keys.has('findings'),
		annotations: terms.some(asksForAnnotations),
		preflight: keys.has('preflight'),
		isEdited: terms.some(term => term.key === 'is' && !asksForAnnotations(term)),
		number: keys.has('row'),
	};
}

function asksForAnnotations({ key, value }: KeyTerm): boolean {
	switch (key) {
		case 'label':
		case 'rating':
		case 'tag':
		case 'note':
			return true;
		case 'is':
			return value.kind === 'word' && reviewStateNamed(value.text) !== undefined;
		default:
			return false;
	}
}

/**
 * What the marks alone say about a row: that it passes, that it does not, or `undefined` where the
 * row has to be read. Marks that are not known yet decide nothing.
 */
export function markTest({ root }: Query): (marks: RowMarks) => boolean | undefined {
	return root ? verdictOf(root) : () => true;
}

type Verdict = (marks: RowMarks) => boolean | undefined;

function verdictOf(node: QueryNode): Verdict {
	switch (node.kind) {
		case 'text':
			return () => undefined;
		case 'key': {
			const test = markTermTest(node);
			return test ? marks => (isKnown(node, marks) ? test(marks) : undefined) : () => undefined;
		}
		case 'not': {
			const inner = verdictOf(node.child);
			return marks => {
				const verdict = inner(marks);
				return verdict === undefined ? undefined : !verdict;
			};
		}
		default: {
			// One `false` decides an `all`, one `true` an `any`.
			const decisive = node.kind === 'any';
			const children = node.children.map(verdictOf);
			return marks => {
				let isOpen = false;
				for (const child of children) {
					const verdict = child(marks);
					if (verdict === decisive) {
						return decisive;
					}
					isOpen ||= verdict === undefined;
				}
				return isOpen ? undefined : !decisive;
			};
		}
	}
}

/** An expression is never tried here: it may not end, and this is the thread of whoever asks. */
function isKnown({ key, value }: KeyTerm, marks: RowMarks): boolean {
	switch (key) {
		case 'format':
			return marks.format !== undefined;
		case 'finding':
		case 'findings':
			return marks.findings !== undefined;
		case 'tag':
		case 'note':
		case 'preflight':
			return value.kind !== 'regex' || textsIn(marks, key).length === 0;
		default:
			return true;
	}
}

/** The test of a term that asks for marks only; `undefined` for a term that asks for content. */
export function markTermTest(
	term: KeyTerm,
	probe?: RegexProbe,
): ((marks: RowMarks) => boolean) | undefined {
	const { key, operator, value } = term;
	const isNot = operator === '!=';
	const word = value.kind === 'word' ? value.text : '';
	switch (key) {
		case 'format':
			return marks => (marks.format === word) !== isNot;
		case 'label':
			return marks => isAmong(marks.label, word) !== isNot;
		case 'rating': {
			const test = numberTest(operator, value);
			return ({ remarks }) => test(remarks?.rating);
		}
		case 'tag':
		case 'note':
		case 'preflight': {
			// `!=` of something that there may be several of: none of them is.
			const test = textTest(eachOperator(operator, value.kind === 'regex'), value, probe);
			return marks => textsIn(marks, key).some(test) !== isNot;
		}
		case 'is': {
			const state = reviewStateNamed(word);
			return state === undefined
				? marks => marks.isEdited === ((word === 'edited') !== isNot)
				: ({ label, remarks }) => isInState(state, label, remarks) !== isNot;
		}
		case 'finding': {
			const code = findingCodeNamed(word);
			const bits = code ? bitOf(code) : 0xffffffff;
			const wanted = (word !== 'none') !== isNot;
			return marks => (((marks.findings ?? 0) & bits) !== 0) === wanted;
		}
		case 'findings': {
			const test = numberTest(operator, value);
			return ({ findings }) => test(findings === undefined ? undefined : codesOf(findings).length);
		}
		case 'row': {
			const test = numberTest(operator, value);
			return marks => test(marks.number);
		}
		default:
			return undefined;
	}
}

function textsIn(
	{ remarks, preflight }: RowMarks,
	key: 'tag' | 'note' | 'preflight',
): readonly string[] {
	switch (key) {
		case 'tag':
			return remarks?.tags ?? [];
		case 'note':
			return remarks?.notes ?? [];
		default:
			return preflight ?? [];
	}
}

function reviewStateNamed(word: string): ReviewState | undefined {
	return reviewStates.find(state => state === word);
}

function isAmong(label: string | undefined, word: string): boolean {
	return word === 'any'
		? label !== undefined
		: word === 'none'
			? label === undefined
			: label === word;
}
