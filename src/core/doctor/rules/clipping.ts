import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/**
 * Gradients that are nearly always cut, and by far: a norm of 2 or 3 at the usual bound of 1 is that
 * of many a sound run, and Adam evens out a constant factor. In DPO, whose loss is of whole replies
 * and not of a token, with an adapter as without, the norm is larger yet.
 */
export const clipping: DoctorRule = {
	code: 'clipping',
	title: 'Clipping is always on',
	sources: [
		{
			title: 'transformers, max_grad_norm',
			url: 'https://huggingface.co/docs/transformers/main_classes/trainer#transformers.TrainingArguments.max_grad_norm',
		},
		{ title: 'IPO', url: 'https://arxiv.org/abs/2310.12036' },
	],
	check: run => {
		const limit = run.facts.number('max_grad_norm');
		const all = run.train('grad_norm')?.finite();
		const { warmupEnd } = run;
		const norms = all?.where(i => (all.step[i] ?? 0) > warmupEnd);
		// Its loss is a square of nats, so that its gradient is large as long as it learns.
		if ([run.facts.value('loss_type')].flat().includes('ipo')) {
			return undefined;
		}
		if (limit === undefined || limit <= 0 || norms === undefined || norms.length < 10) {
			return undefined;
		}
		const cut = norms.value.filter(value => value > limit).length / norms.length;
		const factor = norms.median / limit;
		const isOfReplies = run.facts.method === 'dpo';
		if (cut <= (isOfReplies ? 0.9 : 0.5) || factor < (isOfReplies ? 10 : 5)) {
			return undefined;
		}
		return {
			severity: factor > (isOfReplies ? 100 : 20) ? 'warning' : 'info',
			sentence: `${Math.round(100 * cut)}% of the steps after warm-up are clipped, usually to 1/${formatNumber(Math.round(factor))}: how far a step goes is set by max_grad_norm = ${limit}, no longer by the gradient.`,
			advice:
				'Raise max_grad_norm to about the usual norm, or lower the learning rate if the norm grows.',
			evidence: [evidence(norms, `${formatNumber(norms.median)} usually, ${limit} allowed`)],
			changes: { max_grad_norm: Number(norms.median.toPrecision(1)) },
		};
	},
};
