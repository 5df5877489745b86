import type { Comparison, ComparisonHeader } from '../comparison';
import type { ChatMessage, Prompt } from '../promptSet';
import { parseResponse, type ModelResponse } from '../response';
import type { AnswerFileFormat } from './detectFormat';
import { printExactly, type ExactRow } from './exactRows';
import { outOfOrder, problemOf, type FileProblem } from './fileProblem';
import { promptKey, PromptTable } from './promptTable';
import type { ReadAnswer } from './readAnswer';
import type { AnswerFile, PublishedResult } from './readAnswerFile';

/** A file beside the name that its models have where it names none. */
export interface NamedAnswerFile extends AnswerFile {
	readonly path: string;
	readonly name: string;
}

/** What was read from a file, and what is wrong with it. */
export interface FileReport {
	readonly path: string;
	readonly format: AnswerFileFormat;
	readonly rows: number;
	readonly models: readonly string[];
	readonly prompts: number;
	readonly problems: readonly FileProblem[];
}

/** A comparison as the lines of its folder. */
export interface ComparisonLines {
	readonly header: Pick<ComparisonHeader, 'name' | 'models'>;
	readonly prompts: readonly string[];
	/** By label. */
	readonly responses: ReadonlyMap<string, readonly string[]>;
}

export interface ComparedFiles {
	readonly files: readonly FileReport[];
	readonly results: readonly { readonly path: string; readonly result: PublishedResult }[];
	/** Absent where no file has an answer. */
	readonly comparison?: Comparison;
	readonly lines?: ComparisonLines;
	/** What stands around the examples of the first LLM Comparator file. */
	readonly document?: ExactRow;
}

const longAnswer = 100_000;

interface Lane {
	readonly label: string;
	readonly path: string;
	/** By prompt, then the samples. */
	readonly answers: Map<Prompt, ReadAnswer[]>;
	readonly formats: Map<ReadAnswer, AnswerFileFormat>;
}

/** Puts the answers of several files side by side, by prompt. */
export function compareFiles(files: readonly NamedAnswerFile[], name: string): ComparedFiles {
	const table = new PromptTable();
	for (const { prompts } of files) {
		prompts.forEach(prompt => table.add(prompt));
	}
	const hasSet = table.size > 0;
	const lanes: Lane[] = [];
	const reports: FileReport[] = [];
	let reference: ReadonlySet<Prompt> | undefined = hasSet ? new Set(table.prompts) : undefined;
	for (const file of files) {
		const seen = new Seen();
		const models = lanesOf(file, table, lanes, seen);
		if (file.answers.length > 0) {
			reference ??= new Set(seen.order);
		}
		reports.push(
			reportOf(file, models, seen, file.answers.length > 0 ? reference : undefined, table),
		);
	}
	const document = files.find(file => file.document !== undefined)?.document;
	const results = files.flatMap(({ path, result }) => (result ? [{ path, result }] : []));
	return {
		files: reports,
		results,
		...(lanes.length === 0 ? {} : assembled(lanes, table, name, reports)),
		...(document ? { document } : {}),
	};
}

/** Prompts of one file in its order, and what is odd about its answers. */
class Seen {
	readonly order: Prompt[] = [];
	readonly duplicates: string[] = [];
	readonly empty: string[] = [];
	readonly long: string[] = [];
	readonly different: string[] = [];
	readonly #known = new Set<Prompt>();

	note(prompt: Prompt, answer: ReadAnswer): void {
		if (!this.#known.has(prompt)) {
			this.#known.add(prompt);
			this.order.push(prompt);
		}
		if (answer.turns.some(turn => turn.trim() === '')) {
			this.empty.push(prompt.id);
		}
		if (answer.turns.some(turn => turn.length > longAnswer)) {
			this.long.push(prompt.id);
		}
		const isOther =
			answer.messages !== undefined &&
			prompt.messages.length > 0 &&
			promptKey(answer.messages) !== promptKey(prompt.messages);
		if (isOther) {
			this.different.push(prompt.id);
		}
	}
}

/** Adds the answers of a file to their lanes; returns the labels. */
function lanesOf(
	file: NamedAnswerFile,
	table: PromptTable,
	lanes: Lane[],
	seen: Seen,
): readonly string[] {
	const labels: string[] = [];
	for (const [model, answers] of Map.groupBy(file.answers, one => one.model ?? file.name)) {
		const mine = new Map<Prompt, ReadAnswer[]>();
		for (const answer of answers) {
			const prompt = table.promptOf(answer);
			seen.note(prompt, answer);
			const samples = mine.get(prompt) ?? [];
			mine.set(prompt, samples);
			if (samples[answer.sample] !== undefined) {
				seen.duplicates.push(prompt.id);
			}
			samples[answer.sample] = answer;
		}
		const lane = laneFor(model, file, mine, lanes);
		labels.push(lane.label);
		for (const [prompt, samples] of mine) {
			lane.answers.set(prompt, lane.answers.get(prompt) ?? samples);
			// Numbers of samples are the file's: between two of them may be a thousand million places.
			Object.values(samples).forEach(answer => lane.formats.set(answer, file.format));
		}
	}
	return labels;
}

