import type { Block, EditableText, Field, Message, RecognisedRow } from './example';
import type { JsonPath } from './jsonScanner';
import { readDialogueText } from './dialogueText';
import {
	fieldsBeside,
	isMessage,
	isMessageList,
	isTurn,
	isTurnList,
	plainMessage,
	readMessage,
	readMessages,
	readTurn,
	readTurns,
	type JsonObject,
} from './messageShapes';

/** A row that prefers one reply to another, or `undefined`. */
export function recognisePreference(row: JsonObject): RecognisedRow | undefined {
	return (
		openAiPreference(row) ??
		v1Preference(row) ??
		turnPreference(row) ??
		messagePreference(row) ??
		listPreference(row) ??
		stringPreference(row) ??
		implicitPreference(row)
	);
}

/** `{input: {messages}, preferred_output, non_preferred_output}`. */
function openAiPreference(row: JsonObject): RecognisedRow | undefined {
	const input = row['input'] as JsonObject | undefined;
	const chosen = row['preferred_output'];
	const rejected = row['non_preferred_output'];
	if (!isMessageList(input?.['messages']) || !isMessageList(chosen) || !isMessageList(rejected)) {
		return undefined;
	}
	const { messages, ...rest } = input as { messages: readonly JsonObject[] };
	return preference(
		'openai-preference',
		row,
		['input', 'preferred_output', 'non_preferred_output'],
		{
			prompt: readMessages(messages, ['input', 'messages']),
			chosen: readMessages(chosen, ['preferred_output']),
			rejected: readMessages(rejected, ['non_preferred_output']),
			more: fieldsBeside(rest, []).map(field => ({ ...field, path: ['input', field.name] })),
		},
	);
}

/** LLaMA-Factory v1: two whole dialogues. */
function v1Preference(row: JsonObject): RecognisedRow | undefined {
	const chosen = row['chosen_messages'];
	const rejected = row['rejected_messages'];
	if (!isMessageList(chosen) || !isMessageList(rejected)) {
		return undefined;
	}
	return preference('v1-preference', row, ['chosen_messages', 'rejected_messages'], {
		...parted(
			readMessages(chosen, ['chosen_messages']),
			readMessages(rejected, ['rejected_messages']),
		),
	});
}

/** ShareGPT: a dialogue that ends with the user, and one turn for each reply. */
function turnPreference(row: JsonObject): RecognisedRow | undefined {
	const { conversations, chosen, rejected } = row;
	if (!isTurnList(conversations) || !isTurn(chosen) || !isTurn(rejected)) {
		return undefined;
	}
	const shown = ['conversations', 'chosen', 'rejected', ...systemFields];
	return preference('sharegpt-preference', row, shown, {
		prompt: [...systemOf(row), ...readTurns(conversations, ['conversations'])],
		chosen: [readTurn(chosen, ['chosen'])],
		rejected: [readTurn(rejected, ['rejected'])],
	});
}

/** Axolotl's `chat_template.default`: a dialogue that ends with the user, one message for each reply. */
function messagePreference(row: JsonObject): RecognisedRow | undefined {
	const { chosen, rejected } = row;
	const key = ['messages', 'conversation', 'conversations', 'prompt'].find(name =>
		isMessageList(row[name]),
	);
	if (key === undefined || !isMessage(chosen) || !isMessage(rejected)) {
		return undefined;
	}
	return preference('axolotl-preference', row, [key, 'chosen', 'rejected', ...systemFields], {
		prompt: [...systemOf(row), ...readMessages(row[key] as readonly JsonObject[], [key])],
		chosen: [readMessage(chosen, ['chosen'])],
		rejected: [readMessage(rejected, ['rejected'])],
	});
}

export const systemFields = ['system', 'system_prompt'] as const;

/** A system prompt that stands in a field of its own. */
export function systemOf(row: JsonObject): readonly Message[] {
	const key = systemFields.find(name => typeof row[name] === 'string' && row[name] !== '');
	return key === undefined ? [] : [plainMessage('system', String(row[key]), [key])];
}

