import { formatNumber } from '../../metrics/format';
import { changePoint } from '../changePoint';
import { quantile, spread } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, fromTo } from '../runView';
import type { Track } from '../track';

/** A lasting loss of speed: the run falls at one place into a slower part that goes on to its end. */
export const slowdown: DoctorRule = {
	code: 'slowdown',
	title: 'Slower than before',
	sources: [
		{ title: 'Killick et al. 2012, change-points', url: 'https://arxiv.org/abs/1101.1438' },
	],
	check: run => {
		const known = run.track('tokens_per_second', 'system')?.finite();
		const all = known?.where(i => (known.value[i] ?? 0) > 0);
		// The first lines are of a machine that warms up.
		const speed = all?.slice(Math.min(2, Math.ceil(0.1 * all.length)));
		if (speed === undefined || speed.length < 8) {
			return undefined;
		}
		// Where it fell, wherever in the run that is; and a slow fall has no such place.
		const at = changePoint(speed.value.map(Math.log), 3);
		const found = [
			{ before: speed.slice(0, at), end: speed.slice(at) },
			{ before: speed.first(0.35, 3), end: speed.last(0.25, 3) },
		].find(({ before, end }) => isLastingFall(before, end));
		if (found === undefined) {
			return undefined;
		}
		const [before, now] = [found.before.median, found.end.median];
		return {
			severity: 'warning',
			sentence: `The speed has fallen by ${Math.round(100 * (1 - now / before))}%, from ${formatNumber(Math.round(before))} to ${formatNumber(Math.round(now))} tokens/s, and stays there.`,
			advice:
				'Look for another job on the host, for throttling and temperature of the GPU, and for a data loader that has become slow.',
			evidence: [evidence(found.end, fromTo(Math.round(before), Math.round(now)))],
		};
	},
};

/**
 * By a third and out of the noise, even its best moments are slower than the slow ones before, and
 * no dip before that was made good lasted as long.
 */
function isLastingFall(before: Track, end: Track): boolean {
	const noise = spread(end.value.map(Math.log));
	return (
		before.length >= 3 &&
		end.length >= 3 &&
		end.median < 0.7 * before.median &&
		Math.log(before.median / end.median) > 3 * noise &&
		quantile(end.value, 0.9) < quantile(before.value, 0.25) &&
		!hasDip(before, end.length, Math.sqrt(before.median * end.median))
	);
}

/** Whether of any so many points in a row most are below a speed. */
function hasDip({ value }: Track, points: number, speed: number): boolean {
	let slow = 0;
	for (let i = 0; i < value.length; i++) {
		slow += isBelow(value[i], speed) - isBelow(value[i - points], speed);
		if (i >= points - 1 && 2 * slow > points) {
			return true;
		}
	}
	return false;
}

function isBelow(value: number | undefined, speed: number): number {
	return value !== undefined && value < speed ? 1 : 0;
}
