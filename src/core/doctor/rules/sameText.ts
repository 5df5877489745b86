import { formatNumber } from '../../metrics/format';
import type { DoctorRule, Verdict } from '../rule';
import { evidence, type RunView } from '../runView';

/** The text that reaches the model says nothing: a template that drops what the rows say. */
export const sameText: DoctorRule = {
	code: 'sameText',
	title: 'Rows all say the same',
	sources: [
		{
			title: 'transformers, chat templates',
			url: 'https://huggingface.co/docs/transformers/chat_templating',
		},
	],
	check: run => (run.facts.method === 'dpo' ? samePairs(run) : sameRows(run)),
};

const advice =
	'Look at a row as tokens: a chat template that drops the content, or rows cut to the same beginning, look like this.';

/** Chosen and rejected have the same log-probability, pair by pair. */
function samePairs(run: RunView): Verdict | undefined {
	const chosen = run.train('logps/chosen')?.finite();
	const rejected = run.train('logps/rejected');
	if (chosen === undefined || rejected === undefined || chosen.length < 3) {
		return undefined;
	}
	const isSame = chosen.value.every((value, i) => {
		const other = rejected.at(chosen.step[i] ?? 0) ?? Number.NaN;
		return Math.abs(value - other) <= 1e-4 * Math.abs(value) + 1e-6;
	});
	return isSame
		? {
				severity: 'error',
				sentence: `Chosen and rejected have the same log-probability (${formatNumber(chosen.value[0] ?? 0)} at step ${chosen.firstStep}) in all ${chosen.length} logged steps: to the model they are one text.`,
				advice,
				evidence: [evidence(chosen, 'the same as rejected')],
			}
		: undefined;
}

/** Hardly a token is in doubt before any row was seen twice. */
function sameRows(run: RunView): Verdict | undefined {
	const all = run.loss?.finite();
	const loss = all?.where(i => (all.epoch[i] ?? Infinity) <= 1.001);
	if (run.facts.method !== 'sft' || loss === undefined || loss.length < 10) {
		return undefined;
	}
	const end = loss.last(0.3, 4);
	const first = loss.value[0] ?? 0;
	return end.median < 0.05 && end.median < 0.2 * first
		? {
				severity: 'warning',
				sentence: `In the first epoch, on rows never seen before, the loss falls to ${formatNumber(end.median)}: nearly every token can be told beforehand, so the rows hardly differ.`,
				advice,
				evidence: [evidence(end, formatNumber(end.median))],
			}
		: undefined;
}
