import type { Block, Field, Message, RecognisedRow } from './example';
import type { JsonPath } from './jsonScanner';
import {
	fieldsBeside,
	isMessageList,
	isTurn,
	isTurnList,
	plainMessage,
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
		listPreference(row) ??
		stringPreference(row)
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
	const system = row['system'];
	const prompt = readTurns(conversations, ['conversations']);
	return preference('sharegpt-preference', row, ['conversations', 'chosen', 'rejected', 'system'], {
		prompt:
			typeof system === 'string' ? [plainMessage('system', system, ['system']), ...prompt] : prompt,
		chosen: [readTurn(chosen, ['chosen'])],
		rejected: [readTurn(rejected, ['rejected'])],
	});
}

/** `chosen` and `rejected` as message lists: replies only, or whole dialogues (H4, implicit). */
function listPreference(row: JsonObject): RecognisedRow | undefined {
	const { prompt, chosen, rejected } = row;
	if (!isMessageList(chosen) || !isMessageList(rejected)) {
		return undefined;
	}
	const chosenList = readMessages(chosen, ['chosen']);
	const rejectedList = readMessages(rejected, ['rejected']);
	const shown = ['prompt', 'chosen', 'rejected', 'score_chosen', 'score_rejected'];
	if (isMessageList(prompt)) {
		return preference('trl-preference', row, shown, {
			prompt: readMessages(prompt, ['prompt']),
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
			...withCopies(dialogue, row),
		},
	);
}

const stringShapes = [
	{ prompt: ['prompt'], chosen: 'chosen', rejected: 'rejected', format: 'trl-preference' },
	{
		prompt: ['instruction', 'input'],
		chosen: 'chosen',
		rejected: 'rejected',
		format: 'alpaca-preference',
	},
	{
		prompt: ['instruction'],
		chosen: 'chosen_response',
		rejected: 'rejected_response',
		format: 'alpaca-preference',
	},
	{ prompt: ['question'], chosen: 'chosen', rejected: 'rejected', format: 'alpaca-preference' },
	{ prompt: ['input'], chosen: 'chosen', rejected: 'rejected', format: 'alpaca-preference' },
] as const;

function stringPreference(row: JsonObject): RecognisedRow | undefined {
	for (const shape of stringShapes) {
		const chosen = row[shape.chosen];
		const rejected = row[shape.rejected];
		const given = shape.prompt.filter(key => typeof row[key] === 'string' && row[key] !== '');
		if (
			typeof chosen !== 'string' ||
			typeof rejected !== 'string' ||
			given[0] !== shape.prompt[0]
		) {
			continue;
		}
		const system = row['system'];
		const shown = [
			...shape.prompt,
			shape.chosen,
			shape.rejected,
			'system',
			'score_chosen',
			'score_rejected',
		];
		return preference(shape.format, row, shown, {
			prompt: [
				...(typeof system === 'string' && system !== ''
					? [plainMessage('system', system, ['system'])]
					: []),
				userMessage(given.map(key => [String(row[key]), [key]] as const)),
			],
			chosen: [plainMessage('assistant', chosen, [shape.chosen])],
			rejected: [plainMessage('assistant', rejected, [shape.rejected])],
		});
	}
	return undefined;
}

/** A user turn from several fields, each a block of its own so that each can be edited. */
export function userMessage(parts: readonly (readonly [text: string, path: JsonPath])[]): Message {
	return {
		role: 'user',
		writtenRole: 'user',
		blocks: parts.map(([text, path]): Block => ({ kind: 'text', text, paths: [path] })),
	};
}

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
	const { score_chosen: chosenScore, score_rejected: rejectedScore } = row;
	const scored = typeof chosenScore === 'number' && typeof rejectedScore === 'number';
	const { prompt, chosen, rejected, more = [] } = parts;
	return {
		format,
		example: {
			kind: 'preference',
			prompt,
			chosen,
			rejected,
			...(scored ? { scores: { chosen: chosenScore, rejected: rejectedScore } } : {}),
			fields: [...fieldsBeside(row, shown), ...more],
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
			if (other?.kind !== mine.kind || other.text !== mine.text) {
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
			if (block.kind !== 'text') {
				return block;
			}
			const more = copies.filter(
				({ text, path }) => text === block.text && !known(path, block.paths),
			);
			return { ...block, paths: [...block.paths, ...more.map(({ path }) => path)] };
		}),
	});
	return {
		prompt: dialogue.prompt.map(extend),
		chosen: dialogue.chosen.map(extend),
		rejected: dialogue.rejected,
	};
}
