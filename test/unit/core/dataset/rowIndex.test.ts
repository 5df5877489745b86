import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectContainer, type RowIndexer } from '../../../../src/core/dataset/container';
import { JsonArrayIndexer } from '../../../../src/core/dataset/jsonArrayIndex';
import { JsonlIndexer } from '../../../../src/core/dataset/jsonlIndex';
import { RowRanges } from '../../../../src/core/dataset/rowRanges';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string =>
	new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

function indexWith(
	make: (rows: RowRanges) => RowIndexer,
	bytes: Uint8Array,
	cuts: readonly number[] = [],
) {
	const rows = new RowRanges();
	const indexer = make(rows);
	let from = 0;
	for (const cut of [...cuts].sort((a, b) => a - b)) {
		const at = Math.min(cut, bytes.length);
		indexer.push(bytes.subarray(from, at));
		from = at;
	}
	indexer.push(bytes.subarray(from));
	const layout = indexer.finish();
	const texts = Array.from({ length: rows.count }, (_, i) =>
		decode(bytes.subarray(rows.start(i), rows.end(i))),
	);
	return { texts, layout };
}
const jsonl = (rows: RowRanges): RowIndexer => new JsonlIndexer(rows);
const array = (rows: RowRanges): RowIndexer => new JsonArrayIndexer(rows);

describe('the index of JSON lines', () => {
	it('leaves out line ends, blank lines and the byte order mark', () => {
		const { texts, layout } = indexWith(jsonl, encode('\uFEFF{"a":1}\r\n\r\n  \n{"b":2}\r\n{"c"'));
		expect(texts).toEqual(['{"a":1}', '{"b":2}', '{"c"']);
		expect(layout).toMatchObject({ separator: '\r\n', prefixEnd: 3 });
	});

	it('finds no row in an empty file or in a file of blank lines', () => {
		expect(indexWith(jsonl, encode('')).texts).toEqual([]);
		expect(indexWith(jsonl, encode('\n \r\n\t')).texts).toEqual([]);
	});

	it('finds the same rows wherever the chunks are cut', () => {
		const line = fc.string({ unit: 'grapheme' }).map(text => JSON.stringify(text));
		fc.assert(
			fc.property(
				fc.array(fc.record({ line, end: fc.constantFrom('\n', '\r\n', '\n\n', '\r\n \r\n') })),
				fc.boolean(),
				fc.boolean(),
				fc.array(fc.nat(400)),
				(lines, mark, torn, cuts) => {
					let text = lines.map(({ line, end }) => line + end).join('');
					text = torn ? text.trimEnd() : text;
					const { texts, layout } = indexWith(jsonl, encode((mark ? '\uFEFF' : '') + text), cuts);
					expect(texts).toEqual(lines.map(({ line }) => line));
					expect(layout.separator).toBe(/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n');
				},
			),
			{ seed: 1 },
		);
	});
});

describe('the index of a JSON array', () => {
	it('gives the range of each element and the separator between them', () => {
		const { texts, layout } = indexWith(
			array,
			encode('\uFEFF [\n  {"a": "]},\\"["},\n  [1, [2]],\n  3\n]\n'),
		);
		expect(texts).toEqual(['{"a": "]},\\"["}', '[1, [2]]', '3']);
		expect(layout).toMatchObject({ kind: 'jsonArray', separator: ',\n  ' });
		expect(layout.fault).toBeUndefined();
	});

	it('says what is wrong with a torn file and still gives the rows before', () => {
		const { texts, layout } = indexWith(array, encode('[{"a":1}, {"b":'));
		expect(texts).toEqual(['{"a":1}', '{"b":']);
		expect(layout.fault).toContain('cut off');
		expect(indexWith(array, encode('[1] 2')).layout.fault).toContain('after the closing');
	});

	it('reads one value after another when there is no array', () => {
		const { texts, layout } = indexWith(array, encode('{\n"a": 1\n}\n\n"x y"\n7'));
		expect(texts).toEqual(['{\n"a": 1\n}', '"x y"', '7']);
		expect(layout.kind).toBe('jsonValues');
	});

	it('finds what JSON.parse finds, wherever the chunks are cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.jsonValue()),
				fc.constantFrom('', ' ', '\t', '  '),
				fc.array(fc.nat(400)),
				(values, indent, cuts) => {
					const text = JSON.stringify(values, null, indent);
					const { texts, layout } = indexWith(array, encode(text), cuts);
					expect(texts.map(one => JSON.parse(one) as unknown)).toEqual(JSON.parse(text));
					expect(layout.fault).toBeUndefined();
				},
			),
			{ seed: 2 },
		);
	});
});

describe('the kind of container', () => {
	const cases: [string, string, string][] = [
		['a.jsonl', '{"a":1}\n{"a":2}', 'jsonl'],
		['a.json', '{"a":1}\n{"a":2}', 'jsonl'],
		['a.json', '[\n  {"a":1}\n]', 'jsonArray'],
		['a.jsonl', '[\n  {"a":1}\n]', 'jsonArray'],
		['a.jsonl', '[{"a":1},{"a":2}]', 'jsonArray'],
		['a.jsonl', '[1]\n[2]\n', 'jsonl'],
		['a.json', '{\n  "a": 1\n}', 'jsonValues'],
		['a.jsonl', '{"torn\n{"a":1}', 'jsonl'],
		['a.jsonl', '', 'jsonl'],
		['a.parquet', 'PAR1....', 'parquet'],
	];
	it.each(cases)('of %s with %j is %s', (name, text, kind) => {
		expect(detectContainer(encode(text), name)).toBe(kind);
	});
});
