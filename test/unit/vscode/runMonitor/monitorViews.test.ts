import { describe, expect, it } from 'vitest';
import { MonitorViews, newerView } from '../../../../src/vscode/runMonitor/monitorViews';

function memory(): {
	get(key: string): unknown;
	update(key: string, value: unknown): Promise<void>;
} {
	const kept = new Map<string, string>();
	return {
		get: key => JSON.parse(kept.get(key) ?? 'null') as unknown,
		update: (key, value) => Promise.resolve(void kept.set(key, JSON.stringify(value))),
	};
}

describe('the views of run monitors that are kept for a workspace', () => {
	it('are there again after a restart, each for its tab, until the tab is closed', () => {
		const kept = memory();
		const views = new MonitorViews(kept);
		views.keep('a', { runIds: ['A'], changedAt: 1 });
		views.keep('a', { runIds: ['A', 'B'], changedAt: 2 });
		views.keep('b', { runIds: ['C'], changedAt: 3 });
		views.forget('b');
		const again = new MonitorViews(kept);
		expect(again.get('a')).toEqual({ panel: 'a', runIds: ['A', 'B'], changedAt: 2 });
		expect(again.get('b')).toBeUndefined();
	});

	it('are few: those that were not looked at for longest go first', () => {
		const kept = memory();
		const views = new MonitorViews(kept);
		for (let n = 0; n < 40; n++) {
			views.keep(`tab ${n}`, { runIds: [], changedAt: n });
			views.keep('first', { runIds: [], changedAt: n });
		}
		const again = new MonitorViews(kept);
		expect(again.get('first')).toBeDefined();
		expect(again.get('tab 39')).toBeDefined();
		expect(again.get('tab 0')).toBeUndefined();
	});

	it('are left alone when they are no views', () => {
		const views = new MonitorViews({ get: () => [3, { runIds: 'A' }], update: unexpected });
		views.keep('a', { runIds: [1] });
		views.keep('a', 'view');
		expect(views.get('a')).toBeUndefined();
	});

	it('count where they are newer than the picture of the editor', () => {
		const [old, untouched] = [{ runIds: ['A'], changedAt: 1 }, { runIds: ['B'] }];
		const now = { runIds: ['C'], changedAt: 2 };
		expect(newerView(old, now)).toBe(now);
		expect(newerView(now, old)).toBe(now);
		expect(newerView(untouched, undefined)).toBe(untouched);
		expect(newerView(undefined, untouched)).toBe(untouched);
		expect(newerView(untouched, old)).toBe(old);
	});
});

function unexpected(): never {
	throw new Error('not expected here');
}
