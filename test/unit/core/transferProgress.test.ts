import { describe, expect, it } from 'vitest';
import { byteSize } from '../../../src/core/base/byteSize';
import { TransferProgress } from '../../../src/core/hosts/transferProgress';

function steppedClock() {
	let at = 0;
	return { now: () => at, pass: (seconds: number) => (at += seconds * 1000) };
}

describe('the progress of a transfer', () => {
	it('says amounts at once, and speed and time left when they can be told', () => {
		const clock = steppedClock();
		const progress = new TransferProgress(980e6, 0, clock.now);
		expect(progress.detail).toBe('0 bytes of 980 MB');
		expect(progress.speed).toBeUndefined();
		clock.pass(2);
		progress.update(68e6);
		expect(progress.detail).toBe('68.0 MB of 980 MB, 34.0 MB/s, 27 s left');
		expect(progress.fraction).toBeCloseTo(68 / 980);
	});

	it('counts what was there before as done and not as speed', () => {
		const clock = steppedClock();
		const progress = new TransferProgress(100e6, 90e6, clock.now);
		clock.pass(1);
		progress.update(91e6);
		expect(progress.speed).toBe(1e6);
		expect(progress.detail).toBe('91.0 MB of 100 MB, 1.00 MB/s, 9 s left');
	});

	it('forgets how fast it was long ago', () => {
		const clock = steppedClock();
		const progress = new TransferProgress(1e9, 0, clock.now);
		for (let second = 1; second <= 60; second++) {
			clock.pass(1);
			progress.update(second <= 30 ? second * 10e6 : 300e6 + (second - 30) * 1e6);
		}
		expect(progress.speed).toBeCloseTo(1e6, -4);
	});

	it('says that it waits when nothing moves, instead of a time that grows', () => {
		const clock = steppedClock();
		const progress = new TransferProgress(100e6, 0, clock.now);
		clock.pass(1);
		progress.update(10e6);
		clock.pass(20);
		progress.update(10e6);
		expect(progress.detail).toBe('10.0 MB of 100 MB, waiting for the host');
		progress.update(100e6);
		expect(progress.detail).not.toContain('left');
	});

	it('of nothing is done', () => {
		expect(new TransferProgress(0, 0, () => 0).fraction).toBe(1);
	});
});

describe('a size', () => {
	it.each([
		[0, '0 bytes'],
		[1, '1 byte'],
		[999, '999 bytes'],
		[1000, '1.00 kB'],
		[999_499, '999 kB'],
		[999_500, '1.00 MB'],
		[12_345_678, '12.3 MB'],
		[2 ** 31, '2.15 GB'],
		[5e15, '5000 TB'],
	])('of %i bytes reads %s', (bytes, text) => {
		expect(byteSize(bytes)).toBe(text);
	});
});
