import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../src/core/contract/lineSplitter';
import {
	parseLines,
	parseMetricLine,
	parseSpec,
	parseState,
} from '../../../../src/core/contract/parseRunFiles';
import { responseFileName } from '../../../../src/core/contract/responseFileName';

const line = {
	n: 3,
	attempt: 1,
	step: 5,
	epoch: 0.1,
	time: 12.3,
	wall: 1_700_000_000,
	kind: 'train',
	values: { loss: 'NaN', grad_norm: 'Infinity', up: '-Infinity', word: 'x', flag: true },
	later: 1,
};

describe('a metric line', () => {
	it('keeps metrics whose names every object knows', () => {
		const values = '{"__proto__":1,"constructor":2,"toString":3}';
		const text = `{"n":1,"attempt":1,"step":1,"time":0,"wall":0,"kind":"train","values":${values}}`;
		expect(Object.entries(parseMetricLine(text)?.values ?? {})).toEqual([
			['__proto__', 1],
			['constructor', 2],
			['toString', 3],
		]);
	});

	it('turns the three words for non-finite numbers into numbers', () => {
		const point = parseMetricLine(JSON.stringify(line));
		expect(point?.values).toEqual({
			loss: Number.NaN,
			grad_norm: Number.POSITIVE_INFINITY,
			up: Number.NEGATIVE_INFINITY,
			flag: 1,
		});
	});

	it('is counted, never fatal, when it is broken', () => {
		const text = [
			'{"n":',
			'',
			'[]',
			'null',
			JSON.stringify({ ...line, kind: 'other' }),
			JSON.stringify(line),
		];
		const parsed = parseLines(text, parseMetricLine);
		expect(parsed.values).toHaveLength(1);
		expect(parsed.broken).toBe(4);
	});

	it('never throws, whatever it is given', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), text => {
				parseMetricLine(text);
				parseState(text);
				parseSpec(text);
			}),
		);
	});
});

describe('a record of a run', () => {
	const spec = { contractVersion: '1.0', id: 'A', kind: 'train', extra: { kept: [1] } };
	it('keeps fields that this version does not know', () => {
		expect(parseSpec(JSON.stringify(spec))).toEqual({ value: spec, readOnly: false });
	});
	it('is read-only when a newer major version wrote it', () => {
		expect(parseSpec(JSON.stringify({ ...spec, contractVersion: '2.0' }))?.readOnly).toBe(true);
		expect(parseSpec(JSON.stringify({ ...spec, contractVersion: '1.9' }))?.readOnly).toBe(false);
	});
	it('is undefined while it is half written', () => {
		expect(parseSpec(JSON.stringify(spec).slice(0, -2))).toBeUndefined();
	});
	it('reads a state name that it does not know as unknown', () => {
		const state = parseState('{"runDir":"/r","id":"A","state":"hibernating"}');
		expect(state?.value.state).toBe('unknown');
	});
});

describe('the splitter', () => {
	it('gives the same lines however the bytes are cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' '))),
				fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
				(lines, cuts) => {
					const bytes = new TextEncoder().encode(lines.map(text => `${text}\n`).join('') + 'torn');
					const splitter = new LineSplitter();
					const found: string[] = [];
					for (let at = 0, i = 0; at < bytes.length; i++) {
						const next = at + (cuts[i % cuts.length] ?? 1);
						found.push(...splitter.push(bytes.subarray(at, next)));
						at = next;
					}
					expect(found).toEqual(lines);
					expect(splitter.pending).toBe(4);
				},
			),
		);
	});
});

describe('the file name of a label', () => {
	it.each([
		['base', 'base.jsonl'],
		['run:01ABC@60', 'run%3A01ABC%4060.jsonl'],
		['.hidden', '%2Ehidden.jsonl'],
		['../up', '%2E.%2Fup.jsonl'],
		['grün', 'gr%C3%BCn.jsonl'],
	])('%s becomes %s', (label, name) => expect(responseFileName(label)).toBe(name));
});
