import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	longestMarkdown,
	readMarkdown,
	type MarkdownBlock,
} from '../../../../webview/shared/markdown/markdownTree';

/** Every text of a tree, one after the other. */
function textIn(value: unknown): string {
	if (typeof value === 'string') {
		return `${value} `;
	}
	if (Array.isArray(value)) {
		return value.map(textIn).join('');
	}
	return value !== null && typeof value === 'object'
		? Object.entries(value)
				.map(([key, child]) => (key === 'kind' ? '' : textIn(child)))
				.join('')
		: '';
}

function only(text: string): MarkdownBlock | undefined {
	const blocks = readMarkdown(text) ?? [];
	expect(blocks).toHaveLength(1);
	return blocks[0];
}

describe('the structure of a message', () => {
	it('knows nested lists, their numbers and their ticks', () => {
		expect(readMarkdown('3. a\n   - [x] b\n   - [ ] c\n4. d')).toMatchObject([
			{
				kind: 'list',
				start: 3,
				items: [
					{
						blocks: [
							{ kind: 'paragraph' },
							{ kind: 'list', items: [{ isDone: true }, { isDone: false }] },
						],
					},
					{ blocks: [{ kind: 'paragraph' }] },
				],
			},
		]);
	});

	it('knows tables with the side of each column', () => {
		expect(only('| a | b |\n|:-:|--:|\n| 1 | *2* |')).toMatchObject({
			kind: 'table',
			columns: ['center', 'right'],
			rows: [[[{ text: '1' }], [{ kind: 'emphasis' }]]],
		});
	});

	it('keeps code as it is written and names its language', () => {
		expect(only('```python title="x"\nprint("*a*")\n\n<b>\n```')).toEqual({
			kind: 'code',
			language: 'python',
			text: 'print("*a*")\n\n<b>',
		});
	});

	it('breaks a line where the text does', () => {
		expect(only('one\ntwo')).toMatchObject({
			content: [{ text: 'one' }, { kind: 'break' }, { text: 'two' }],
		});
	});

	it.each([
		['$a_1 * b_1 * c$', 'math'],
		['\\(a_b^c * d\\)', 'math'],
		['$$a_1 * b_1$$', 'math'],
		['\\[a_1 * b_1 * c\\]', 'math'],
	])('keeps the formula %j as it is written', (formula, kind) => {
		const block = only(`so ${formula} holds`);
		expect(block).toMatchObject({ content: [{}, { kind, text: formula }, {}] });
	});

	it('keeps a formula of several lines as one block', () => {
		const formula = '$$\n\\sum_{i} x_i\n\n+ y * z * 2\n$$';
		expect(only(formula)).toEqual({ kind: 'math', text: formula });
	});

	it('takes no prices for formulas', () => {
		expect(only('It costs $5, or $10 for *two*.')).toMatchObject({
			content: [{ text: 'It costs $5, or $10 for ' }, { kind: 'emphasis' }, {}],
		});
	});

	it.each([
		'<script>alert(1)</script>',
		'<img src=x onerror=alert(1)>',
		'a <b onclick="x()">b</b>',
		'<!-- c -->',
		'[ref]: https://example.com/x',
	])('shows %j letter by letter', text => {
		const tree = readMarkdown(text) ?? [];
		expect(textIn(tree).replaceAll(/\s/g, '')).toContain(text.replaceAll(/\s/g, ''));
		const kinds = JSON.stringify(tree).match(/"kind":"\w+"/g) ?? [];
		expect(new Set(kinds).size).toBeGreaterThan(0);
		for (const kind of kinds) {
			expect(['"kind":"paragraph"', '"kind":"text"', '"kind":"written"']).toContain(kind);
		}
	});

	it('leaves texts alone that are very long or nested without end', () => {
		expect(readMarkdown('a'.repeat(longestMarkdown + 1))).toBeUndefined();
		expect(readMarkdown('>'.repeat(20_000))).toBeUndefined();
		expect(readMarkdown('['.repeat(20_000))).toBeUndefined();
		expect(readMarkdown('- '.repeat(20_000))).toBeUndefined();
	});

	it('loses no word and ends, whatever marks stand around it', () => {
		const marks =
			'* ** _ ` ``` [ ]( ) ![ < > <div> </div> $ $$ \\( \\[ \\ ~~ &amp; https:// \0 \ud800'.split(
				' ',
			);
		const starts = ['\n', '\n\n', '> ', '- ', '1. ', '# ', '| ', '|\n|-|-|\n', '    ', '\t'];
		const mark = fc.constantFrom(...marks, ...starts, '---\n', '===\n', '- [ ] ');
		fc.assert(
			fc.property(fc.array(mark, { maxLength: 60 }), chosen => {
				const text = chosen.map((one, i) => `${one}w${i}x`).join('');
				const shown = textIn(readMarkdown(text));
				const fence = /```[^\n]*/g;
				// The words behind a fence name a language; only the first of them is shown.
				const expected = text.replaceAll(fence, '').match(/w\d+x/g) ?? [];
				const lost = expected.filter(word => !shown.includes(word));
				expect(lost).toEqual([]);
			}),
			{ seed: 7, numRuns: 500 },
		);
	});
});
