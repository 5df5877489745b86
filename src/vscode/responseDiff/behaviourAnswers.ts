import { reasonOf } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import {
	type BehaviourQuestion,
	type BehaviourReport,
} from '../../core/responses/behaviour/behaviourReport';
import { fewestPrompts } from '../../core/responses/behaviour/behaviourShift';
import type { Comparison } from '../../core/responses/comparison';
import type { AnswerAnalysis } from '../../node/responses/answerAnalysis';
import type { BehaviourAnswer } from '../../protocol/answerBehaviour';

export interface BehaviourChoice {
	/** Labels of the models that are shown. */
	readonly labels: readonly string[];
	readonly reference: number;
	readonly tag: string;
	readonly phrases: PhraseList;
}

/** Finds what answers of each model are like, in a thread of its own: it reads every answer. */
export class BehaviourAnswers {
	#last: { readonly key: string; readonly report: Promise<BehaviourReport> } | undefined;

	constructor(
		private readonly analysis: Pick<AnswerAnalysis, 'ask'>,
		private readonly logger: Logger,
	) {}

	async load(comparison: Comparison, choice: BehaviourChoice): Promise<BehaviourAnswer> {
		const { labels, reference, tag } = choice;
		const answers = comparison.header.models.reduce(
			(sum, { label }) => sum + (comparison.responses.get(label)?.size ?? 0),
			0,
		);
		const key = JSON.stringify([labels, reference, tag, answers]);
		try {
			const last =
				this.#last?.key === key
					? this.#last
					: { key, report: this.analysis.ask('behaviour', behaviourQuestion(comparison, choice)) };
			this.#last = last;
			return { kind: 'found', report: await last.report, tags: tagsOf(comparison), answers };
		} catch (error) {
			this.#last = undefined;
			this.logger.warn(`answers were not looked through: ${reasonOf(error)}`);
			return { kind: 'failed' };
		}
	}
}

export function behaviourQuestion(
	{ prompts, responses }: Comparison,
	{ labels, reference, tag, phrases }: BehaviourChoice,
): BehaviourQuestion {
	const chosen = tag === '' ? prompts : prompts.filter(({ tags }) => tags.includes(tag));
	const label = labels[reference];
	return {
		prompts: chosen.map(({ id, messages }) => ({
			id,
			asked: messages.findLast(({ role }) => role === 'user')?.content,
		})),
		models: labels.map(one => ({
			label: one,
			answers: chosen.map(({ id }) => {
				const answer = responses.get(one)?.get(id);
				return answer && { response: answer.response, finishReason: answer.finishReason };
			}),
		})),
		...(label === undefined ? {} : { reference: label }),
		phrases,
	};
}

function tagsOf({ prompts }: Comparison): { readonly tag: string; readonly prompts: number }[] {
	const counts = new Map<string, number>();
	for (const tag of prompts.flatMap(({ tags }) => [...new Set(tags)])) {
		counts.set(tag, (counts.get(tag) ?? 0) + 1);
	}
	return [...counts]
		.filter(([, count]) => count >= fewestPrompts)
		.map(([tag, count]) => ({ tag, prompts: count }))
		.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
}
