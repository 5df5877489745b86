import { formatNumber } from '../../metrics/format';
import type { Series } from '../../metrics/series';
import { median, spread } from '../robust';
import type { DoctorRule, Verdict } from '../rule';
import { evidence, fromTo, type RunView } from '../runView';
import { Track } from '../track';

/** What did not come back when a run went on: the schedule, the weights, or the place. */
export const resumeFault: DoctorRule = {
	code: 'resumeFault',
	title: 'Not resumed as it was',
	sources: [
		{
			title: 'transformers, resuming',
			url: 'https://huggingface.co/docs/transformers/trainer',
		},
	],
	check: run => rateJumps(run) ?? beganAnew(run) ?? lossJumps(run),
};

interface Seam {
	readonly series: Series;
	/** Position of the first point behind it. */
	readonly at: number;
	/** Step of that point. */
	readonly step: number;
}

/** Where a series goes on in another attempt, or goes back. */
function seams(series: Series | undefined): readonly Seam[] {
	if (series === undefined) {
		return [];
	}
	const steps = series.x('step');
	return series
		.stretches()
		.slice(1)
		.map(({ start }) => ({ series, at: start, step: steps[start] ?? Number.NaN }))
		.filter(({ step }) => Number.isFinite(step));
}

function piece({ series, at }: Seam, before: number, after: number): Track {
	const cut = (values: Float64Array): Float64Array =>
		values.slice(Math.max(0, at - before), at + after);
	const { metric, kind, dataset } = series;
	return new Track(
		metric,
		kind,
		dataset,
		cut(series.x('step')),
		cut(series.x('epoch')),
		cut(series.x('time')),
		cut(series.values),
	);
}

/** The same step has another learning rate than before, or the rate jumps where no step is repeated. */
function rateJumps(run: RunView): Verdict | undefined {
	const series = run.metrics.get('learning_rate', 'train');
	const steps = series?.x('step');
	const values = series?.values;
	for (const seam of seams(series)) {
		const now = values?.[seam.at] ?? Number.NaN;
		let same = -1;
		for (let i = seam.at - 1; i >= 0 && same < 0; i--) {
			same = (steps?.[i] ?? Infinity) <= seam.step ? i : same;
		}
		const then = values?.[same] ?? Number.NaN;
		const between = seam.step - (steps?.[same] ?? seam.step);
		const usual = Math.abs((values?.[seam.at - 1] ?? 0) - (values?.[seam.at - 2] ?? 0));
		const highest = values?.reduce((a, b) => Math.max(a, b), 0) ?? 0;
		// From the last logged step to this one the schedule itself moves.
		const stride = Math.max(1, (steps?.[seam.at - 1] ?? 0) - (steps?.[seam.at - 2] ?? 0));
		const expected = (2 * usual * Math.max(1, between)) / stride + 0.02 * highest;
		if (Math.abs(now - then) > expected && Math.abs(now - then) > 0.1 * Math.max(now, then)) {
			return {
				severity: 'warning',
				sentence: `When the run went on at step ${seam.step}, the learning rate changed from ${formatNumber(then)} to ${formatNumber(now)}: its schedule was not resumed.`,
				advice:
					'Resume with the recipe unchanged (steps, epochs, schedule), from a checkpoint that holds scheduler and optimizer.',
				evidence: [evidence(piece(seam, 1, 1), fromTo(then, now))],
			};
		}
	}
	return undefined;
}

/** Back at the first step though there was a checkpoint to go on from. */
function beganAnew(run: RunView): Verdict | undefined {
	for (const seam of seams(run.metrics.get('loss', 'step') ?? run.metrics.get('loss', 'train'))) {
		const before = seam.series.x('step')[seam.at - 1] ?? 0;
		const time = seam.series.x('time')[seam.at] ?? Infinity;
		const saved = run.metrics.markers
			.filter(
				({ kind, step, time: at }) => kind === 'checkpoint' && step <= before && !(at >= time),
			)
			.map(({ step }) => step);
		const newest = Math.max(0, ...saved);
		const back = before - seam.step;
		if (back > 10 && newest > seam.step + Math.max(1, 0.1 * newest)) {
			return {
				severity: 'warning',
				sentence: `The run went on at step ${seam.step} after step ${before}, though there was a checkpoint of step ${newest}: its work since was done again.`,
				advice:
					'Resume from the newest complete checkpoint, and save more often if none was whole.',
				evidence: [evidence(piece(seam, 1, 1), `${before} → ${seam.step}`)],
				changes: { save_steps: Math.max(1, Math.round(newest / 4)), save_strategy: 'steps' },
			};
		}
	}
	return undefined;
}

/** The loss behind the seam lies above what it was there, out of the noise. */
function lossJumps(run: RunView): Verdict | undefined {
	for (const seam of seams(run.metrics.get('loss', 'step') ?? run.metrics.get('loss', 'train'))) {
		const steps = seam.series.x('step');
		const end = seam.series.stretches().find(({ start }) => start === seam.at)?.end ?? seam.at;
		const { values } = seam.series;
		const size = Math.min(20, end - seam.at);
		const after = values.subarray(seam.at, seam.at + size).filter(Number.isFinite);
		const earlier: number[] = [];
		for (let i = seam.at - 1; i >= 0 && earlier.length < 20; i--) {
			const value = values[i] ?? Number.NaN;
			if ((steps[i] ?? 0) < seam.step && Number.isFinite(value)) {
				earlier.push(value);
			}
		}
		const rise = median(after) - median(earlier);
		const noise = Math.hypot(spread(after), spread(earlier));
		if (
			after.length >= 4 &&
			earlier.length >= 4 &&
			rise > Math.max(0.15, 0.2 * median(earlier), 2.5 * noise)
		) {
			return {
				severity: 'warning',
				sentence: `Where the run went on at step ${seam.step}, the loss stepped up from ${formatNumber(median(earlier))} to ${formatNumber(median(after))}: weights or optimizer were not those it had stopped with.`,
				advice:
					'Look which checkpoint it took, and whether that holds the optimizer; resume from one that is complete.',
				evidence: [evidence(piece(seam, 5, size), fromTo(median(earlier), median(after)))],
			};
		}
	}
	return undefined;
}
