import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextMark } from '../../../../src/core/responses/answerMarks';
import { answerMarks } from '../../../../src/core/responses/answerMarks';
import { markdownPieces } from '../../../../webview/responseDiff/markdownPlaces';
import { markedPieces, type Piece } from '../../../../webview/responseDiff/markedPieces';
import { readMarkdown } from '../../../../webview/shared/markdown/markdownTree';

const replaced = (start: number, end: number): TextMark => ({ start, end, kind: 'replaced' });

describe('pieces of a plain answer', () => {
	test('joined are the text, and each mark covers its own characters', () => {
		fc.assert(
			fc.property(
				fc.string({ maxLength: 80 }),
				fc.array(fc.nat(80), { maxLength: 12 }),
				(text, cuts) => {
					const places = cuts.map(cut => Math.min(cut, text.length)).toSorted((a, b) => a - b);
					const marks: TextMark[] = [];
					for (let i = 0; i + 1 < places.length; i += 2) {
						marks.push(replaced(places[i] ?? 0, places[i + 1] ?? 0));
					}
					const pieces = markedPieces(text, 0, marks);
					expect(pieces.map(piece => piece.text).join('')).toBe(text);
					for (const { start, text: shown, mark } of pieces) {
						expect(text.slice(start, start + shown.length)).toBe(shown);
						if (mark) {
							expect([start, start + shown.length]).toEqual([mark.start, mark.end]);
						}
					}
				},
			),
			{ numRuns: 300, seed: 5 },
		);
	});

	test('of a part are those that touch it', () => {
		const marks = [replaced(0, 4), { start: 6, end: 6, kind: 'removed' } as const, replaced(8, 20)];
		expect(markedPieces('cdefghij', 2, marks).map(({ text, mark }) => [text, mark?.kind])).toEqual([
			['cd', 'replaced'],
			['ef', undefined],
			['', 'removed'],
			['gh', undefined],
			['ij', 'replaced'],
		]);
	});
});

describe('pieces of an answer as Markdown means it', () => {
	const piecesOf = (source: string, marks: readonly TextMark[]): Piece[] =>
		[...markdownPieces(source, readMarkdown(source) ?? [], marks).values()].flat();

	test('stand where the words of the source stand', () => {
		const source = '# Title\n\nSome **bold words** and `code`.\n\n1. first\n2. second';
		const start = source.indexOf('words');
		expect(
			piecesOf(source, [replaced(start, start + 5)]).map(({ text, mark }) => [
				text,
				mark !== undefined,
			]),
		).toEqual([
			['Title', false],
			['Some ', false],
			['bold ', false],
			['words', true],
			[' and ', false],
			['code', false],
			['.', false],
			['first', false],
			['second', false],
		]);
	});

	test('a mark on signs that are not shown is not lost', () => {
		const pieces = piecesOf('Some **bold** words', [replaced(5, 7)]);
		expect(pieces.filter(piece => piece.mark)).toEqual([
			expect.objectContaining({ text: '', mark: replaced(5, 7) }),
		]);
	});

	test('a mark of something missing stands once', () => {
		const gap = { start: 5, end: 5, kind: 'removed' } as const;
		expect(piecesOf('Some **bold** words', [gap]).filter(piece => piece.mark)).toHaveLength(1);
	});

	test('every mark of a diff is shown, whatever the Markdown', () => {
		const word = fc.constantFrom(
			'rake',
			'**shed**',
			'`code`',
			'\n\n# Head\n\n',
			'\n- item ',
			'[link](http://a.b)',
			'&amp;',
			'\\*',
			'<b>x</b>',
			'| a | b |\n|---|---|\n| c | d |\n',
			'\n```js\nlet x;\n```\n',
			'1. ',
			'_so_',
		);
		const text = fc.array(word, { maxLength: 25 }).map(parts => parts.join(' '));
		fc.assert(
			fc.property(text, text, (reference, other) => {
				const marks = answerMarks({
					texts: [reference, other],
					reference: 0,
					lens: 'difference',
				})[1]?.marks;
				const blocks = readMarkdown(other) ?? [];
				const pieces = [...markdownPieces(other, blocks, marks ?? []).values()].flat();
				if (pieces.length > 0) {
					const shown = new Set(pieces.map(piece => piece.mark));
					expect((marks ?? []).filter(mark => !shown.has(mark))).toEqual([]);
				}
			}),
			{ numRuns: 300, seed: 6 },
		);
	});
});
