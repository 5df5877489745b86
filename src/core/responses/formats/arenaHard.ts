import {
	idOf,
	isRecord,
	numberOf,
	overlay,
	textOf,
	type ExactRow,
	type FileRow,
} from './exactRows';
import { tagsOf, type ReadAnswer, type ReadPrompt } from './readAnswer';

/** A line of `question.jsonl`. A string tells what is wrong. */
export function readArenaHardQuestion({ line, row }: FileRow): ReadPrompt | string {
	const [id, prompt] = [idOf(row['uid']), textOf(row['prompt'])];
	return id === undefined || prompt === undefined
		? 'it needs "uid" and "prompt"'
		: {
				line,
				id,
				messages: [{ role: 'user', content: prompt }],
				tags: tagsOf(row['category'], row['subcategory'] ?? row['cluster']),
				row,
			};
}

/** A line of `model_answer/*.jsonl`. A string tells what is wrong. */
export function readArenaHardAnswer({ line, row }: FileRow): ReadAnswer | string {
	const id = idOf(row['uid']);
	const messages = Array.isArray(row['messages']) ? row['messages'].filter(isRecord) : [];
	const reply = messages.at(-1);
	const text = reply?.['role'] === 'assistant' ? replyText(reply['content']) : undefined;
	if (id === undefined || text === undefined) {
		return 'it needs "uid" and "messages" that end with the assistant’s';
	}
	const asked = messages.slice(0, -1).map(message => ({
		role: textOf(message['role']) ?? 'user',
		content: replyText(message['content']) ?? '',
	}));
	const metadata = isRecord(row['metadata']) ? row['metadata'] : {};
	const tokens = numberOf(metadata['token_len']);
	return {
		line,
		id,
		messages: asked,
		tags: [],
		model: textOf(row['model']),
		turns: [text],
		sample: 0,
		...(tokens === undefined ? {} : { tokens }),
		row,
	};
}

function replyText(content: unknown): string | undefined {
	return textOf(isRecord(content) ? content['answer'] : content);
}

export function arenaHardQuestion(
	prompt: { readonly id: string; readonly text: string; readonly tags: readonly string[] },
	row: ExactRow = {},
): ExactRow {
	const isKnown = idOf(row['uid']) === prompt.id;
	return overlay(row, {
		uid: isKnown ? undefined : prompt.id,
		category: row['category'] === undefined ? (prompt.tags[0] ?? 'general') : undefined,
		subcategory: isKnown ? undefined : prompt.tags[1],
		prompt: prompt.text,
	});
}

/**
 * A line of `model_answer`, with every field that it was read with. Tokens and marks (`metadata`) stand
 * only where they were read: they are counts of Arena-Hard's own tokenizer.
 */
export function arenaHardAnswer(
	answer: {
		readonly id: string;
		readonly model: string;
		readonly asked: readonly { readonly role: string; readonly content: string }[];
		readonly text: string;
	},
	row: ExactRow = {},
): ExactRow {
	const there = readArenaHardAnswer({ line: 0, row });
	const isSame =
		typeof there !== 'string' && there.id === answer.id && there.turns[0] === answer.text;
	return overlay(row, {
		uid: isSame ? undefined : answer.id,
		ans_id: row['ans_id'] === undefined ? `${answer.model}-${answer.id}` : undefined,
		model: answer.model,
		messages: isSame
			? undefined
			: [...answer.asked, { role: 'assistant', content: { answer: answer.text } }],
		tstamp: row['tstamp'] === undefined ? 0 : undefined,
	});
}
