import { describe, expect, it } from 'vitest';
import { formatDuration, formatExact, formatNumber } from '../../../../src/core/metrics/format';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { remainingSeconds } from '../../../../src/core/metrics/progress';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { point, trainLines } from './builders';

describe('numbers for people', () => {
	it('keep every digit where the exact value is shown', () => {
		const values = [0.1 + 0.2, -1.5e-7, 0.00002, 123_456.789, 0];
		expect(values.map(formatExact)).toEqual([
			'0.30000000000000004',
			'−1.5e-7',
			'2e-5',
			'123456.789',
			'0',
		]);
		expect(formatExact(-Infinity)).toBe('−Infinity');
	});

	it.each([
		[0, '0'],
		[0.742147, '0.7421'],
		[-1.5, '−1.5'],
		[5e-7, '5e-7'],
		[2.0004e-5, '2e-5'],
		[123456, '123,456'],
		[12345.678, '12,346'],
		[75_720_000, '75,720,000'],
		[1.23456e6 + 0.5, '1.235e6'],
		[1e15, '1e15'],
		[Number.NaN, 'NaN'],
		[-Infinity, '−Infinity'],
	])('%d reads %s', (value, text) => expect(formatNumber(value)).toBe(text));

	it.each([
		[8.4, '8 s'],
		[130, '2 min 10 s'],
		[3 * 3600 + 5 * 60, '3 h 05 min'],
		[2 * 86400 + 4 * 3600, '2 d 4 h'],
	])('%d seconds read %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('the time that is left', () => {
	const of = (lines: Parameters<typeof packPoints>[0]): RunMetrics => {
		const metrics = new RunMetrics();
		metrics.append(packPoints(lines));
		return metrics;
	};

	it('follows from the speed over the newest steps', () => {
		const metrics = of(trainLines(30, () => ({ loss: 1 })));
		expect(remainingSeconds(metrics, 30, 100)).toBeCloseTo(140);
	});

	it('is unknown before two points of this attempt', () => {
		const lines = [...trainLines(5, () => ({ loss: 1 })), point({ n: 6, attempt: 2, step: 3 })];
		expect(remainingSeconds(of(lines), 3, 100)).toBeUndefined();
		expect(remainingSeconds(new RunMetrics(), 0, 100)).toBeUndefined();
	});
});
