import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../../../src/core/dataset/query/matches';
import { parseQuery } from '../../../../../src/core/dataset/query/parseQuery';
import { queryRowOf, type QueryRow } from '../../../../../src/core/dataset/query/queryRow';
import { bitOf } from '../../../../../src/core/dataset/findings/finding';
import { naiveMatches } from './naiveMatches';
import { anyQuery } from './queryArbitrary';
import { anyRow } from './queryRows';

const marks = { number: 7, format: undefined, findings: 0, label: undefined, isEdited: false };

function row(value: unknown, own: Partial<QueryRow> = {}): QueryRow {
	return queryRowOf(new TextEncoder().encode(JSON.stringify(value)), { ...marks, ...own });
}

function passes(text: string, of: QueryRow): boolean {
	const query = parseQuery(text);
	if (!query.ok) {
		throw new Error(query.error.message);
	}
	return matches(query.value, of);
}

const dialogue = row({
	messages: [
		{ role: 'system', content: 'Be brief.' },
		{ role: 'user', content: 'Do you have personal opinions?' },
		{ role: 'assistant', content: "I don't have personal opinions.", reasoning_content: 'Wait.' },
		{ role: 'user', content: 'Thanks' },
	],
	score: 2.5,
	meta: { source: 'Wiki', tags: ['a', 'b'] },
	note: null,
});
const pair = row({
	prompt: [{ role: 'user', content: 'Hi' }],
	chosen: [{ role: 'assistant', content: 'Hello there' }],
	rejected: [{ role: 'assistant', content: 'No' }],
	score_chosen: 8,
	score_rejected: 5.5,
});

describe('a query', () => {
	it('passes the rows that a plain walk through it passes', () => {
		fc.assert(
			fc.property(anyQuery, fc.array(anyRow, { minLength: 1, maxLength: 4 }), (query, rows) => {
				for (const each of rows) {
					expect(matches(query, each)).toBe(naiveMatches(query, each));
				}
			}),
			{ seed: 33, numRuns: 3000 },
		);
	});

	it.each([
		['personal', true],
		['PERSONAL "have personal"', true],
		['"personal have"', false],
		['score', false],
		['-personal', false],
		['role:assistant content:/personal/', true],
		['role:assistant content:Thanks', false],
		['(role:assistant) (content:Thanks)', true],
		['role:user (content:Thanks OR content:nothing)', true],
		['role:assistant (content:Thanks OR content:nothing)', false],
		['-role:tool', true],
		['role:user -content:opinions', false],
		['role:user content!=/opinions/', true],
		['role:system len<10', true],
		['role:user len>100', false],
		['reasoning:wait', true],
		['turns=3', true],
		['turns>=4', false],
		['chars>80 chars<90', true],
		['format:messages', true],
		['format!=text', true],
		['field.score<3', true],
		['field.score=2.5', true],
		['field.score>2.5', false],
		['field.meta.source:wik', true],
		['field.meta.source=wiki', false],
		['field.meta.tags:b', true],
		['field.meta.tags.0:b', false],
		['field.messages.role:assistant', true],
		['field.note:null', true],
		['has:note', false],
		['has:meta.source', true],
		['field.nothing!=1', false],
		['field.__proto__:x OR has:constructor', false],
		['row=7', true],
		['label:none', true],
		['finding:none', true],
		['margin<3', false],
		['side:chosen', false],
	])('%j: %j for a dialogue', (text, expected) => {
		expect(passes(text, dialogue)).toBe(expected);
	});

	it.each([
		['side:chosen len>5', true],
		['side:rejected len>5', false],
		['role:assistant side!=rejected', true],
		['margin=2.5', true],
		['turns=2', true],
	])('%j: %j for a preference pair', (text, expected) => {
		expect(passes(text, pair)).toBe(expected);
	});

	it('asks for labels, findings and edits by what is known of the row', () => {
		const marked = row(
			{ text: 'x' },
			{ label: 'drop', isEdited: true, findings: bitOf('lowerCaseStart') },
		);
		expect(passes('label:drop finding:casing is:edited findings=1', marked)).toBe(true);
		expect(passes('label:keep OR finding:preface OR is:saved', marked)).toBe(false);
	});

	it('asks for ratings, tags and notes, and what is not there passes no comparison', () => {
		const remarks = {
			rating: 4,
			tags: ['math', 'hard one'],
			notes: ['Ask Ann?'],
			isSkipped: false,
		};
		const said = row({ text: 'x' }, { remarks });
		for (const query of [
			'rating>=4 tag:MATH note:/ann\\b/i is:reviewed -is:skipped',
			'tag="hard one" rating!=5 is:tagged is:noted',
			'-tag:easy tag!=/^e/',
		]) {
			expect(passes(query, said)).toBe(true);
			expect(passes(`-(${query})`, said)).toBe(false);
		}
		const silent = row({ text: 'x' });
		expect(passes('rating<9 OR rating!=1 OR tag:/./ OR note:/./ OR is:reviewed', silent)).toBe(
			false,
		);
		expect(passes('-tag:math tag!=math -is:rated', silent)).toBe(true);
	});

	it('finds in rows that are no dialogue, and in rows that are broken', () => {
		expect(passes('content:need role!=user', row({ text: 'a needle' }))).toBe(true);
		expect(passes('content:need len=8', row({ any: { deep: ['a needle'] } }))).toBe(true);
		const torn = queryRowOf(new TextEncoder().encode('{"text": "a need'), marks);
		expect(passes('format:broken need', torn)).toBe(true);
		expect(passes('has:text', torn)).toBe(false);
	});
});
