import { isTrlMethod } from '../../training/trlOptions';
import { usualRatesFor } from '../../training/usualRates';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/** A learning rate outside of what others train with, by method and by what is trained. */
export const learningRate: DoctorRule = {
	code: 'learningRate',
	title: 'Unusual learning rate',
	sources: [
		{ title: 'alignment-handbook', url: 'https://github.com/huggingface/alignment-handbook' },
		{ title: 'llamafactory#6153', url: 'https://github.com/hiyouga/LLaMA-Factory/issues/6153' },
	],
	check: run => {
		const { facts } = run;
		const rates = run.train('learning_rate')?.finite();
		const rate = facts.number('learning_rate') ?? rates?.value.reduce((a, b) => Math.max(a, b), 0);
		const isJudged = rates !== undefined && rate !== undefined && rate > 0;
		// Of a foreign run nobody knows whether it trains an adapter; toys take any rate.
		if (!isJudged || !isTrlMethod(facts.method) || facts.isAdapter === undefined || facts.isToy) {
			return undefined;
		}
		const { low, high, middle } = usualRatesFor(facts.method, facts.isAdapter, facts.known.model);
		if (rate >= low && rate <= high) {
			return undefined;
		}
		const what = `${facts.method.toUpperCase()} of ${facts.isAdapter ? 'an adapter' : 'all weights'}`;
		const side = rate > high ? 'above' : 'below';
		return {
			severity: 'warning',
			sentence: `The learning rate of ${rate.toExponential()} is ${side} what others train ${what} with (${low.toExponential()} to ${high.toExponential()}).`,
			advice:
				rate > high
					? 'Take the usual rate unless the curves of a shorter trial speak for yours.'
					: 'Take the usual rate: at this one little is learnt in the same time.',
			evidence: [evidence(rates, rate.toExponential())],
			changes: { learning_rate: middle },
		};
	},
};
