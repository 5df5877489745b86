import { describe, expect, it } from 'vitest';
import { placeInLog, type LoggedPlace } from '../../../../src/core/metrics/logPlace';

const steps = 60;
const wanted = (step: number, more: Partial<LoggedPlace> = {}): LoggedPlace => ({
	step,
	epoch: step / 51,
	wall: 1_795_334_480 + step * 60,
	began: 1_795_334_480,
	maxSteps: steps,
	...more,
});
const all = Array.from({ length: steps }, (_, i) => i + 1);
/** As transformers prints it. */
const dict = (step: number): string =>
	`{'loss': '${(7 / step).toPrecision(4)}', 'learning_rate': '0.004', 'epoch': '${Number((step / 51).toPrecision(4))}'}`;

describe('the line of a log that stands for a step', () => {
	it('is the printed dict of its epoch, and never the summary at the end', () => {
		const log = [
			'[windsock] attempt 1 on vm',
			...all.map(dict),
			"{'train_runtime': '2.171', 'epoch': '1.176'}",
		].join('\n');
		for (const step of all) {
			expect(placeInLog(log, wanted(step))).toEqual({ line: step, by: 'step', step });
		}
	});

	it('is the line that names it, in a dict, in JSON or in words', () => {
		const log = [
			'Checkpoint written after step 12.',
			...all.map(step => `{"loss": 2.5, "step": ${step}}`),
			'step 200 of 300',
			'Step: 201',
		].join('\n');
		const place = (step: number): number | undefined => placeInLog(log, wanted(step))?.line;
		expect(place(12)).toBe(12);
		expect(place(200)).toBe(steps + 1);
		expect(place(201)).toBe(steps + 2);
	});

	it('is the redrawn progress bar of the training, not another bar', () => {
		const log = [
			'\rLoading weights: 0%| | 0/20 [00:00<?]\rLoading weights: 100%|█| 20/20 [00:00<00:00]',
			'\r 33%|███ | 20/60 [00:10<00:20]',
			'\r 50%|█████ | 30/60 [00:15<00:15]saved',
		].join('\n');
		expect(placeInLog(log, wanted(20))).toMatchObject({ line: 1, by: 'step' });
		expect(placeInLog(log, wanted(30))).toMatchObject({ line: 2, by: 'step' });
	});

	it('is that of the newest attempt which has it', () => {
		const log = [
			'[windsock] attempt 1 on vm',
			...all.slice(0, 30).map(dict),
			'[windsock] attempt 2 on vm',
			...all.slice(20, 40).map(dict),
		].join('\n');
		expect(placeInLog(log, wanted(25))?.line).toBe(31 + 5);
		expect(placeInLog(log, wanted(10))?.line).toBe(10);
	});

	it('is else the nearest, by step and then by time, and says which; or none', () => {
		const sparse = all
			.filter(step => step % 10 === 0)
			.map(dict)
			.join('\n');
		expect(placeInLog(sparse, wanted(32))).toEqual({ line: 2, by: 'nearestStep', step: 30 });
		// Local times of a zone two and a half hours ahead.
		const stamped = all
			.map(step => {
				const at = new Date((1_795_334_480 + step * 60 + 2.5 * 3600) * 1000);
				return `${at.toISOString().slice(0, 19).replace('T', ' ')} INFO forward done`;
			})
			.join('\n');
		expect(placeInLog(stamped, wanted(32))).toEqual({ line: 31, by: 'time' });
		expect(placeInLog('hello\nworld', wanted(3))).toBeUndefined();
		expect(placeInLog('', wanted(3))).toBeUndefined();
	});

	it('finds step 0 and steps whose epoch nobody knows', () => {
		const unknown = { epoch: Number.NaN };
		expect(placeInLog("{'loss': '2', 'epoch': '0'}", wanted(0))?.by).toBe('step');
		expect(placeInLog(`${dict(3)}\nstep 5`, wanted(5, unknown))).toMatchObject({ line: 1 });
	});
});
