import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { responseFileName } from '../../core/contract/responseFileName';
import { foldEdits, parseEditEvent, type EditEvent } from '../../core/responses/answerEdit';
import type { Comparison, ComparedModel, ComparisonHeader } from '../../core/responses/comparison';
import { parseComparisonHeader } from '../../core/responses/comparisonHeader';
import { readPromptSet, type Prompt } from '../../core/responses/promptSet';
import { parseResponse, type ModelResponse } from '../../core/responses/response';
import type { Vote, VoteEvent } from '../../core/responses/vote';
import {
	foldVoter,
	parseVoteLine,
	type SetEvent,
	type VoterSet,
} from '../../core/responses/voterSet';
import { GrowingFile } from './growingFile';

interface BrokenLine {
	readonly line: number;
	readonly reason: string;
}

/** The answers of one model, as far as they are written. */
interface ResponseFile {
	readonly file: GrowingFile;
	readonly label: string;
	readonly answers: Map<string, ModelResponse>;
	/** By prompt, then by number; only where there is another than the first. */
	readonly samples: Map<string, Map<number, ModelResponse>>;
	broken: BrokenLine[];
}

/** Lines of one voter, by their ids. */
interface VoterFile<Event> {
	readonly file: GrowingFile;
	readonly events: Map<string, Event>;
	broken: BrokenLine[];
}

/**
 * One comparison on disk, read again in parts as it grows. Works on a comparison of the workspace
 * and on any folder with `<label>.jsonl` answers. Never writes.
 */
export class ComparisonFolder {
	readonly id: string;
	#header: ComparisonHeader;
	#headerText = '';
	#promptsText = '';
	#prompts: readonly Prompt[] = [];
	#promptProblems: readonly BrokenLine[] = [];
	readonly #responses = new Map<string, ResponseFile>();
	readonly #votes = new Map<string, VoterFile<VoteEvent | SetEvent>>();
	readonly #edits = new Map<string, VoterFile<EditEvent>>();
	#comparison: Comparison | undefined;
	#reading: Promise<unknown> = Promise.resolve();

	private constructor(readonly directory: string) {
		this.id = path.basename(path.resolve(directory));
		this.#header = emptyHeader(this.id);
	}

	/** Fails with `comparisonMissing` when the folder holds neither a header nor an answer. */
	static async open(directory: string): Promise<Result<ComparisonFolder>> {
		const folder = new ComparisonFolder(directory);
		try {
			await folder.refresh();
		} catch (error) {
			if (WindsockError.is(error)) {
				return err(error);
			}
			return err(
				new WindsockError(
					'fileUnreadable',
					{ path: directory, reason: reasonOf(error) },
					{ cause: error },
				),
			);
		}
		return folder.#headerText === '' && folder.#responses.size === 0
			? err(new WindsockError('comparisonMissing', { path: directory }))
			: ok(folder);
	}

	/** Everything read so far; the same object until something changed. */
	get comparison(): Comparison {
		this.#comparison ??= this.#assemble();
		return this.#comparison;
	}

	/** Reads what is new. Returns whether anything changed. Throws what the file system throws. */
	refresh(): Promise<boolean> {
		// One at a time: each file remembers how far it was read.
		const result = this.#reading.then(() => this.#readNew());
		this.#reading = result.catch(() => {});
		return result;
	}

