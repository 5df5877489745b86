import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findValue, type JsonPath } from '../../../../src/core/dataset/jsonScanner';
import { patchString } from '../../../../src/core/dataset/rowPatch';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string =>
	new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

describe('a patch of one text in a row', () => {
	it('keeps key order, spacing, number text, unknown keys and escapes', () => {
		const row =
			'{ "n" : 1.0, "big":12345678901234567890 ,"messages":[{"content":"a\\/b caf\\u00e9 end","role" : "user"}], "n":2e0}';
		const patched = patchString(encode(row), ['messages', 0, 'content'], 'a/b café is the end');
		expect(decode(patched)).toBe(row.replace('caf\\u00e9 end', 'caf\\u00e9 is the end'));
	});

	it('spells new characters as the text around them is spelt', () => {
		const ascii = patchString(encode('{"a":"\\u00e9"}'), ['a'], 'éü😀');
		expect(decode(ascii)).toBe('{"a":"\\u00e9\\u00fc\\ud83d\\ude00"}');
		expect(decode(patchString(encode('{"a":"é"}'), ['a'], 'éü😀'))).toBe('{"a":"éü😀"}');
	});

	it('does not take a character apart', () => {
		const patched = patchString(encode('{"a":"x😀y"}'), ['a'], 'x😁y');
		expect(JSON.parse(decode(patched))).toEqual({ a: 'x😁y' });
	});

	it('takes the last of a repeated key, as JSON.parse does', () => {
		expect(decode(patchString(encode('{"a":"1","a":"2"}'), ['a'], '3'))).toBe('{"a":"1","a":"3"}');
	});

	it('answers nothing where there is no string', () => {
		expect(patchString(encode('{"a":1}'), ['a'], 'x')).toBeUndefined();
		expect(patchString(encode('{"a":"1"}'), ['b'], 'x')).toBeUndefined();
		expect(patchString(encode('{"a":"1'), ['a'], 'x')).toBeUndefined();
	});

	it('walks ten thousand levels without using the stack', () => {
		const row = `{"deep":${'['.repeat(10_000)}${']'.repeat(10_000)},"a":"x"}`;
		expect(decode(patchString(encode(row), ['a'], 'y'))).toBe(row.replace('"x"', '"y"'));
	});

	it('changes the one value and leaves every byte outside it, in any row', () => {
		const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
		fc.assert(
			fc.property(
				fc.jsonValue({ maxDepth: 4 }),
				text,
				fc.nat(),
				fc.boolean(),
				(value, next, pick, ascii) => {
					const json = JSON.stringify(value, null, pick % 3);
					const row = encode(ascii ? asciiJson(json) : json);
					const paths = stringPaths(JSON.parse(json));
					if (paths.length === 0) {
						return;
					}
					const path = paths[pick % paths.length] as JsonPath;
					const range = findValue(row, path);
					const patched = patchString(row, path, next);
					expect(range && patched).toBeDefined();
					if (range && patched) {
						const grown = patched.length - row.length;
						expect(patched.subarray(0, range.start)).toEqual(row.subarray(0, range.start));
						expect(patched.subarray(range.end + grown)).toEqual(row.subarray(range.end));
						const token = patched.subarray(range.start, range.end + grown);
						expect(JSON.parse(decode(token))).toBe(
							next.isWellFormed() ? next : JSON.parse(JSON.stringify(next)),
						);
					}
				},
			),
			{ seed: 4, numRuns: 200 },
		);
	});
});

function asciiJson(json: string): string {
	return json.replace(
		/[\u007f-\uffff]/g,
		unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function stringPaths(value: unknown, path: JsonPath = []): JsonPath[] {
	if (typeof value === 'string') {
		return [path];
	}
	if (Array.isArray(value)) {
		return value.flatMap((item, i) => stringPaths(item, [...path, i]));
	}
	if (value !== null && typeof value === 'object') {
		return Object.entries(value).flatMap(([key, item]) => stringPaths(item, [...path, key]));
	}
	return [];
}
