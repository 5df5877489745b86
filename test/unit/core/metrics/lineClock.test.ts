import { describe, expect, it } from 'vitest';
import { LineClock } from '../../../../src/core/metrics/lineClock';
import { drawn, sft } from '../doctor/curves';

describe('the silence of a run', () => {
	it('lasts since its newest line came here', () => {
		const clock = new LineClock();
		expect(clock.quiet(drawn({ ...sft, steps: 10 }), 100)).toMatchObject({
			seconds: 0,
			since: 1e9 + 10,
			active: 10,
			usual: 20,
		});
		expect(clock.quiet(drawn({ ...sft, steps: 10 }), 170)?.seconds).toBe(70);
		expect(clock.quiet(drawn({ ...sft, steps: 11 }), 180)?.seconds).toBe(0);
	});

	it('goes on while the machine alone is heard of, by the clock of the host', () => {
		const more = [
			{ kind: 'system' as const, step: 10, wall: 1e9 + 310, values: { cpu_percent: 3 } },
		];
		const quiet = new LineClock().quiet(drawn({ ...sft, steps: 10, more }), 7);
		expect(quiet).toMatchObject({ seconds: 300, since: 1e9 + 10, active: 10 });
	});

	it('calls no wait unusual that is no longer than twice the longest of late', () => {
		const time = (step: number): number => (step > 8 ? step + 90 : step);
		expect(new LineClock().quiet(drawn({ ...sft, steps: 12, time }), 0)?.usual).toBe(182);
	});

	it('has not begun before the first line', () => {
		expect(new LineClock().quiet(drawn({ steps: 0 }), 0)).toBeUndefined();
	});
});
