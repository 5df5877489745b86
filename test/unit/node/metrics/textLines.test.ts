import { expect, it } from 'vitest';
import { TextLines } from '../../../../src/node/metrics/textLines';

it('gives all lines behind one that is too long, however many come at once', () => {
	let dropped = 0;
	const lines = new TextLines(100, () => dropped++);
	expect(lines.take(Buffer.from('x'.repeat(200)))).toEqual([]);
	const taken = lines.take(Buffer.from(`x\n${'\n'.repeat(300_000)}last\n`));
	expect(dropped).toBe(1);
	expect(taken).toHaveLength(300_001);
	expect(taken.at(-1)).toBe('last');
});
