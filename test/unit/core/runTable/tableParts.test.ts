import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodDirection, metricDelta } from '../../../../src/core/comparability/metricDelta';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { fromWire, toWire } from '../../../../src/core/runTable/cellOnWire';
import { inputsMatrix } from '../../../../src/core/runTable/inputsMatrix';
import { digestOf } from '../../../../src/core/runTable/metricDigest';
import {
	columnFrom,
	columnId,
	columnTitle,
	type TableColumn,
} from '../../../../src/core/runTable/tableColumn';
import { filterName, parseTableFilter } from '../../../../src/core/runTable/tableFilter';
import type { CellValue } from '../../../../src/core/runTable/tableRun';
import { sortedOrder } from '../../../../src/core/runTable/tableSort';
import { dataset, dpoRun } from '../comparability/runs';
import { point } from '../metrics/builders';

const cell = fc.oneof(
	fc.constant(undefined),
	fc.double(),
	fc.integer({ min: 0, max: 3 }),
	fc.constantFrom('a', 'B', 'a10', 'a9', ''),
);

describe('the order of rows', () => {
	it('keeps all rows, keeps equal ones in their order, and has those without a value last', () => {
		fc.assert(
			fc.property(fc.array(cell), fc.boolean(), (values: readonly CellValue[], descending) => {
				const order = sortedOrder(values, descending);
				expect(order.toSorted((a, b) => a - b)).toEqual(values.map((_, i) => i));
				const missing = (i: number): boolean => values[i] === undefined || Number.isNaN(values[i]);
				const firstMissing = order.findIndex(missing);
				expect(firstMissing < 0 || order.slice(firstMissing).every(missing)).toBe(true);
				for (let i = 1; i < order.length; i++) {
					const [a = 0, b = 0] = [order[i - 1], order[i]];
					if (Object.is(values[a], values[b]) || (missing(a) && missing(b))) {
						expect(a).toBeLessThan(b);
					}
				}
			}),
		);
	});

	it('sorts numbers as numbers, both ways, and the numbers in words too', () => {
		const values = [3, Number.NaN, 20, undefined, -1, Infinity];
		expect(sortedOrder(values, false)).toEqual([4, 0, 2, 5, 1, 3]);
		expect(sortedOrder(values, true)).toEqual([5, 2, 0, 4, 1, 3]);
		expect(sortedOrder(['run-10', 'Run-9', 'run-1'], false)).toEqual([2, 1, 0]);
	});
});

describe('the filter', () => {
	const columns = [
		{ title: 'Name', values: 'text' },
		{ title: 'State', values: 'text' },
		{ title: 'eval loss', values: 'number' },
		{ title: 'Duration', values: 'duration' },
		{ title: 'Started', values: 'time' },
		{ title: 'learning_rate', values: 'mixed' },
	] as const;
	const rows: readonly (readonly CellValue[])[] = [
		['zephyr dpo', 'Finished', 0.5, 7200, Date.parse('2026-11-20'), 1e-6],
		['zephyr sft', 'Failed', Number.NaN, 60, Date.parse('2026-11-26'), 2e-5],
		['Mistral: "base"', 'Running', undefined, 100_000, Date.parse('2026-11-27'), 'auto'],
	];
	const found = (text: string): number[] => {
		const { matches } = parseTableFilter(text, columns);
		return rows.flatMap((row, i) => (matches(row) ? [i] : []));
	};

	it.each([
		['', [0, 1, 2]],
		['zephyr', [0, 1]],
		['ZEPHYR dpo', [0]],
		['"zephyr dpo"', [0]],
		['"dpo zephyr"', []],
		['-zephyr', [2]],
		['state:fin', [0]],
		['state=fin', []],
		['state=finished', [0]],
		['-state:finished', [1, 2]],
		['state!=finished', [1, 2]],
		['loss<1', [0]],
		['"eval loss">=0.5', [0]],
		['"eval loss">0.5', []],
		['eval_loss>=0.5', [0]],
		['learning_rate<=2e-5', [0, 1]],
		['learning_rate:auto', [2]],
		['duration>1h', [0, 2]],
		['duration>=1d', [2]],
		['duration<2min', [1]],
		['started>2026-11-25', [1, 2]],
		['started<2026-11-27 zephyr', [0, 1]],
		['state:', [0, 1, 2]],
		['base"', [2]],
	])('%s', (text, expected) => {
		expect(found(text)).toEqual(expected);
		expect(parseTableFilter(text, columns).remarks).toEqual([]);
	});

	it('says what it does not understand, and hides nothing for it', () => {
		const unknown = parseTableFilter('colour:red zephyr loss<much', columns);
		expect(unknown.remarks).toEqual([
			'No column shown is called “colour”, so that part of the filter hides nothing.',
			'“much” is no number to compare “loss” with.',
		]);
		expect(rows.filter(row => unknown.matches(row))).toHaveLength(2);
	});

	it('takes any text without failing, and finds a column by the name it offers', () => {
		fc.assert(
			fc.property(fc.string(), text => {
				expect(() =>
					rows.filter(row => parseTableFilter(text, columns).matches(row)),
				).not.toThrow();
			}),
		);
		fc.assert(
			fc.property(
				fc.string().filter(title => !title.includes('"')),
				title => {
					const { remarks } = parseTableFilter(`${filterName(title)}:x`, [
						{ title, values: 'text' },
					]);
					expect(remarks).toEqual([]);
				},
			),
		);
	});
});

