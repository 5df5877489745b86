import { WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';
import { foreignPrompts } from './formats/foreignPrompts';

export interface ChatMessage {
	readonly role: string;
	readonly content: string;
}

export interface Prompt {
	/** Unique in its set. Its place in the set, from 0, when the file names none; as on the host. */
	readonly id: string;
	/** All turns up to the one that is to be answered; the last is the user's. */
	readonly messages: readonly ChatMessage[];
	readonly tags: readonly string[];
	/** An answer that a person thinks good. Never sent to a model. */
	readonly reference?: string;
	/** Sampling pinned for this prompt; overrides that of the job. */
	readonly sampling?: Readonly<Record<string, unknown>>;
	/** Line in the file, from 1. */
	readonly line: number;
	/** Every other field of the row, untouched. */
	readonly extra: Readonly<Record<string, unknown>>;
}

export interface PromptProblem {
	readonly line: number;
	readonly reason: string;
}

const roles = new Set(['system', 'user', 'assistant', 'tool', 'developer']);
const known = new Set(['id', 'messages', 'prompt', 'tags', 'reference', 'sampling']);

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The turns of a row: `messages`, or `prompt` as a text or as turns. A string tells what is wrong. */
function readMessages(row: Record<string, unknown>): ChatMessage[] | string {
	const source = row['messages'] ?? row['prompt'];
	if (typeof source === 'string') {
		return source.trim() === '' ? 'the prompt is empty' : [{ role: 'user', content: source }];
	}
	if (!Array.isArray(source) || source.length === 0) {
		return 'it has neither "messages" nor "prompt"';
	}
	const messages: ChatMessage[] = [];
	for (const [index, item] of source.entries()) {
		const role = isRecord(item) ? item['role'] : undefined;
		const content = isRecord(item) ? item['content'] : undefined;
		if (typeof role !== 'string' || !roles.has(role) || typeof content !== 'string') {
			return `message ${index + 1} needs a "role" (${[...roles].join(', ')}) and a text "content"`;
		}
		messages.push({ role, content });
	}
	return messages.at(-1)?.role === 'assistant'
		? 'the last message is the assistant’s, so there is nothing to answer'
		: messages;
}

function readPrompt(row: unknown, line: number, index: number): Prompt | string {
	if (!isRecord(row)) {
		return 'it is not an object';
	}
	const messages = readMessages(row);
	if (typeof messages === 'string') {
		return messages;
	}
	const { id, tags, reference, sampling } = row;
	if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
		return '"id" is not a text';
	}
	if (id === '') {
		return '"id" is empty';
	}
	if (tags !== undefined && !(Array.isArray(tags) && tags.every(tag => typeof tag === 'string'))) {
		return '"tags" is not a list of texts';
	}
	if (reference !== undefined && reference !== null && typeof reference !== 'string') {
		return '"reference" is not a text';
	}
	if (sampling !== undefined && !isRecord(sampling)) {
		return '"sampling" is not an object';
	}
	return {
		id: String(id ?? index),
		messages,
		tags: (tags as string[] | undefined) ?? [],
		...(typeof reference === 'string' ? { reference } : {}),
		...(sampling === undefined ? {} : { sampling }),
		line,
		extra: Object.fromEntries(Object.entries(row).filter(([key]) => !known.has(key))),
	};
}

export interface PromptsRead {
	readonly prompts: readonly Prompt[];
	readonly problems: readonly PromptProblem[];
}

/**
 * Reads the text of a prompt set: every good prompt, and a problem for every other line. Questions of
 * MT-Bench, AlpacaEval and Arena-Hard and the rows of a dataset are prompts too.
 */
export function readPromptSet(text: string): PromptsRead {
	const own = readOwnPrompts(text);
	const isOdd = own.prompts.length < own.problems.length;
	const foreign = isOdd || hasQuestionIds(own) ? foreignPrompts(text) : undefined;
	return foreign ? fromElsewhere(foreign) : own;
}

/** Arena-Hard's questions would be prompts of ours but for the name of their id. */
function hasQuestionIds({ prompts }: PromptsRead): boolean {
	const { extra = {} } = prompts[0] ?? {};
	return 'uid' in extra && 'category' in extra;
}

function fromElsewhere(found: NonNullable<ReturnType<typeof foreignPrompts>>): PromptsRead {
	const prompts: Prompt[] = [];
	const problems = [...found.problems];
	const lineOfId = new Map<string, number>();
	for (const { row: _row, ...prompt } of found.prompts) {
		const id = prompt.id ?? String(prompts.length);
		const earlier = lineOfId.get(id);
		if (earlier === undefined) {
			lineOfId.set(id, prompt.line);
			prompts.push({ ...prompt, id, extra: {} });
		} else {
			problems.push({ line: prompt.line, reason: `the id "${id}" is that of line ${earlier}` });
		}
	}
	return { prompts, problems };
}

function readOwnPrompts(text: string): PromptsRead {
	const prompts: Prompt[] = [];
	const problems: PromptProblem[] = [];
	const lineOfId = new Map<string, number>();
	for (const [index, lineText] of text
		.replace(/^\uFEFF/, '')
		.split('\n')
		.entries()) {
		const line = index + 1;
		if (lineText.trim() === '') {
			continue;
		}
		let row: unknown;
		try {
			row = JSON.parse(lineText);
		} catch (error) {
			problems.push({ line, reason: `not valid JSON: ${(error as Error).message}` });
			continue;
		}
		const prompt = readPrompt(row, line, prompts.length);
		if (typeof prompt === 'string') {
			problems.push({ line, reason: prompt });
			continue;
		}
		const earlier = lineOfId.get(prompt.id);
		if (earlier !== undefined) {
			problems.push({ line, reason: `the id "${prompt.id}" is that of line ${earlier}` });
			continue;
		}
		lineOfId.set(prompt.id, line);
		prompts.push(prompt);
	}
	return { prompts, problems };
}

const namedProblems = 5;

/** A prompt set without faults, or `promptSetInvalid` that names the first faulty lines. */
export function parsePromptSet(text: string, path = ''): Result<readonly Prompt[]> {
	const { prompts, problems } = readPromptSet(text);
	const reasons = problems
		.slice(0, namedProblems)
		.map(problem => `line ${problem.line}: ${problem.reason}`);
	if (problems.length > namedProblems) {
		reasons.push(`and ${problems.length - namedProblems} more lines`);
	}
	if (problems.length === 0 && prompts.length === 0) {
		reasons.push('it holds no prompt');
	}
	return reasons.length === 0
		? ok(prompts)
		: err(
				new WindsockError('promptSetInvalid', {
					path,
					line: problems[0]?.line,
					reason: reasons.join('; '),
				}),
			);
}
