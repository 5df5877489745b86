import { recogniseText } from '../../dataset/format';
import { messageText, type Example, type Message } from '../../dataset/example';
import { readAlpacaEvalPrompt } from './alpacaEval';
import { readArenaHardQuestion } from './arenaHard';
import { formatOfRow } from './detectFormat';
import { printExactly, readRows, type FileRow } from './exactRows';
import { readMtBenchQuestion } from './mtBench';
import type { ReadPrompt } from './readAnswer';

export interface ForeignPrompts {
	readonly prompts: readonly ReadPrompt[];
	readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * The prompts of a file that is no prompt set of Windsock's: questions of a benchmark, with their
 * turns, category and sampling, or the rows of a dataset, with their first reply as reference.
 * Undefined when its first row is neither.
 */
export function foreignPrompts(text: string): ForeignPrompts | undefined {
	const file = readRows(text);
	const first = file.rows[0];
	const read = first && (benchmarkReader(first) ?? datasetReader(first));
	if (!read) {
		return undefined;
	}
	const prompts: ReadPrompt[] = [];
	const problems = [...file.faults];
	for (const row of file.rows) {
		const prompt = read(row);
		if (typeof prompt === 'string') {
			problems.push({ line: row.line, reason: prompt });
		} else if (prompt.messages.some(({ content }) => content.trim() === '')) {
			problems.push({ line: row.line, reason: 'the prompt is empty' });
		} else {
			prompts.push(prompt);
		}
	}
	return { prompts, problems: problems.toSorted((a, b) => a.line - b.line) };
}

type Reader = (row: FileRow) => ReadPrompt | string;

function benchmarkReader({ row }: FileRow): Reader | undefined {
	switch (formatOfRow(row)) {
		case 'mt-bench-questions':
			return readMtBenchQuestion;
		case 'arena-hard-questions':
			return readArenaHardQuestion;
		case 'alpaca-eval-prompts':
			return readAlpacaEvalPrompt;
		default:
			return undefined;
	}
}

/** Only where rows have replies: a prompt set that is not right is told what it lacks instead. */
function datasetReader(first: FileRow): Reader | undefined {
	return typeof datasetPrompt(first) === 'string' ? undefined : datasetPrompt;
}

function datasetPrompt({ line, row }: FileRow): ReadPrompt | string {
	const { example } = recogniseText(printExactly(row));
	const asked = askedIn(example);
	if (!asked || asked.prompt.at(-1)?.role !== 'user' || asked.reply === undefined) {
		return 'it is no row that asks something and has a reply';
	}
	return {
		line,
		messages: asked.prompt.map(message => ({
			role: message.role === 'unknown' ? message.writtenRole : message.role,
			content: messageText(message),
		})),
		tags: [],
		reference: messageText(asked.reply),
		row,
	};
}

function askedIn(
	example: Example,
): { readonly prompt: readonly Message[]; readonly reply: Message | undefined } | undefined {
	if (example.kind === 'preference') {
		const { prompt, chosen } = example;
		return { prompt, reply: chosen.find(({ role }) => role === 'assistant') };
	}
	if (example.kind !== 'messages') {
		return undefined;
	}
	const { messages } = example;
	const at = messages.findIndex(({ role }) => role === 'assistant');
	return at < 0 ? undefined : { prompt: messages.slice(0, at), reply: messages[at] };
}
