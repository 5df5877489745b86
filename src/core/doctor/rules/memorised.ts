import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';
import { shorterRun } from './shorterRun';

/** The training rows are known by heart: no doubt is left, and held-out rows do not share in it. */
export const memorised: DoctorRule = {
	code: 'memorised',
	title: 'Rows known by heart',
	sources: [
		{
			title: 'Unsloth, LoRA guide',
			url: 'https://docs.unsloth.ai/get-started/fine-tuning-llms-guide/lora-hyperparameters-guide',
		},
		{ title: 'fast.ai, 2023', url: 'https://www.fast.ai/posts/2023-09-04-learning-jumps/' },
	],
	check: run => {
		if (run.facts.method === 'dpo' || run.facts.method === 'kto') {
			return undefined;
		}
		const loss = run.loss?.finite();
		const end = loss?.last(0.2, 4);
		const accuracy = run.train('mean_token_accuracy')?.finite().last(0.2, 3);
		const entropy = run.train('entropy')?.finite().last(0.2, 3);
		if (loss === undefined || end === undefined || loss.length < 10) {
			return undefined;
		}
		const isSure =
			accuracy !== undefined &&
			accuracy.median > 0.97 &&
			(entropy === undefined || entropy.median < 0.2);
		// Code and short answers reach a low loss honestly: the accuracy has to say so too, if logged.
		const isKnown = end.median < 0.2 && (isSure || accuracy === undefined);
		const held = heldOutLoss(run);
		// Where held-out rows are as easy, it is the task that is easy.
		const isShared = held !== undefined && held < 2 * end.median + 0.1;
		if (!isKnown || isShared || !((end.epoch[end.length - 1] ?? 2) > 1.001)) {
			return undefined;
		}
		const changes = shorterRun(run);
		return {
			severity: held === undefined ? 'info' : 'warning',
			sentence: `The training loss is ${formatNumber(end.median)}${accuracy === undefined ? '' : ` with a token accuracy of ${formatNumber(accuracy.median)}`}${held === undefined ? '' : `, the held-out loss ${formatNumber(held)}`}: the rows are known by heart.`,
			advice:
				'Look for repeated rows, train fewer epochs or with a lower learning rate, and hold rows back to see what it is worth.',
			evidence: [
				evidence(end, formatNumber(end.median)),
				...(accuracy ? [evidence(accuracy, formatNumber(accuracy.median))] : []),
				...(entropy ? [evidence(entropy, `${formatNumber(entropy.median)} nats`)] : []),
			],
			...(changes === undefined ? {} : { changes }),
		};
	},
};

function heldOutLoss(run: RunView): number | undefined {
	const newest = run.held('loss').flatMap(track => [...track.finite().value].slice(-1));
	return newest.length === 0 ? undefined : Math.max(...newest);
}
