import { describe, expect, it } from 'vitest';
import { DisposableStore } from '../../../../src/core/base/disposable';
import { Emitter } from '../../../../src/core/base/emitter';

describe('DisposableStore', () => {
	it('disposes at once what is added too late', () => {
		const store = new DisposableStore();
		store.dispose();
		let disposed = false;
		store.add({ dispose: () => void (disposed = true) });
		expect(disposed).toBe(true);
	});
});

describe('Emitter', () => {
	it('reaches every listener even when one throws, and lets the error out', () => {
		const emitter = new Emitter<number>();
		const seen: number[] = [];
		emitter.event(() => {
			throw new Error('first');
		});
		emitter.event(value => void seen.push(value));
		expect(() => emitter.fire(4)).toThrow('first');
		expect(seen).toEqual([4]);
	});

	it('lets a listener unsubscribe while it is called', () => {
		const emitter = new Emitter<void>();
		let calls = 0;
		const subscription = emitter.event(() => {
			calls++;
			subscription.dispose();
		});
		emitter.fire();
		emitter.fire();
		expect(calls).toBe(1);
	});
});