	async #readNew(): Promise<boolean> {
		const changes = [
			await this.#refreshHeader(),
			await this.#refreshPrompts(),
			await this.#refreshResponses(),
			await this.#refreshVoters('votes', this.#votes, parseVoteLine),
			await this.#refreshVoters('edits', this.#edits, parseEditEvent),
		];
		const changed = changes.includes(true);
		if (changed) {
			this.#comparison = undefined;
		}
		return changed;
	}

	async #refreshHeader(): Promise<boolean> {
		const file = path.join(this.directory, 'comparison.json');
		const text = await readIfThere(file);
		if (text === this.#headerText) {
			return false;
		}
		const header = text === '' ? emptyHeader(this.id) : parseComparisonHeader(text, this.id);
		if (typeof header === 'string') {
			throw new WindsockError('fileUnreadable', { path: file, reason: header });
		}
		this.#headerText = text;
		this.#header = header;
		return true;
	}

	async #refreshPrompts(): Promise<boolean> {
		const text = await readIfThere(path.join(this.directory, 'prompts.jsonl'));
		if (text === this.#promptsText) {
			return false;
		}
		this.#promptsText = text;
		const { prompts, problems } = readPromptSet(text);
		this.#prompts = prompts;
		this.#promptProblems = problems;
		return true;
	}

	async #refreshResponses(): Promise<boolean> {
		let changed = false;
		for (const [label, file] of await this.#responsePaths()) {
			const known = this.#responses.get(label);
			const entry = known ?? {
				file: new GrowingFile(file),
				label,
				answers: new Map<string, ModelResponse>(),
				samples: new Map<string, Map<number, ModelResponse>>(),
				broken: [],
			};
			this.#responses.set(label, entry);
			changed = (await readResponses(entry)) || known === undefined || changed;
		}
		return changed;
	}

	/** Files named by the header, then others that stand beside them, by name. */
	async #responsePaths(): Promise<Map<string, string>> {
		const inner = path.join(this.directory, 'responses');
		const names = await jsonlNames(inner);
		const paths = new Map<string, string>();
		const foreign = names.length === 0 && this.#headerText === '';
		const folder = foreign ? this.directory : inner;
		const present = foreign
			? (await jsonlNames(this.directory)).filter(name => name !== 'prompts.jsonl')
			: names;
		for (const { label } of this.#header.models) {
			paths.set(label, path.join(folder, responseFileName(label)));
		}
		const claimed = new Set(paths.values());
		for (const name of present) {
			const file = path.join(folder, name);
			if (!claimed.has(file)) {
				paths.set(labelOf(name), file);
			}
		}
		return paths;
	}

	async #refreshVoters<Event extends { readonly id: string }>(
		inner: string,
		known: Map<string, VoterFile<Event>>,
		parse: (line: string) => Event | string,
	): Promise<boolean> {
		const folder = path.join(this.directory, inner);
		let changed = false;
		for (const name of await jsonlNames(folder)) {
			const entry = known.get(name) ?? {
				file: new GrowingFile(path.join(folder, name)),
				events: new Map<string, Event>(),
				broken: [],
			};
			known.set(name, entry);
			changed = (await readVoter(entry, parse)) || changed;
		}
		return changed;
	}

	#assemble(): Comparison {
		const models: ComparedModel[] = [...this.#header.models];
		for (const label of this.#responses.keys()) {
			if (!models.some(model => model.label === label)) {
				models.push({ label, ref: label });
			}
		}
		const votes: Vote[] = [];
		const sets = new Map<string, VoterSet>();
		for (const entry of byName(this.#votes)) {
			const folded = foldVoter([...entry.events.values()]);
			votes.push(...folded.votes);
			sets.set(folded.set.voter, folded.set);
		}
		const edits = byName(this.#edits).flatMap(({ events }) => foldEdits([...events.values()]));
		const sampled = [...this.#responses].filter(([, entry]) => entry.samples.size > 0);
		return {
			header: { ...this.#header, models },
			prompts: this.#allPrompts(),
			responses: new Map([...this.#responses].map(([label, entry]) => [label, entry.answers])),
			...(sampled.length === 0
				? {}
				: { samples: new Map(sampled.map(([label, entry]) => [label, samplesOf(entry)])) }),
			votes,
			...(edits.length === 0 ? {} : { edits }),
			sets,
			brokenLines: [
				...this.#promptProblems.map(problem => ({ file: 'prompts.jsonl', ...problem })),
				...[...this.#responses.values(), ...this.#votes.values(), ...this.#edits.values()].flatMap(
					entry =>
						entry.broken.map(problem => ({ file: path.basename(entry.file.path), ...problem })),
				),
			],
		};
	}

	/** The prompts of the set, then those that only an answer names, in the order of their index. */
	#allPrompts(): readonly Prompt[] {
		const known = new Set(this.#prompts.map(prompt => prompt.id));
		const further: ModelResponse[] = [];
		for (const entry of this.#responses.values()) {
			for (const answer of entry.answers.values()) {
				if (!known.has(answer.promptId)) {
					known.add(answer.promptId);
					further.push(answer);
				}
			}
		}
		further.sort((a, b) => a.promptIndex - b.promptIndex);
		return [
			...this.#prompts,
			...further.map(answer => ({
				id: answer.promptId,
				messages: answer.messages,
				tags: [],
				line: 0,
				extra: {},
			})),
		];
	}
}

function emptyHeader(id: string): ComparisonHeader {
	return { schemaVersion: 1, id, name: id, createdAt: '', models: [] };
}

async function readResponses(entry: ResponseFile): Promise<boolean> {
	const grown = await entry.file.read();
	if (!grown) {
		return false;
	}
	if (grown.restarted) {
		entry.answers.clear();
		entry.samples.clear();
		entry.broken = [];
	}
	for (const { text, number } of grown.lines) {
		if (text.trim() === '') {
			continue;
		}
		const answer = parseResponse(text, entry.label);
		if (typeof answer === 'string') {
			entry.broken.push({ line: number, reason: answer });
		} else {
			keepAnswer(entry, answer);
		}
	}
	// A last line without an end counts when it is whole; a torn one is not broken yet.
	const last = grown.tail && parseResponse(grown.tail.text, entry.label);
	if (last !== undefined && typeof last !== 'string') {
		keepAnswer(entry, last);
	}
	return true;
}

/** The answer of a prompt is its first sample, or the lowest that there is. */
function keepAnswer(entry: ResponseFile, answer: ModelResponse): void {
	const { promptId } = answer;
	const sample = answer.sample ?? 0;
	const first = entry.answers.get(promptId);
	const firstSample = first?.sample ?? 0;
	if (!first || sample <= firstSample) {
		entry.answers.set(promptId, answer);
	}
	const known = entry.samples.get(promptId);
	if (known) {
		known.set(sample, answer);
	} else if (first && sample !== firstSample) {
		entry.samples.set(
			promptId,
			new Map([
				[firstSample, first],
				[sample, answer],
			]),
		);
	}
}

/** The samples of a model in the order of their numbers. */
function samplesOf(entry: ResponseFile): ReadonlyMap<string, readonly ModelResponse[]> {
	return new Map(
		[...entry.samples].map(([promptId, samples]) => [
			promptId,
			[...samples].toSorted(([a], [b]) => a - b).map(([, answer]) => answer),
		]),
	);
}

function byName<File>(files: ReadonlyMap<string, File>): File[] {
	return [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

async function readVoter<Event extends { readonly id: string }>(
	entry: VoterFile<Event>,
	parse: (line: string) => Event | string,
): Promise<boolean> {
	const grown = await entry.file.read();
	if (!grown) {
		return false;
	}
	if (grown.restarted) {
		entry.events.clear();
		entry.broken = [];
	}
	for (const { text, number } of grown.lines) {
		if (text.trim() === '') {
			continue;
		}
		const event = parse(text);
		if (typeof event === 'string') {
			entry.broken.push({ line: number, reason: event });
		} else {
			entry.events.set(event.id, event);
		}
	}
	return true;
}

function labelOf(fileName: string): string {
	const name = fileName.replace(/\.jsonl$/, '');
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

async function jsonlNames(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder)).filter(name => name.endsWith('.jsonl')).toSorted();
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : '';
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			return [];
		}
		throw error;
	}
}

async function readIfThere(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return '';
		}
		throw error;
	}
}
