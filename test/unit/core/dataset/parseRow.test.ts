import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { convertRow } from '../../../../src/core/dataset/conversion';
import { textsOf } from '../../../../src/core/dataset/example';
import { recogniseText } from '../../../../src/core/dataset/format';
import { scanRow } from '../../../../src/core/dataset/rowScan';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Rows of several shapes with a value of this depth in a place that is shown or written again. */
function rowsAround(deep: string): string[] {
	const call = `{"function":{"name":"f","arguments":${deep}}}`;
	return [
		deep,
		`{"a":${deep}}`,
		`{"messages":[{"role":"user","content":${deep}}]}`,
		`{"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[${call}]}]}`,
		`{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}],"k":${deep}}`,
		`{"conversations":[{"from":"human","value":"x"},{"from":"function_call","value":${JSON.stringify(
			`{"name":"f","arguments":${deep}}`,
		)}}]}`,
	];
}

describe('a row that is nested deeply', () => {
	it.each([100, 900, 3000, 100_000])('never overflows the stack, here with %i levels', levels => {
		for (const text of rowsAround(nested(levels))) {
			const row = recogniseText(text);
			expect(() => JSON.stringify(row)).not.toThrow();
			expect(() => textsOf(row.example)).not.toThrow();
			expect(scanRow(new TextEncoder().encode(text), sha256).row.format).toBe(row.format);
			expect(() => convertRow(text, row, 'trl-sft', undefined)).not.toThrow();
		}
	});

	it('says so instead of being shown', () => {
		const row = recogniseText(`{"messages":${nested(2000)}}`);
		expect(row.example).toMatchObject({
			kind: 'broken',
			reason: expect.stringContaining('nested deeper'),
		});
		expect(recogniseText(`{"a":${nested(900)}}`).format).toBe('json');
	});
});
