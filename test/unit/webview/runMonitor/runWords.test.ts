import { describe, expect, it } from 'vitest';
import { elapsedText, quietText, remainingText } from '../../../../webview/runMonitor/runWords';
import { monitored } from './builders';

const at = new Date(2026, 0, 2, 10, 42, 7).getTime() / 1000;
const run = monitored('A', {
	secondsLeft: 60,
	quiet: { seconds: 5, since: at, usual: 20, active: 100 },
});

describe('a run of which nothing comes', () => {
	it('goes on to be counted in seconds while it trains', () => {
		expect(elapsedText(run, 0)).toBe(elapsedText(monitored('B', { seconds: 105 }), 0));
		expect(elapsedText(run, 300)).toBe(elapsedText(monitored('B', { seconds: 405 }), 0));
	});

	it('names since when, in the place of an estimate that nothing supports any more', () => {
		expect([remainingText(run, 10), quietText(run, 10)]).toEqual(['about 1 min 00 s', undefined]);
		expect(remainingText(run, 16)).toBeUndefined();
		expect(quietText(run, 16)).toMatch(/^10:42/);
		expect(quietText(run, 15 * 3600)).toMatch(/2/);
	});
});
