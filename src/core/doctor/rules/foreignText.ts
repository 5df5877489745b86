import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/**
 * The text is far from what the model expects when training begins. A model that knows its text is
 * wrong about as often as it thinks: its loss is near its entropy, whatever its size, and what the
 * loss is above it is the distance between the two. That distance says not where it comes from: a
 * wrong chat template has it, and so has what the training is to teach. Hence no more than a note.
 */
export const foreignText: DoctorRule = {
	code: 'foreignText',
	title: 'Text is foreign to the model',
	sources: [
		{
			title: 'transformers, chat templates',
			url: 'https://huggingface.co/docs/transformers/chat_templating',
		},
	],
	check: run => {
		const loss = run.loss?.finite();
		const entropy = run.train('entropy')?.finite();
		const first = entropy?.slice(0, 1);
		if (run.facts.method !== 'sft' || loss === undefined || first === undefined) {
			return undefined;
		}
		const doubt = first.value[0] ?? Number.NaN;
		const start = loss.where(i => (loss.step[i] ?? Infinity) <= first.firstStep);
		const early = first.firstStep <= Math.max(10, 0.05 * run.lastStep);
		const paid = start.median;
		if (!early || start.length === 0 || !(paid > doubt + 1.5) || !(paid > 1.75 * doubt)) {
			return undefined;
		}
		return {
			severity: 'info',
			sentence: `At step ${first.firstStep} the model is sure of itself (entropy ${formatNumber(doubt)} nats) and wrong (loss ${formatNumber(paid)}): the text is unlike what it was trained on.`,
			advice:
				'If the rows are to teach it something new, leave it; else compare the chat template and the special tokens with those the model was trained on.',
			evidence: [
				evidence(start, formatNumber(paid)),
				evidence(first, `${formatNumber(doubt)} nats`),
			],
		};
	},
};
