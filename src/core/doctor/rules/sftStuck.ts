import { formatNumber } from '../../metrics/format';
import { isTrlMethod } from '../../training/trlOptions';
import { usualRatesFor } from '../../training/usualRates';
import { spread } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, fromTo, type RunView } from '../runView';
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
		const [start, end] = [loss.first(0.25, 4), loss.last(0.4, 5)];
		const fall = start.median - end.median;
		const noise = Math.max(spread(start.value), spread(end.value), 0.02 * start.median);
		const reach = reachOf(run, rate);
		const middle = isTrlMethod('sft')
			? usualRatesFor('sft', run.facts.isAdapter ?? false).middle
			: rate;
		if (Math.abs(fall) > noise || fall > 0.05 * start.median || !(reach < 1e-4)) {
			return undefined;
		}
		return {
			severity: 'warning',
			sentence: `After ${run.lastStep} steps the loss is where it began (${fromTo(start.median, end.median)}): at a learning rate of ${rate.toExponential()} all steps together move a weight by ${formatNumber(reach)} at most.`,
			advice: 'Raise the learning rate; a weight is about 0.02, and hardly anything moved.',
			evidence: [evidence(loss, fromTo(start.median, end.median))],
			changes: { learning_rate: Math.max(middle, rate) },
		};
	},
};

/** What Adam can move a weight by, as each step moves it by the rate at most. */
function reachOf(run: RunView, rate: number): number {
	const rates = run.train('learning_rate')?.finite();
	const usual = rates === undefined ? rate : rates.value.reduce((a, b) => a + b, 0) / rates.length;
	return usual * run.lastStep;
}
