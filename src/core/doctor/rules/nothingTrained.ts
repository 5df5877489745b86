import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/** Loss and gradient are exactly 0 from the first step on: no token carries loss. */
export const nothingTrained: DoctorRule = {
	code: 'nothingTrained',
	title: 'No token carries loss',
	sources: [
		{ title: 'TRL, train on completions', url: 'https://huggingface.co/docs/trl/sft_trainer' },
	],
	check: run => {
		const loss = run.loss;
		const norm = run.train('grad_norm');
		const isZero = (values: Float64Array | undefined): boolean =>
			values !== undefined && values.length >= 3 && values.every(value => value === 0);
		if (
			run.facts.method !== 'sft' ||
			loss === undefined ||
			!isZero(loss.value) ||
			!isZero(norm?.value)
		) {
			return undefined;
		}
		return {
			severity: 'error',
			sentence: `Loss and gradient are exactly 0 in all ${loss.length} logged steps: no token of any row carries loss.`,
			advice:
				'Look at a row as tokens: a template without marks for answers, or answers cut away by max_length, leave nothing to learn.',
			evidence: [evidence(loss, '0')],
			...(run.facts.is('assistant_only_loss') ? { changes: { assistant_only_loss: false } } : {}),
		};
	},
};
