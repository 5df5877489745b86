import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricsCsv, type LoggedLines } from '../../../../../src/core/metrics/export/metricsCsv';
import { readMetricsCsv } from '../../../../../src/core/metrics/export/readMetricsCsv';
import type { MetricPoint } from '../../../../../src/core/training/runLibrary';
import { point, trainLines } from '../builders';

const csvOf = (...sources: LoggedLines[]): string => [...metricsCsv(sources)].join('');
const run = (points: readonly MetricPoint[], id = 'A', name = 'a run'): LoggedLines => ({
	id,
	name,
	points,
});
const recordOf = (points: readonly MetricPoint[]): readonly MetricPoint[] | undefined =>
	readMetricsCsv(csvOf(run(points)))?.sources[0]?.points;

/** Any float64 by its bits; one NaN stands for all, as JavaScript tells no other apart. */
const anyNumber = fc
	.bigInt({ min: 0n, max: 2n ** 64n - 1n })
	.map(bits => new Float64Array(BigUint64Array.of(bits).buffer)[0] ?? 0)
	.map(value => (Number.isNaN(value) ? Number.NaN : value));
const anyText = fc.oneof(
	fc.string({ unit: 'grapheme' }),
	fc.constantFrom(
		'=cmd|’/C calc’!A0',
		"'=1",
		'+1',
		'-1',
		'@SUM(A1)',
		'\t=1',
		'<script>',
		'a,"b"\r\n',
		'',
	),
);
const anyPoint: fc.Arbitrary<MetricPoint> = fc
	.record({
		n: fc.nat(),
		attempt: fc.nat(),
		step: anyNumber,
		epoch: fc.option(anyNumber, { nil: undefined }),
		time: anyNumber,
		wall: anyNumber,
		kind: fc.constantFrom<MetricPoint['kind'][]>(
			'step',
			'train',
			'eval',
			'summary',
			'check',
			'system',
			'marker',
			'evaluation',
		),
		values: fc.dictionary(anyText, anyNumber, { maxKeys: 4 }),
		label: fc.option(anyText, { nil: undefined }),
	})
	.map(({ epoch, label, values, ...rest }) => ({
		...rest,
		values: Object.fromEntries(Object.entries(values)),
		...(epoch === undefined ? {} : { epoch }),
		...(label === undefined ? {} : { label }),
	}));

describe('metrics as CSV', () => {
	it('reads back bit by bit: every float64, kinds, attempts, steps, labels and names', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(
					fc.record({ id: anyText, name: anyText, points: fc.array(anyPoint, { minLength: 1 }) }),
					{ selector: ({ id }) => id, minLength: 1, maxLength: 3 },
				),
				sources => {
					const read = readMetricsCsv(csvOf(...sources));
					expect(read).toEqual({ sources, broken: 0 });
				},
			),
			{ seed: 6, numRuns: 300 },
		);
	});

	it('keeps what rounding would lose', () => {
		const loss = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0, 1 / 3, 2 ** 53 + 2];
		const read = recordOf(loss.map((value, i) => point({ n: i + 1, values: { loss: value } })));
		expect(read?.map(({ values }) => values['loss'])).toEqual(loss);
	});

	it('says NaN and the infinities by their words, and leaves empty what was not logged', () => {
		const text = csvOf(
			run([
				point({ n: 1, epoch: undefined, values: { loss: Number.NaN, lr: -Infinity } }),
				point({ n: 2, values: { loss: Infinity }, time: Number.NaN }),
			]),
		);
		expect(text.split('\n').slice(0, 3)).toEqual([
			'run,name,n,attempt,kind,label,step,epoch,time,wall,loss,lr',
			'A,a run,1,1,train,,1,,2,1700000001,NaN,-Infinity',
			'A,a run,2,1,train,,2,0.02,NaN,1700000002,Infinity,',
		]);
	});

	it('holds no cell that a spreadsheet would take for a formula', () => {
		const hostile = ['=cmd', '+1', '-1+1', '@x', '\t=1', '\r=1', '＝1', '"=1', ',=1', '\n=1'];
		const text = csvOf(
			...hostile.map(name =>
				run([point({ n: 1, values: { [name]: 1 }, label: name })], name, name),
			),
		);
		const cells = readCells(text);
		expect(cells.filter(cell => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
		expect(readMetricsCsv(text)?.sources.map(({ id }) => id)).toEqual(hostile);
	});

	it('keeps a metric apart that is called like one of the first columns', () => {
		const points = [point({ n: 1, values: { step: 7, label: 8, loss: 1 } })];
		expect(recordOf(points)).toEqual(points);
	});

	it('comes in pieces', () => {
		const pieces = [...metricsCsv([run(trainLines(5000, step => ({ loss: step })))])];
		expect(pieces.length).toBe(4);
		expect(readMetricsCsv(pieces.join(''))?.sources[0]?.points.length).toBe(5000);
	});

	it('is not taken for what another program wrote, and broken rows are counted', () => {
		expect(readMetricsCsv('step,loss\n1,2\n')).toBeUndefined();
		const text = csvOf(run(trainLines(3, step => ({ loss: step }))));
		const torn = text.slice(0, -8).replace('2,1,train', '2,one,train');
		expect(readMetricsCsv(torn)).toMatchObject({ sources: [{ points: [{ n: 1 }] }], broken: 2 });
	});
});

/** What a spreadsheet sees in the cells; a reader of its own, with nothing shared. */
function readCells(text: string): readonly string[] {
	return Array.from(text.matchAll(/(?:^|,|\n)("(?:[^"]|"")*"|[^,\n]*)/g), ([, cell = '']) =>
		cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
	);
}
