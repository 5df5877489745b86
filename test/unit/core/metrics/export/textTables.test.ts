import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeLatex, latexTable } from '../../../../../src/core/metrics/export/latexTable';
import {
	escapeMarkdown,
	markdownTable,
} from '../../../../../src/core/metrics/export/markdownTable';
import type { TextTable } from '../../../../../src/core/metrics/export/textTable';

const table: TextTable = {
	columns: [
		{ title: 'Metric' },
		{ title: 'sft_b', isNumber: true },
		{ title: 'dpo', isNumber: true },
	],
	rows: [
		[
			'Reward accuracy',
			{ value: 0.652, n: 500, interval: { low: 0.6092, high: 0.6924 } },
			{ value: 0.5, n: 500, interval: { low: 0.456, high: 0.544 } },
		],
		['Loss', { value: 1.23456, n: 500 }, undefined],
	],
	notes: ['± is a 95% interval.'],
};

describe('a table as Markdown', () => {
	it('has n in the heading where a column shares it, and intervals as ± or bounds', () => {
		expect(markdownTable(table)).toBe(
			[
				'| Metric | sft_b (n = 500) | dpo (n = 500) |',
				'| :-- | --: | --: |',
				'| Reward accuracy | 0.652 \\[0.609, 0.692\\] | 0.500 ± 0.044 |',
				'| Loss | 1.235 | – |',
				'',
				'± is a 95% interval.',
				'',
			].join('\n'),
		);
	});

	it('has n beside the numbers where they differ', () => {
		const cells = [{ value: 0.5, n: 80 }, { value: 0.5, n: 1200 }, { value: 0.5 }];
		const text = markdownTable({
			columns: [{ title: 'x' }],
			rows: cells.map(cell => [cell]),
			notes: [],
		});
		expect(text.split('\n').slice(2, 5)).toEqual([
			'| 0.5 (n = 80) |',
			'| 0.5 (n = 1,200) |',
			'| 0.5 |',
		]);
	});

	it('shows hostile names and obeys none', () => {
		expect(escapeMarkdown('<script>alert(1)</script>')).toBe(
			'&lt;script&gt;alert(1)&lt;/script&gt;',
		);
		expect(escapeMarkdown('a|b\nc [x](javascript:1) `d` **e** _f_ eval_loss')).toBe(
			'a\\|b c \\[x\\](javascript:1) \\`d\\` \\*\\*e\\*\\* \\_f\\_ eval_loss',
		);
	});

	it('keeps its cells and rows whatever stands in them', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), texts => {
				const text = markdownTable({
					columns: [{ title: 'a' }, { title: 'b' }],
					rows: texts.map(one => [one, one]),
					notes: [],
				});
				const rows = text.trimEnd().split('\n');
				expect(rows.length).toBe(texts.length + 2);
				for (const row of rows) {
					expect(row.replaceAll(/\\./gs, '').match(/\|/g)?.length).toBe(3);
				}
			}),
			{ seed: 6 },
		);
	});
});

describe('a table as LaTeX', () => {
	it('is set with booktabs, numbers as mathematics', () => {
		expect(latexTable(table)).toBe(
			[
				'% \\usepackage{booktabs}',
				'% ± is a 95% interval.',
				'\\begin{tabular}{lrr}',
				'\\toprule',
				'Metric & sft\\_b ($n = 500$) & dpo ($n = 500$) \\\\',
				'\\midrule',
				'Reward accuracy & $0.652$ $[0.609, 0.692]$ & $0.500 \\pm 0.044$ \\\\',
				'Loss & $1.235$ & -- \\\\',
				'\\bottomrule',
				'\\end{tabular}',
				'',
			].join('\n'),
		);
	});

	it('writes large, small, negative and missing numbers as LaTeX takes them', () => {
		const values = [12_345_678, -1.5e-7, Number.NaN, -Infinity];
		const text = latexTable({
			columns: [{ title: 'x' }],
			rows: values.map(value => [{ value }]),
			notes: [],
		});
		expect(text.split('\n').slice(5, 9)).toEqual([
			'$12{,}345{,}678$ \\\\',
			'$-1.5 \\times 10^{-7}$ \\\\',
			'$\\mathrm{NaN}$ \\\\',
			'$-\\infty$ \\\\',
		]);
	});

	it('escapes what LaTeX would obey', () => {
		expect(escapeLatex('\\input{/etc/passwd} 50% $x$ a_b #1 & ^~ [2ex] *')).toBe(
			'\\textbackslash{}input\\{/etc/passwd\\} 50\\% \\$x\\$ a\\_b \\#1 \\& \\textasciicircum{}\\textasciitilde{} {[}2ex] {*}',
		);
	});

	it('keeps its cells and rows whatever stands in them', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), texts => {
				const rows = latexTable({
					columns: [{ title: 'a' }, { title: 'b' }],
					rows: texts.map(one => [one, one]),
					notes: texts,
				}).split('\n');
				const body = rows.slice(rows.indexOf('\\midrule') + 1, rows.indexOf('\\bottomrule'));
				expect(body.length).toBe(texts.length);
				for (const row of body) {
					const bare = row.replace(/ \\\\$/, '').replaceAll(/\\[a-z]+\{\}|\\[{}$&#%_]/g, '');
					expect(bare.match(/&/g)?.length).toBe(1);
					expect(bare).not.toMatch(/[%#_\\~^]/);
				}
				expect(rows.filter(row => row.startsWith('%')).length).toBe(texts.length + 1);
			}),
			{ seed: 6 },
		);
	});
});