/** The lane of a model. One of the same name that says something else gets a lane of its own. */
function laneFor(
	model: string,
	{ path, name }: NamedAnswerFile,
	answers: ReadonlyMap<Prompt, readonly ReadAnswer[]>,
	lanes: Lane[],
): Lane {
	const agrees = (lane: Lane): boolean =>
		[...answers].every(([prompt, samples]) => {
			const there = lane.answers.get(prompt)?.[0];
			return there === undefined || there.turns.join('\n') === samples[0]?.turns.join('\n');
		});
	const known = lanes.find(lane => lane.label === model);
	if (known && agrees(known)) {
		return known;
	}
	let label = known ? `${model} (${name})` : model;
	for (let i = 2; lanes.some(lane => lane.label === label); i++) {
		label = `${model} (${name} ${i})`;
	}
	const lane: Lane = { label, path, answers: new Map(), formats: new Map() };
	lanes.push(lane);
	return lane;
}

function reportOf(
	{ path, format, rows, prompts, faults }: NamedAnswerFile,
	models: readonly string[],
	seen: Seen,
	reference: ReadonlySet<Prompt> | undefined,
	table: PromptTable,
): FileReport {
	const here = new Set(seen.order);
	const ids = (list: readonly Prompt[]): string[] => list.map(({ id }) => id);
	const common = seen.order.filter(prompt => reference?.has(prompt) === true);
	const moved = outOfOrder(common.map(prompt => table.placeOf(prompt)));
	return {
		path,
		format,
		rows,
		models,
		prompts: prompts.length > 0 ? prompts.length : here.size,
		problems: [
			...problemOf(
				'unreadableRow',
				faults.map(({ line, reason }) => `line ${line}: ${reason}`),
			),
			...problemOf('duplicateId', [...table.duplicatesOf(prompts), ...seen.duplicates]),
			...problemOf('emptyAnswer', seen.empty),
			...problemOf('longAnswer', seen.long),
			...problemOf('missingPrompt', ids([...(reference ?? [])].filter(one => !here.has(one)))),
			...problemOf(
				'extraPrompt',
				reference ? ids(seen.order.filter(one => !reference.has(one))) : [],
			),
			...problemOf(
				'reorderedPrompt',
				moved.flatMap(i => common[i]?.id ?? []),
			),
			...problemOf('differentPrompt', seen.different),
		],
	};
}

function assembled(
	lanes: readonly Lane[],
	table: PromptTable,
	name: string,
	reports: readonly FileReport[],
): Required<Pick<ComparedFiles, 'comparison' | 'lines'>> {
	const models = lanes.map(({ label, path }) => ({ label, ref: `file:${path}` }));
	const lines = new Map(lanes.map(lane => [lane.label, responseLines(lane, table)]));
	const responses = new Map<string, Map<string, ModelResponse>>();
	const samples = new Map<string, Map<string, ModelResponse[]>>();
	for (const [label, list] of lines) {
		const read = list
			.map(line => parseResponse(line, label))
			.filter(one => typeof one !== 'string');
		const byPrompt = Map.groupBy(read, ({ promptId }) => promptId);
		const first = [...byPrompt].flatMap(([id, [answer]]) =>
			answer ? [[id, answer] as const] : [],
		);
		responses.set(label, new Map(first));
		if (read.length > byPrompt.size) {
			samples.set(label, new Map([...byPrompt].filter(([, { length }]) => length > 1)));
		}
	}
	return {
		comparison: {
			header: { schemaVersion: 1, id: name, name, createdAt: '', models },
			prompts: table.prompts,
			responses,
			...(samples.size === 0 ? {} : { samples }),
			votes: [],
			brokenLines: reports.flatMap(({ path, problems }) =>
				problems
					.filter(({ kind }) => kind === 'unreadableRow')
					.flatMap(({ count, named }) =>
						Array.from({ length: count }, (_, i) => ({
							file: path,
							line: Number(/^line (\d+)/.exec(named[i] ?? '')?.[1] ?? 0),
							reason: named[i] ?? '',
						})),
					),
			),
		},
		lines: {
			header: { name, models },
			prompts: table.prompts.filter(({ messages }) => messages.length > 0).map(promptLine),
			responses: lines,
		},
	};
}

function promptLine({ id, messages, tags, reference, sampling, extra }: Prompt): string {
	return JSON.stringify({ id, messages, tags, reference, sampling, ...extra });
}

function responseLines({ label, answers, formats }: Lane, table: PromptTable): string[] {
	return table.prompts.flatMap(prompt =>
		Object.values(answers.get(prompt) ?? []).map(answer =>
			responseLine(label, prompt, answer, formats.get(answer), table),
		),
	);
}

function responseLine(
	label: string,
	prompt: Prompt,
	answer: ReadAnswer,
	format: AnswerFileFormat | undefined,
	table: PromptTable,
): string {
	const messages: readonly ChatMessage[] = answer.messages ?? prompt.messages;
	const place = { promptId: prompt.id, promptIndex: table.placeOf(prompt), model: label };
	if (format === 'windsock-answers') {
		return printExactly({ ...answer.row, ...place, messages });
	}
	const hasOrigin = answer.sample === 0 && Object.keys(answer.row).length > 0;
	return JSON.stringify({
		...place,
		messages,
		response: answer.turns.at(-1) ?? '',
		...(answer.turns.length > 1 ? { turns: answer.turns } : {}),
		...(answer.sample > 0 ? { sample: answer.sample } : {}),
		...(answer.tokens === undefined ? {} : { tokens: { response: answer.tokens } }),
		...(hasOrigin ? { origin: { format, row: printExactly(answer.row) } } : {}),
	});
}
