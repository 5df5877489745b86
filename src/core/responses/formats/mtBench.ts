import {
	idOf,
	isRecord,
	numberOf,
	overlay,
	textOf,
	writtenId,
	type ExactRow,
	type FileRow,
} from './exactRows';
import { tagsOf, type ReadAnswer, type ReadPrompt } from './readAnswer';

/** `temperature_config` of FastChat's `llm_judge/common.py`; a category that is not there: 0.7. */
const temperatures: Readonly<Record<string, number>> = {
	writing: 0.7,
	roleplay: 0.7,
	extraction: 0,
	math: 0,
	coding: 0,
	reasoning: 0,
	stem: 0.1,
	humanities: 0.1,
	'arena-hard-200': 0,
};
const otherTemperature = 0.7;
/** `--max-new-token` of FastChat's `gen_model_answer.py`. */
const answerTokens = 1024;

/** Texts of turns: plain, or `{content}` as early Arena-Hard wrote them. */
function turnTexts(value: unknown): string[] | undefined {
	if (!Array.isArray(value) || value.length === 0) {
		return undefined;
	}
	const texts = value.map(turn => textOf(isRecord(turn) ? turn['content'] : turn));
	return texts.every(text => text !== undefined) ? texts : undefined;
}

/** A line of `question.jsonl`. A string tells what is wrong. */
export function readMtBenchQuestion({ line, row }: FileRow): ReadPrompt | string {
	const id = idOf(row['question_id']);
	const turns = turnTexts(row['turns']);
	if (id === undefined || !turns) {
		return 'it needs "question_id" and "turns" of texts';
	}
	const category = textOf(row['category']);
	const isPlain = (row['turns'] as unknown[]).every(turn => typeof turn === 'string');
	const asked = numberOf(row['required_temperature']);
	const reference = turnTexts(row['reference'])?.filter(text => text !== '');
	return {
		line,
		id,
		messages: turns.map(content => ({ role: 'user', content })),
		tags: tagsOf(category, row['cluster']),
		...(reference && reference.length > 0 ? { reference: reference.join('\n\n') } : {}),
		...(isPlain
			? {
					sampling: {
						temperature: asked ?? temperatures[category ?? ''] ?? otherTemperature,
						max_new_tokens: answerTokens,
					},
				}
			: {}),
		row,
	};
}

/** The answers of a line of `model_answer/*.jsonl`: one for each choice. */
export function readMtBenchAnswers({ line, row }: FileRow): ReadAnswer[] | string {
	const id = idOf(row['question_id']);
	const choices = row['choices'];
	if (id === undefined || !Array.isArray(choices) || choices.length === 0) {
		return 'it needs "question_id" and "choices"';
	}
	const answers: ReadAnswer[] = [];
	for (const [index, choice] of choices.entries()) {
		const turns = isRecord(choice) ? turnTexts(choice['turns']) : undefined;
		if (!turns) {
			return `choice ${index + 1} has no "turns" of texts`;
		}
		answers.push({ line, id, tags: [], model: textOf(row['model_id']), turns, sample: index, row });
	}
	return answers;
}

export function mtBenchQuestion(
	prompt: Pick<ReadPrompt, 'messages' | 'tags' | 'reference'> & { readonly id: string },
	row: ExactRow = {},
): ExactRow {
	const turns = prompt.messages.filter(({ role }) => role === 'user').map(({ content }) => content);
	const isKnown = idOf(row['question_id']) === prompt.id;
	return overlay(row, {
		question_id: isKnown ? undefined : writtenId(prompt.id),
		category: prompt.tags[0] ?? (isKnown ? undefined : 'general'),
		turns: isKnown && same(turnTexts(row['turns']), turns) ? undefined : turns,
		reference:
			row['reference'] === undefined && prompt.reference !== undefined
				? [prompt.reference]
				: undefined,
	});
}

/** `samples` are the replies of each choice. */
export function mtBenchAnswer(
	answer: {
		readonly id: string;
		readonly model: string;
		readonly samples: readonly (readonly string[])[];
	},
	row: ExactRow = {},
): ExactRow {
	const choices = Array.isArray(row['choices']) ? (row['choices'] as readonly unknown[]) : [];
	const isKnown = idOf(row['question_id']) === answer.id;
	return overlay(row, {
		question_id: isKnown ? undefined : writtenId(answer.id),
		answer_id: row['answer_id'] === undefined ? `${answer.model}-${answer.id}` : undefined,
		model_id: answer.model,
		choices: answer.samples.map((turns, index) => {
			const there = choices[index];
			const choice = isRecord(there) ? there : {};
			return overlay(choice, {
				index: choice['index'] === undefined ? index : undefined,
				turns: same(turnTexts(choice['turns']), turns) ? undefined : turns,
			});
		}),
		tstamp: row['tstamp'] === undefined ? 0 : undefined,
	});
}

function same(there: readonly string[] | undefined, texts: readonly string[]): boolean {
	return there?.length === texts.length && there.every((text, i) => text === texts[i]);
}
