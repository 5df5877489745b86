import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';
import { spikes } from './lossSpike';

/** Ten times the usual gradient, in tenths of powers of ten. */
const decade = 1;

/** Gradients far beyond the usual; they come before spikes of the loss, and clipping tames them. */
export const gradientSpike: DoctorRule = {
	code: 'gradientSpike',
	title: 'Gradient spike',
	sources: [
		{ title: 'OLMo 2, spike score', url: 'https://arxiv.org/abs/2501.00656' },
		{ title: 'SPAM', url: 'https://arxiv.org/abs/2501.06842' },
	],
	check: run => {
		const norm = run.train('grad_norm')?.finite();
		const logs = norm?.where(i => (norm.value[i] ?? 0) > 0).map(Math.log10);
		const at = logs === undefined ? [] : spikes(logs, 8, decade);
		const [first] = at;
		if (logs === undefined || first === undefined) {
			return undefined;
		}
		const piece = logs.slice(first, first + 1).map(value => 10 ** value);
		const value = formatNumber(piece.value[0] ?? 0);
		const clip = run.facts.number('max_grad_norm');
		const isOpen = clip === 0 || (clip !== undefined && clip > 10);
		return {
			severity: isOpen ? 'warning' : 'info',
			sentence: `The gradient norm is ${value} at step ${piece.firstStep}, more than ten times the usual${at.length === 1 ? '' : `, and ${at.length - 1} more such steps follow`}.`,
			advice: isOpen
				? 'Clip gradients, so that one batch cannot move the weights that far.'
				: 'Clipping cuts such a step; look at its rows if the loss jumps as well.',
			evidence: [evidence(piece, value)],
			...(isOpen ? { changes: { max_grad_norm: 1 } } : {}),
		};
	},
};