/** `chosen` and `rejected` as message lists: replies only, or whole dialogues (H4, implicit). */
function listPreference(row: JsonObject): RecognisedRow | undefined {
	const { prompt, chosen, rejected } = row;
	if (!isMessageList(chosen) || !isMessageList(rejected)) {
		return undefined;
	}
	const chosenList = readMessages(chosen, ['chosen']);
	const rejectedList = readMessages(rejected, ['rejected']);
	const hasSystem = (list: readonly JsonObject[]): boolean => list[0]?.['role'] === 'system';
	const before = hasSystem(chosen) ? [] : systemOf(row);
	const shown = ['prompt', 'chosen', 'rejected', ...(before.length > 0 ? systemFields : [])];
	if (isMessageList(prompt)) {
		return preference('trl-preference', row, shown, {
			prompt: [...(hasSystem(prompt) ? [] : before), ...readMessages(prompt, ['prompt'])],
			chosen: chosenList,
			rejected: rejectedList,
		});
	}
	const isWhole = chosen.length > 1 || typeof prompt !== 'string';
	const dialogue = isWhole
		? parted(chosenList, rejectedList)
		: {
				prompt: [plainMessage('user', prompt, ['prompt'])],
				chosen: chosenList,
				rejected: rejectedList,
			};
	return preference(
		typeof prompt === 'string' ? 'h4-preference' : 'trl-preference',
		row,
		[...shown, 'messages'],
		{
			...withCopies({ ...dialogue, prompt: [...before, ...dialogue.prompt] }, row),
		},
	);
}

const stringShapes = [
	{ prompt: ['prompt'], replies: ['chosen', 'rejected'], format: 'trl-preference' },
	{ prompt: ['instruction', 'input'], replies: ['chosen', 'rejected'] },
	{ prompt: ['instruction'], replies: ['chosen_response', 'rejected_response'] },
	{ prompt: ['prompt'], replies: ['chosen_response', 'rejected_response'] },
	{ prompt: ['question'], replies: ['chosen', 'rejected'] },
	{ prompt: ['input'], replies: ['chosen', 'rejected'] },
] as const;

/** Strings: TRL, LLaMA-Factory's Alpaca and Axolotl's argilla, intel, icr and prompt_pairs. */
function stringPreference(row: JsonObject): RecognisedRow | undefined {
	for (const shape of stringShapes) {
		const [chosenKey, rejectedKey] = shape.replies;
		const [chosen, rejected] = [row[chosenKey], row[rejectedKey]];
		const given = shape.prompt.filter(key => typeof row[key] === 'string' && row[key] !== '');
		const listed = isMessageList(row[shape.prompt[0]]);
		if (
			typeof chosen !== 'string' ||
			typeof rejected !== 'string' ||
			(given[0] !== shape.prompt[0] && !listed)
		) {
			continue;
		}
		const [key] = shape.prompt;
		const prompt = listed
			? readMessages(row[key] as readonly JsonObject[], [key])
			: [userMessage(given.map(name => [String(row[name]), [name]] as const))];
		const format = 'format' in shape ? shape.format : 'alpaca-preference';
		return preference(format, row, [...shape.prompt, ...shape.replies, ...systemFields], {
			prompt: [...systemOf(row), ...prompt],
			chosen: [plainMessage('assistant', chosen, [chosenKey])],
			rejected: [plainMessage('assistant', rejected, [rejectedKey])],
		});
	}
	return undefined;
}

/**
 * Two strings without a prompt of their own: two dialogues, as in Anthropic's HH, or two texts that
 * begin alike, where TRL takes the common beginning for the prompt.
 */
function implicitPreference(row: JsonObject): RecognisedRow | undefined {
	const { chosen, rejected } = row;
	if (typeof chosen !== 'string' || typeof rejected !== 'string') {
		return undefined;
	}
	const shown = ['chosen', 'rejected'];
	const whole = readDialogueText(chosen, [['chosen']]);
	const other = readDialogueText(rejected, [['rejected']]);
	if (whole && other) {
		return preference('dialogue-text-preference', row, shown, parted(whole, other));
	}
	const end = promptEnd(chosen, rejected);
	const reply = (text: string, key: string): Message => ({
		role: 'assistant',
		writtenRole: 'assistant',
		blocks: [
			{
				kind: 'text',
				text: text.slice(end),
				paths: [[key]],
				...(end === 0 ? {} : { range: { start: end, end: text.length } }),
			},
		],
	});
	const both: Block = {
		kind: 'text',
		text: chosen.slice(0, end),
		paths: [['chosen'], ['rejected']],
		range: { start: 0, end },
	};
	return preference('trl-preference', row, shown, {
		prompt: end === 0 ? [] : [{ role: 'user', writtenRole: 'prompt', blocks: [both] }],
		chosen: [reply(chosen, 'chosen')],
		rejected: [reply(rejected, 'rejected')],
	});
}

/** Where two texts part, without the blank before it; the rule of TRL's `extract_prompt`. */
function promptEnd(chosen: string, rejected: string): number {
	const most = Math.min(chosen.length, rejected.length);
	let end = 0;
	while (end < most && chosen[end] === rejected[end]) {
		end++;
	}
	return end > 0 && chosen[end - 1] === ' ' ? end - 1 : end;
}

