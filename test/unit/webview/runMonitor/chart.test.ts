import { describe, expect, it } from 'vitest';
import { translucent } from '../../../../webview/runMonitor/chart/color';
import { timeStep } from '../../../../src/core/metrics/timeTicks';
import {
	logTicks,
	multiplesWithin,
	tickText,
	ticksWithin,
	valueTick,
} from '../../../../webview/runMonitor/chart/ticks';
import {
	colorOf,
	dashOf,
	lineColor,
	markOf,
	runDash,
} from '../../../../webview/runMonitor/palette';

describe('the colours of the charts', () => {
	it.each([
		['#3794ff', 'rgba(55, 148, 255, 0.5)'],
		['#fff', 'rgba(255, 255, 255, 0.5)'],
		['#00000080', `rgba(0, 0, 0, ${(128 / 255) * 0.5})`],
		['rgba(255, 255, 255, 0.7)', 'rgba(255, 255, 255, 0.35)'],
		['rgb(1 2 3)', 'rgba(1, 2, 3, 0.5)'],
		['hsl(1 2% 3%)', 'hsl(1 2% 3%)'],
	])('%s at half its opacity', (color, half) => {
		expect(translucent(color, 0.5)).toBe(half);
	});

	it('give the first eight runs eight colours and begin anew with a dash', () => {
		const slots = [0, 1, 2, 3, 4, 5, 6, 7];
		expect(new Set(slots.map(colorOf)).size).toBe(8);
		expect(new Set(slots.map(markOf)).size).toBe(6);
		expect(colorOf(8)).toBe(colorOf(0));
		expect(runDash(8)).not.toEqual(runDash(0));
	});

	it('never tell two lines of one run apart by colour alone', () => {
		const lines = [
			{ kind: 'train', role: 0 },
			{ kind: 'train', role: 1 },
			{ kind: 'eval', role: 0 },
			{ kind: 'eval', role: 1 },
		] as const;
		expect(new Set(lines.map(line => dashOf(line).join())).size).toBe(4);
		expect(new Set(lines.map(line => lineColor(line, 3, true, true))).size).toBe(1);
	});
});

describe('the ticks of a time axis', () => {
	it.each([
		[50, 10, '10 s', 10],
		[300, 60, '1 min', 60],
		[4000, 900, '15 min', 900],
		[20_000, 3600, '1 h', 3600],
		[400_000, 86_400, '1 d', 86_400],
	])('over %d s stand %d s apart', (length, step, text, at) => {
		expect(timeStep({ min: 0, max: length }, 6)).toBe(step);
		expect(tickText('time', at, step)).toBe(text);
	});

	it('are whole multiples within the range', () => {
		expect(multiplesWithin({ min: 13.2, max: 290 }, 60)).toEqual([60, 120, 180, 240]);
		expect(multiplesWithin({ min: 0, max: 10 }, 5)).toEqual([0, 5, 10]);
		expect(multiplesWithin({ min: 1, max: 2 }, 5)).toEqual([]);
	});
});

describe('the ticks of an axis', () => {
	it('are as many as have room for their words', () => {
		expect(ticksWithin('wall', 250, 6)).toBe(3);
		expect(ticksWithin('step', 250, 6)).toBe(5);
		expect(ticksWithin('step', 900, 6)).toBe(6);
		expect(ticksWithin('wall', 20, 6)).toBe(1);
		expect(tickText('wall', 1_795_854_405, 15)).toMatch(/^\d\d:\d\d:\d\d$/);
	});

	it('have the digits that tell them apart', () => {
		const all = [70.821, 70.822, 70.823];
		expect(all.map(value => valueTick(value, all))).toEqual(['70.821', '70.822', '70.823']);
		expect([0, 0.5, 1].map(value => valueTick(value, [0, 0.5, 1]))).toEqual(['0', '0.5', '1']);
		expect(valueTick(20_000, [10_000, 20_000])).toBe('20K');
		const close = [1_000_010, 1_000_020];
		expect(close.map(value => valueTick(value, close))).toEqual(['1000010', '1000020']);
		expect(valueTick(3, [3])).toBe('3');
	});

	it('are powers of ten on a logarithmic axis that has some, and never too many', () => {
		expect(logTicks({ min: 0.006, max: 2 }, 7)).toEqual([0.01, 0.1, 1]);
		expect(logTicks({ min: 0.25, max: 3.2 }, 7)).toEqual([0.3, 1, 3]);
		expect(logTicks({ min: 0.9, max: 6 }, 7)).toEqual([1, 2, 5]);
		expect(logTicks({ min: 900, max: 2400 }, 7)).toEqual([1000, 2000]);
		expect(logTicks({ min: 0.9, max: 1.1 }, 7)).toBeUndefined();
		expect(logTicks({ min: 1e-9, max: 1e9 }, 7)?.length).toBeLessThanOrEqual(7);
		expect(logTicks({ min: 0, max: 1 }, 7)).toBeUndefined();
	});
});
