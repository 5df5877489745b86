import { formatNumber } from '../../metrics/format';
import { isTrlMethod } from '../../training/trlOptions';
import { usualRatesFor } from '../../training/usualRates';
import { spread } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, fromTo, type RunView } from '../runView';
import type { Track } from '../track';
import { highestRate } from './dpoStuck';

/**
 * The loss does not move, and the steps are too small to move it. A loss that is flat at a usual rate
 * is that of a model that knows its text, and no fault.
 */
export const sftStuck: DoctorRule = {
	code: 'sftStuck',
	title: 'Nothing is learnt',
	sources: [
		{ title: 'alignment-handbook', url: 'https://github.com/huggingface/alignment-handbook' },
	],
	check: run => {
		const loss = run.loss?.finite();
		const rate = run.facts.number('learning_rate') ?? highestRate(run);
		const isDue =
			loss !== undefined && loss.length >= 10 && run.lastStep >= Math.max(20, 2 * run.warmupEnd);
		if (run.facts.method !== 'sft' || !isDue || rate === undefined || !(rate > 0)) {
			return undefined;
		}
		const reach = reachOf(run, rate);
		const middle = isTrlMethod('sft')
			? usualRatesFor('sft', run.facts.isAdapter ?? false).middle
			: rate;
		if (!(reach < 1e-4) || !(stayedByHeldOut(run) ?? stayedByLoss(loss))) {
			return undefined;
		}
		const [start, end] = partsOf(loss);
		return {
			severity: 'warning',
			sentence: `After ${run.lastStep} steps the loss is where it began (${fromTo(start.median, end.median)}): at a learning rate of ${rate.toExponential()} all steps together move a weight by ${formatNumber(reach)} at most.`,
			advice: 'Raise the learning rate; a weight is about 0.02, and hardly anything moved.',
			evidence: [evidence(loss, fromTo(start.median, end.median))],
			changes: { learning_rate: Math.max(middle, rate) },
		};
	},
};

function partsOf(loss: Track): readonly [Track, Track] {
	return [loss.first(0.25, 4), loss.last(0.4, 5)];
}

/**
 * Held-out rows are the same ones each time, so their loss tells without the chance of which rows
 * came. Undefined below two evaluations.
 */
function stayedByHeldOut(run: RunView): boolean | undefined {
	const held = run.held('loss').map(track => track.finite().value);
	return held.some(({ length }) => length >= 2)
		? held.every(([first = 0, ...later]) =>
				later.every(value => Math.abs(value - first) < 0.005 * Math.abs(first)),
			)
		: undefined;
}

/** No further apart at both ends than other rows make it: three standard errors of the medians. */
function stayedByLoss(loss: Track): boolean {
	const [start, end] = partsOf(loss);
	const fall = start.median - end.median;
	const error = Math.hypot(medianError(start), medianError(end));
	return Math.abs(fall) < Math.max(3 * error, 0.02 * start.median) && fall < 0.05 * start.median;
}

/** Standard error of a median, of values that are spread as by a normal law. */
function medianError({ value }: Track): number {
	return (1.2533 * spread(value)) / Math.sqrt(value.length);
}

/** What Adam can move a weight by, as each step moves it by the rate at most. */
function reachOf(run: RunView, rate: number): number {
	const rates = run.train('learning_rate')?.finite();
	const usual = rates === undefined ? rate : rates.value.reduce((a, b) => a + b, 0) / rates.length;
	return usual * run.lastStep;
}