/** A user turn from several fields, each a block of its own so that each can be edited. */
export function userMessage(parts: readonly (readonly [text: string, path: JsonPath])[]): Message {
	return {
		role: 'user',
		writtenRole: 'user',
		blocks: parts.map(([text, path]): Block => ({ kind: 'text', text, paths: [path] })),
	};
}

/** Names under which the scores of the two replies are found. */
export const scoreFieldPairs = [
	['score_chosen', 'score_rejected'],
	['chosen_score', 'rejected_score'],
	['chosen_rating', 'rejected_rating'],
	['chosen-rating', 'rejected-rating'],
] as const;

interface Dialogue {
	readonly prompt: readonly Message[];
	readonly chosen: readonly Message[];
	readonly rejected: readonly Message[];
}

function preference(
	format: RecognisedRow['format'],
	row: JsonObject,
	shown: readonly string[],
	parts: Dialogue & { readonly more?: readonly Field[] },
): RecognisedRow {
	const names = scoreFieldPairs.find(pair => pair.every(name => typeof row[name] === 'number'));
	const { prompt, chosen, rejected, more = [] } = parts;
	return {
		format,
		example: {
			kind: 'preference',
			prompt,
			chosen,
			rejected,
			...(names
				? { scores: { chosen: Number(row[names[0]]), rejected: Number(row[names[1]]) } }
				: {}),
			fields: [...fieldsBeside(row, [...shown, ...(names ?? [])]), ...more],
		},
	};
}

/** Takes two whole dialogues apart: what both begin with is the prompt and stands in both. */
function parted(chosen: readonly Message[], rejected: readonly Message[]): Dialogue {
	const most = Math.min(chosen.length, rejected.length) - 1;
	const prompt: Message[] = [];
	while (prompt.length < most) {
		const mine = chosen[prompt.length];
		const other = rejected[prompt.length];
		const both = mine && other && merged(mine, other);
		if (!both) {
			break;
		}
		prompt.push(both);
	}
	return { prompt, chosen: chosen.slice(prompt.length), rejected: rejected.slice(prompt.length) };
}

/** One message for two equal ones; its texts know both places. `undefined` when they differ. */
function merged(a: Message, b: Message): Message | undefined {
	if (a.role !== b.role || a.blocks.length !== b.blocks.length) {
		return undefined;
	}
	const blocks: Block[] = [];
	for (const [i, mine] of a.blocks.entries()) {
		const other = b.blocks[i];
		if (mine.kind === 'text' || mine.kind === 'reasoning') {
			if (other?.kind !== mine.kind || other.text !== mine.text || !sameRange(mine, other)) {
				return undefined;
			}
			blocks.push({ ...mine, paths: [...mine.paths, ...other.paths] });
		} else if (JSON.stringify(mine) === JSON.stringify(other)) {
			blocks.push(mine);
		} else {
			return undefined;
		}
	}
	return { ...a, blocks, places: [...(a.places ?? []), ...(b.places ?? [])] };
}

/** The whole string that a part of it stands in. */
function textAtPath(row: JsonObject, path: JsonPath): unknown {
	return path.reduce<unknown>(
		(value, key) =>
			typeof value === 'object' && value !== null
				? (value as Readonly<Record<string | number, unknown>>)[key]
				: undefined,
		row,
	);
}

function sameRange(a: EditableText, b: EditableText): boolean {
	return a.range?.start === b.range?.start && a.range?.end === b.range?.end;
}

/** Binarised UltraFeedback repeats its texts in `prompt` and `messages`; an edit reaches those too. */
function withCopies(dialogue: Dialogue, row: JsonObject): Dialogue {
	const copies: { text: string; path: JsonPath }[] = [];
	if (typeof row['prompt'] === 'string') {
		copies.push({ text: row['prompt'], path: ['prompt'] });
	}
	if (isMessageList(row['messages'])) {
		for (const [i, message] of row['messages'].entries()) {
			if (typeof message['content'] === 'string') {
				copies.push({ text: message['content'], path: ['messages', i, 'content'] });
			}
		}
	}
	const known = (path: JsonPath, paths: readonly JsonPath[]): boolean =>
		paths.some(one => one.join('/') === path.join('/'));
	const extend = (message: Message): Message => ({
		...message,
		blocks: message.blocks.map(block => {
			if (block.kind !== 'text' && block.kind !== 'reasoning') {
				return block;
			}
			const own = block.range && block.paths[0] ? textAtPath(row, block.paths[0]) : block.text;
			const more = copies.filter(({ text, path }) => text === own && !known(path, block.paths));
			return { ...block, paths: [...block.paths, ...more.map(({ path }) => path)] };
		}),
	});
	return {
		prompt: dialogue.prompt.map(extend),
		chosen: dialogue.chosen.map(extend),
		rejected: dialogue.rejected,
	};
}
