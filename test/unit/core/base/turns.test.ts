import { describe, expect, it } from 'vitest';
import { Turns } from '../../../../src/core/base/turns';

describe('work in turns', () => {
	it('is done one at a time, in order, whatever each takes', async () => {
		const turns = new Turns();
		const said: string[] = [];
		const held: (() => void)[] = [];
		const first = turns.take(async () => {
			said.push('first begins');
			await new Promise<void>(resolve => held.push(resolve));
			said.push('first ends');
			return 1;
		});
		const second = turns.take(async () => {
			said.push('second');
			return 2;
		});
		await Promise.resolve();
		expect(said).toEqual(['first begins']);
		held[0]?.();
		expect(await Promise.all([first, second])).toEqual([1, 2]);
		expect(said).toEqual(['first begins', 'first ends', 'second']);
	});

	it('goes on after a failure, which only its own caller gets', async () => {
		const turns = new Turns();
		const failing = turns.take(() => Promise.reject(new Error('broken')));
		const next = turns.take(async () => 'next');
		await expect(failing).rejects.toThrow('broken');
		expect(await next).toBe('next');
		await expect(turns.settled).resolves.toBeUndefined();
	});
});
