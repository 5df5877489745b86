import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../src/core/dataset/canonicalJson';
import { contentHash, idByContent, idValue } from '../../../../src/core/dataset/exampleId';
import { packRows, scanRow, ScanTable } from '../../../../src/core/dataset/rowScan';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('canonical JSON', () => {
	it('sorts keys, drops space, and keeps numbers as they are written', () => {
		expect(
			canonicalJson(
				' { "b" : [ 1.0 , 12345678901234567890, 1e2 ] , "a" : "caf\\u00e9\\/" , "a" : null } ',
			),
		).toBe('{"a":null,"b":[1.0,12345678901234567890,1e2]}');
	});

	it('leaves alone what is no JSON or deeper than the stack bears', () => {
		expect(canonicalJson('{"a": ')).toBe('{"a": ');
		const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
		expect(canonicalJson(deep)).toBe(deep);
	});

	it('says the same for every spelling of the same value', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.constantFrom('', '\t', '   '), (value, indent) => {
				const plain = JSON.stringify(value);
				const canonical = canonicalJson(plain);
				expect(canonicalJson(JSON.stringify(value, null, indent))).toBe(canonical);
				expect(JSON.parse(canonical)).toEqual(JSON.parse(plain));
			}),
			{ seed: 7 },
		);
	});
});

describe('canonical JSON of strings', () => {
	it('writes each escape as JSON.stringify would, wherever it stands', () => {
		const escape = fc.constantFrom(
			...String.raw`\" \\ \/ \b \f \n \r \t \u00e9 \u000A \u0000 \u001f \ud83d\ude00 \ud83d é a n`.split(
				' ',
			),
		);
		const token = fc.array(escape, { maxLength: 6 }).map(parts => `"${parts.join('')}"`);
		const row = fc.array(fc.tuple(token, token), { maxLength: 5 });
		fc.assert(
			fc.property(row, members => {
				const text = `{${members.map(([key, value]) => `${key}:[${value}]`).join(',')}}`;
				const value = JSON.parse(text) as Record<string, unknown>;
				const sorted = Object.keys(value)
					.map(key => [JSON.stringify(key), key] as const)
					.sort(([a], [b]) => (a < b ? -1 : 1))
					.map(([written, key]) => `${written}:${JSON.stringify(value[key])}`);
				expect(canonicalJson(text)).toBe(`{${sorted.join(',')}}`);
			}),
			{ seed: 8, numRuns: 1000 },
		);
	});
});

describe('the name of an example', () => {
	it('is the hash of what it says, with a number where others say the same', () => {
		const hash = contentHash('{"b":1,"a":2}', sha256);
		expect(hash).toBe(sha256('{"a":2,"b":1}'));
		expect(idByContent(hash, 0)).toBe(`sha256:${hash}`);
		expect(idByContent(hash, 2)).toBe(`sha256:${hash}#3`);
	});

	it('is the value of an id field only where that is text or a number', () => {
		expect(idValue({ id: 7 }, 'id')).toBe('7');
		expect(idValue({ id: '' }, 'id')).toBeUndefined();
		expect(idValue({ id: ['x'] }, 'id')).toBeUndefined();
	});
});

describe('the scan table', () => {
	const scanned = (...rows: string[]): ScanTable => {
		const table = new ScanTable();
		for (const row of rows) {
			table.append(packRows([scanRow(new TextEncoder().encode(row), sha256)]));
		}
		return table;
	};

	it('takes an id field for a name only when it is in every whole row and unique', () => {
		expect(scanned('{"id":"a","text":"1"}', 'broken', '{"id":"b","text":"1"}').idField).toBe('id');
		expect(scanned('{"id":"a","text":"1"}', '{"text":"2"}').idField).toBeUndefined();
		expect(scanned('{"id":"a","uuid":1}', '{"id":"a","uuid":2}').idField).toBe('uuid');
		expect(scanned().idField).toBeUndefined();
	});

	it('finds duplicates by what is said, whatever their ids', () => {
		const table = scanned(
			'{"id":"a","text":"1"}',
			'{"id":"b","text":"1"}',
			'{"id":"c","text":"2"}',
		);
		expect([0, 1, 2].map(row => table.findingsOf(row) !== 0)).toEqual([false, true, false]);
		expect(table.findingCounts.reduce((sum, count) => sum + count)).toBe(1);
	});
});
