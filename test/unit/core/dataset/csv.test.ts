import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvIndexer } from '../../../../src/core/dataset/csvIndex';
import {
	csvHeader,
	csvToJson,
	detectCsvDialect,
	jsonToCsv,
} from '../../../../src/core/dataset/csvRecord';
import { RowRanges } from '../../../../src/core/dataset/rowRanges';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function read(text: string | Uint8Array, cuts: readonly number[] = []) {
	const bytes = typeof text === 'string' ? encode(text) : text;
	const dialect = detectCsvDialect(bytes);
	const ranges = new RowRanges();
	const indexer = new CsvIndexer(ranges, dialect);
	let at = 0;
	for (const cut of [...cuts, bytes.length]) {
		const to = Math.max(at, Math.min(cut, bytes.length));
		indexer.push(bytes.subarray(at, to));
		at = to;
	}
	const layout = indexer.finish();
	const records = Array.from({ length: ranges.count }, (_, i) =>
		bytes.subarray(ranges.start(i), ranges.end(i)),
	);
	const rows = records.map(record => JSON.parse(csvToJson(record, dialect)) as unknown);
	return { dialect, layout, records, rows };
}

describe('a CSV file', () => {
	it('gives objects of texts by its header, with quoted delimiters, quotes and line breaks', () => {
		const { rows, layout } = read(
			'\uFEFFa,"b ""x""",c\r\n1,"x, y","line 1\nline 2"\r\n,"he said ""hi""",\r\n',
		);
		expect(rows).toEqual([
			{ a: '1', 'b "x"': 'x, y', c: 'line 1\nline 2' },
			{ a: '', 'b "x"': 'he said "hi"', c: '' },
		]);
		expect(layout).toMatchObject({ kind: 'csv', separator: '\r\n' });
		expect(layout.fault).toBeUndefined();
	});

	it.each([
		[',', 'a,b;x\n1,2\n'],
		[';', 'a;b;"c,d,e,f"\n1;2;3\n'],
		['\t', 'a\tb\tc,d\n1\t2\t3\n'],
	])('finds the delimiter %j', (delimiter, text) => {
		expect(read(text).dialect.delimiter).toBe(delimiter);
	});

	it('names columns without a name and those that share one', () => {
		expect(read('a,,a\n1,2,3\n').rows).toEqual([{ a: '1', 'column 2': '2', 'a 2': '3' }]);
	});

	it('shows rows with another number of fields and says which', () => {
		const { rows, layout } = read('a,b\n1,2\n1\n1,2,3\n');
		expect(rows).toEqual([{ a: '1', b: '2' }, { a: '1' }, { a: '1', b: '2', 'column 3': '3' }]);
		expect(layout.fault).toBe(
			'2 rows have another number of fields than the header’s 2; the first is row 2',
		);
	});

	it('says where a quote is never closed', () => {
		expect(read('a,b\n1,2\n1,"2\n3,4\n').layout.fault).toMatch(/row 2 is never closed/);
	});

	it('is without rows when it is empty or has only a header', () => {
		expect(read('').rows).toEqual([]);
		expect(read('a,b').layout.opening).toBe('\n');
		expect(read('a,b\n').layout.opening).toBeUndefined();
	});

	it('keeps the bytes of fields that an edit leaves alone', () => {
		const { records, dialect } = read(
			Uint8Array.from([...encode('a,b,c\n"1",x,'), 0xff, 0xfe, ...encode('\n')]),
		);
		const [record = new Uint8Array()] = records;
		const row = JSON.parse(csvToJson(record, dialect)) as Record<string, unknown>;
		const edited = jsonToCsv(encode(JSON.stringify({ ...row, b: 'x, "y"' })), record, dialect);
		expect([...edited]).toEqual([...encode('"1","x, ""y""",'), 0xff, 0xfe]);
	});

	it('refuses what CSV cannot hold, by name', () => {
		const dialect = { delimiter: ',', columns: ['a'] } as const;
		expect(() => jsonToCsv(encode('{"a":[1]}'), undefined, dialect)).toThrow(/“a”/);
		expect(() => jsonToCsv(encode('{"a":"1","z":"2"}'), undefined, dialect)).toThrow(/“z”/);
		expect(decode(jsonToCsv(encode('{"a":1.5}'), undefined, dialect))).toBe('1.5');
	});

	it('reads back what it writes, however the file is cut into chunks', () => {
		const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', 'é', ' ') });
		fc.assert(
			fc.property(
				fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }),
				fc.array(fc.nat(200), { maxLength: 4 }),
				(cells, cuts) => {
					const columns = ['one', 'two', 'three'];
					const dialect = { delimiter: ',', columns } as const;
					const rows = cells.map(([one, two, three]) => ({ one, two, three }));
					const lines = rows.map(row =>
						decode(jsonToCsv(encode(JSON.stringify(row)), undefined, dialect)),
					);
					const text = [decode(csvHeader(columns)), ...lines].join('\n') + '\n';
					const sorted = [4, ...cuts.map(cut => cut + 4)].sort((a, b) => a - b);
					expect(read(text, sorted).rows).toEqual(rows);
				},
			),
		);
	});

	it('writes a record that was not edited byte for byte', () => {
		const raw = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', 'é'), maxLength: 12 });
		fc.assert(
			fc.property(fc.array(raw, { minLength: 1, maxLength: 5 }), lines => {
				const { records, dialect } = read(`a,b,c\n${lines.join('\n')}\n`);
				for (const record of records) {
					const json = encode(csvToJson(record, dialect));
					expect(decode(jsonToCsv(json, record, dialect))).toBe(decode(record));
				}
			}),
		);
	});
});
