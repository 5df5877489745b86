import { responseFileName } from '../../../contract/responseFileName';
import { writtenId } from '../../formats/exactRows';
import type { Prompt } from '../../promptSet';
import {
	filled,
	type FinishedRow,
	type ProtocolQuestion,
	type ProtocolRequest,
	type ProtocolRow,
	type ProtocolRows,
} from './judgeProtocol';
import {
	pairTemplates,
	singleTemplates,
	type MtBenchTemplate,
	type MtBenchTemplates,
} from './mtBenchTemplates';
import { pairsAgainst, ProtocolAnswers } from './protocolAnswers';

/** `NEED_REF_CATS` of FastChat: the judge is shown a reference answer. */
const withReference = new Set(['math', 'reasoning', 'coding', 'arena-hard-200']);
const sampling = { n: 1, temperature: 0, max_tokens: 2048 };

/** Ids of the prompts whose category needs a reference answer, and have none. */
export function withoutReference({ comparison, references }: ProtocolRequest): readonly string[] {
	return comparison.prompts
		.filter(prompt => needsReferences(prompt))
		.filter(({ id, messages }) => (references.get(id)?.length ?? 0) < Math.min(messages.length, 2))
		.map(({ id }) => id);
}

/** Each answer alone, 1 to 10, its first and its second turn: `gen_judgment.py --mode single`. */
export function mtBenchSingle(request: ProtocolRequest): ProtocolRows {
	const answers = new ProtocolAnswers(request.comparison);
	const file = judgmentFile(request.judge, 'single');
	const rows = matches(answers.prompts('any'), singleTemplates).flatMap(
		({ prompt, turn, template }) =>
			answers.labels.flatMap((model): ProtocolRow[] => {
				const [replies] = answers.of(prompt, [model], turn) ?? [];
				if (!replies) {
					return [];
				}
				const question = questionOf(template, {
					...askedIn(prompt),
					...referencesOf(request, prompt),
					answer: replies[0] ?? '',
					answer_1: replies[0] ?? '',
					answer_2: replies[1] ?? '',
				});
				const finish: ProtocolRow['finish'] = ([reply], at) => {
					const score = readRating(reply?.text ?? '');
					const row = {
						question_id: writtenId(prompt.id),
						model,
						judge: [request.judge, template.name],
						user_prompt: question.messages.at(-1)?.content,
						judgment: reply?.text,
						score,
						turn,
						tstamp: at.getTime() / 1000,
					};
					return score === -1 ? { row } : { row, value: score };
				};
				return [{ promptId: prompt.id, model, file, questions: [question], finish }];
			}),
	);
	return { rows, leftOut: answers.leftOut };
}

/**
 * Two answers in both orders: `--mode pairwise-baseline` with a reference, else `pairwise-all`. The
 * first place is the model's in its first game.
 */
export function mtBenchPair(request: ProtocolRequest): ProtocolRows {
	const answers = new ProtocolAnswers(request.comparison);
	const file = judgmentFile(request.judge, 'pair');
	const { labels } = answers;
	const pairs =
		request.reference === undefined
			? labels.flatMap((first, i) => labels.slice(i + 1).map(second => [first, second] as const))
			: pairsAgainst(labels, request.reference, []).models.map(
					model => [model, request.reference ?? ''] as const,
				);
	const rows = matches(answers.prompts('any'), pairTemplates).flatMap(
		({ prompt, turn, template }) =>
			pairs.flatMap((pair): ProtocolRow[] => {
				const [one, two] = answers.of(prompt, pair, turn) ?? [];
				if (!one || !two) {
					return [];
				}
				const game = (a: readonly string[], b: readonly string[]): ProtocolQuestion =>
					questionOf(template, {
						...askedIn(prompt),
						...referencesOf(request, prompt),
						answer_a: a[0] ?? '',
						answer_b: b[0] ?? '',
						answer_a_1: a[0] ?? '',
						answer_b_1: b[0] ?? '',
						answer_a_2: a[1] ?? '',
						answer_b_2: b[1] ?? '',
					});
				const questions = [game(one, two), game(two, one)];
				const [model, against] = pair;
				const finish: ProtocolRow['finish'] = (replies, at) => {
					const texts = replies.map(({ text }) => text);
					const winners = [
						winnerOf(texts[0] ?? '', ['model_1', 'model_2']),
						winnerOf(texts[1] ?? '', ['model_2', 'model_1']),
					] as const;
					const row = {
						question_id: writtenId(prompt.id),
						model_1: model,
						model_2: against,
						g1_winner: winners[0],
						g2_winner: winners[1],
						judge: [request.judge, template.name],
						g1_user_prompt: questions[0]?.messages.at(-1)?.content,
						g1_judgment: texts[0],
						g2_user_prompt: questions[1]?.messages.at(-1)?.content,
						g2_judgment: texts[1],
						turn,
						tstamp: at.getTime() / 1000,
					};
					return { row, ...valueOf(winners) };
				};
				return [{ promptId: prompt.id, model, against, file, questions, finish }];
			}),
	);
	return { rows, leftOut: answers.leftOut };
}

