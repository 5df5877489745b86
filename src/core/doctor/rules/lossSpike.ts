import { formatNumber } from '../../metrics/format';
import { median, spread } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';
import type { Track } from '../track';

/** Points that a value is held against, and the fewest of them. */
const window = 100;
const fewest = 10;

/** A value far above everything before it, which comes down again; what stays up is `divergence`. */
export const lossSpike: DoctorRule = {
	code: 'lossSpike',
	title: 'Loss spike',
	sources: [
		{ title: 'OLMo 2, spike score', url: 'https://arxiv.org/abs/2501.00656' },
		{ title: 'SPAM', url: 'https://arxiv.org/abs/2501.06842' },
	],
	check: run => {
		const loss = run.loss?.finite();
		// A pair that is told apart wrongly costs any preference loss a lot, once nearly all are right.
		const isPreference = run.facts.method === 'dpo' || run.facts.method === 'kto';
		const [deviations, floor] = isPreference ? [12, 1.5] : [8, 0.5];
		const at = loss === undefined ? [] : spikes(loss, deviations, floor);
		const [first] = at;
		if (loss === undefined || first === undefined) {
			return undefined;
		}
		const before = median(loss.value.subarray(Math.max(0, first - window), first));
		const piece = loss.slice(first, first + 1);
		const norm = gradientThere(run, piece.firstStep);
		const others = at.length === 1 ? '' : `, and ${at.length - 1} more later`;
		const rate = run.facts.number('learning_rate');
		const isOften = at.length > 2;
		return {
			severity: 'warning',
			sentence: `The loss jumps from about ${formatNumber(before)} to ${formatNumber(piece.value[0] ?? 0)} at step ${piece.firstStep}${others}.`,
			advice: isOften
				? 'Look at the rows of those steps; where they are sound, lower the learning rate or clip harder.'
				: 'Look at the rows of that step for broken text or another language; one spike that comes down again does little harm.',
			evidence: [evidence(piece, formatNumber(piece.value[0] ?? 0)), ...norm],
			...(isOften && rate !== undefined ? { changes: { learning_rate: rate / 2 } } : {}),
		};
	},
};

/** Positions of the spikes; of a spike over several points the first. */
export function spikes(track: Track, deviations: number, floor: number): readonly number[] {
	const found: number[] = [];
	let limit = Infinity;
	let last = -2;
	// The limit moves slowly, so it is not worked out for each point of a long run.
	const stride = Math.max(5, Math.floor(track.length / 500));
	for (let i = fewest; i < track.length; i++) {
		const value = track.value[i] ?? 0;
		if (i === fewest || i % stride === 0 || i - last === 1) {
			limit = limitOf(track.value.subarray(Math.max(0, i - window), i), deviations, floor);
		}
		if (value > limit && comesDown(track, i, limit)) {
			if (i - last > 1) {
				found.push(i);
			}
			last = i;
		}
	}
	return found;
}

/** Beyond the bulk by so many deviations, and well beyond the highest so far as well. */
function limitOf(before: Float64Array, deviations: number, floor: number): number {
	const middle = median(before);
	const sorted = Float64Array.from(before).sort();
	// The highest is a spike itself, maybe.
	const high = sorted[Math.floor(0.97 * (sorted.length - 1))] ?? middle;
	return (
		middle +
		Math.max(deviations * spread(before), 2 * (high - middle), floor, 0.3 * Math.abs(middle))
	);
}

/** What follows lies below the limit again; of the last points nobody knows. */
function comesDown(track: Track, at: number, limit: number): boolean {
	const after = track.value.subarray(at + 1, at + 11);
	return after.length >= 2 && median(after) < limit;
}

function gradientThere(run: RunView, step: number): ReturnType<typeof evidence>[] {
	const norm = run.train('grad_norm')?.finite();
	const there = norm?.where(i => norm.step[i] === step);
	return there === undefined || there.length === 0
		? []
		: [evidence(there, formatNumber(there.value[0] ?? 0))];
}