describe('a column', () => {
	it('comes back from what is kept of it, whatever its metric is called', () => {
		fc.assert(
			fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (name, set) => {
				const measured = { metric: name, kind: 'eval' as const };
				const columns: TableColumn[] = [
					{ kind: 'recipe', key: name },
					{
						kind: 'metric',
						statistic: 'lowest',
						measured: set === undefined ? measured : { ...measured, dataset: set },
					},
				];
				for (const column of columns) {
					expect(columnFrom(columnId(column))).toEqual(column);
				}
			}),
		);
	});

	it('is nothing where another version kept something else', () => {
		for (const kept of ['nothing', '["metric","mean","eval","loss"]', '[1]', '{', 7, null]) {
			expect(columnFrom(kept)).toBeUndefined();
		}
	});

	it('is titled by what it is of', () => {
		const measured = { metric: 'loss', kind: 'eval', dataset: 'hard' } as const;
		expect(columnTitle({ kind: 'metric', statistic: 'lowest', measured })).toBe(
			'eval loss (hard), lowest',
		);
	});
});

describe('the digest of metrics', () => {
	it('has the last value as it was logged, and the extremes of the finite ones with their steps', () => {
		const metrics = new RunMetrics();
		const values = [3, Number.NaN, 1, Infinity, 2, 1, Number.NaN];
		metrics.append(
			packPoints(values.map((loss, i) => point({ n: i + 1, step: i * 10, values: { loss } }))),
		);
		expect(digestOf(metrics)).toEqual([
			{
				metric: 'loss',
				kind: 'train',
				points: 7,
				last: Number.NaN,
				lastStep: 60,
				lowest: 1,
				lowestStep: 20,
				highest: 3,
				highestStep: 0,
			},
		]);
	});

	it('has no extremes where nothing was finite', () => {
		const metrics = new RunMetrics();
		metrics.append(packPoints([point({ n: 1, values: { loss: Number.NaN } })]));
		expect(digestOf(metrics)[0]).not.toHaveProperty('lowest');
		expect(digestOf(new RunMetrics())).toEqual([]);
	});
});

it('a cell survives its way to the page', () => {
	fc.assert(
		fc.property(cell, value => {
			const arrived: unknown = JSON.parse(JSON.stringify([toWire(value)]));
			const back = fromWire((arrived as ReturnType<typeof toWire>[])[0]);
			expect(back === value || (Number.isNaN(back) && Number.isNaN(value))).toBe(true);
		}),
	);
});

describe('a difference to the baseline', () => {
	it.each([
		['loss', 'down'],
		['rewards/accuracies', 'up'],
		['mean_token_accuracy', 'up'],
		['ifeval/prompt_level_strict_acc,none', 'up'],
		['wikitext/word_perplexity', 'down'],
		['rewards/margins', undefined],
		['rewards/chosen', undefined],
		['logps/chosen', undefined],
		['entropy', undefined],
		['grad_norm', undefined],
		['glossary', undefined],
	])('of %s is better %s', (metric, direction) => {
		expect(goodDirection({ metric, kind: 'eval' })).toBe(direction);
	});

	it('is better or worse by that direction, and nothing where one is no number', () => {
		expect(metricDelta(0.4, 0.5, 'down')?.verdict).toBe('better');
		expect(metricDelta(0.4, 0.5, 'up')?.verdict).toBe('worse');
		expect(metricDelta(0.5, 0.5, 'up')?.verdict).toBe('same');
		expect(metricDelta(0.4, 0.5, undefined)).toEqual({ difference: 0.4 - 0.5 });
		expect(metricDelta(Number.NaN, 0.5, 'up')).toBeUndefined();
		expect(metricDelta(Infinity, Infinity, 'up')).toBeUndefined();
	});
});

describe('the inputs of several runs', () => {
	it('are shown only where not all are the same', () => {
		const runs = [
			dpoRun({}, { name: 'a' }),
			dpoRun({ arguments: { chat_template_path: 'zephyr.jinja', beta: 0.01 } }, { name: 'b' }),
			dpoRun({
				chatTemplate: '{{ other }}\n',
				datasets: [dataset('train', 'pairs.jsonl', 'new'), dataset('eval', 'held-out.jsonl')],
			}),
		];
		const matrix = inputsMatrix(runs);
		expect(matrix.map(({ title }) => title)).toEqual(['Recipe', 'Data', 'Chat template']);
		expect(matrix[0]?.rows).toEqual([
			{ key: 'beta', values: [null, '0.01', null], default: '0.1' },
		]);
		expect(matrix[1]?.rows).toMatchObject([{ key: 'training data', split: 'train' }]);
		expect(new Set(matrix[1]?.rows[0]?.values).size).toBe(2);
		expect(inputsMatrix([dpoRun(), dpoRun()])).toEqual([]);
		expect(inputsMatrix([])).toEqual([]);
	});
});