/** The first rating in a judge's text; −1 where there is none. */
export function readRating(text: string): number {
	const found = /\[\[(\d+\.?\d*)\]\]/.exec(text) ?? /\[(\d+\.?\d*)\]/.exec(text);
	return found ? Number(found[1]) : -1;
}

/** A verdict for A wins over one for B that stands before it, as published. */
function winnerOf<Winner extends string>(
	text: string,
	[a, b]: readonly [Winner, Winner],
): Winner | 'tie' | 'error' {
	return text.includes('[[A]]')
		? a
		: text.includes('[[B]]')
			? b
			: text.includes('[[C]]')
				? 'tie'
				: 'error';
}

function valueOf([one, two]: readonly [string, string]): Pick<FinishedRow, 'value' | 'flipped'> {
	if (one === 'error' || two === 'error') {
		return {};
	}
	return {
		value: one !== two || one === 'tie' ? 0 : one === 'model_1' ? 1 : -1,
		flipped: one !== two && one !== 'tie' && two !== 'tie',
	};
}

/** In the order of FastChat: first turns before second ones, and those without a reference first. */
function matches(
	prompts: readonly Prompt[],
	templates: MtBenchTemplates,
): readonly {
	readonly prompt: Prompt;
	readonly turn: 1 | 2;
	readonly template: MtBenchTemplate;
}[] {
	const plain = prompts.filter(prompt => !needsReferences(prompt));
	const hard = prompts.filter(prompt => needsReferences(prompt));
	const two = ({ messages }: Prompt): boolean => messages.length === 2;
	return [
		...plain.map(prompt => ({ prompt, turn: 1 as const, template: templates.first })),
		...hard.map(prompt => ({ prompt, turn: 1 as const, template: templates.firstWithReference })),
		...plain.filter(two).map(prompt => ({ prompt, turn: 2 as const, template: templates.second })),
		...hard
			.filter(two)
			.map(prompt => ({ prompt, turn: 2 as const, template: templates.secondWithReference })),
	];
}

/** Whether the judge is shown a reference answer to a prompt. */
export function needsReferences({ tags }: Prompt): boolean {
	return tags.some(tag => withReference.has(tag));
}

function askedIn({ messages }: Prompt): Record<string, string> {
	const [first = '', second = ''] = messages.map(({ content }) => content);
	return { question: first, question_1: first, question_2: second };
}

function referencesOf({ references }: ProtocolRequest, { id }: Prompt): Record<string, string> {
	const [first = '', second = ''] = references.get(id) ?? [];
	return { ref_answer_1: first, ref_answer_2: second };
}

function questionOf(
	{ system, user }: MtBenchTemplate,
	fields: Readonly<Record<string, string>>,
): ProtocolQuestion {
	return {
		messages: [
			{ role: 'system', content: system },
			{ role: 'user', content: filled(user, fields) },
		],
		sampling,
	};
}

function judgmentFile(judge: string, mode: 'single' | 'pair'): string {
	return `model_judgment/${responseFileName(judge).replace(/\.jsonl$/, '')}_${mode}.jsonl`;
}
