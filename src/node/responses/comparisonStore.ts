import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import { responseFileName } from '../../core/contract/responseFileName';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import type { EditEvent } from '../../core/responses/answerEdit';
import type { Comparison } from '../../core/responses/comparison';
import type { VoteEvent } from '../../core/responses/vote';
import type { SetEvent, VotePlan } from '../../core/responses/voterSet';
import { phrasesFor } from '../dataset/phraseFile';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { ComparisonFolder } from './comparisonFolder';
import { readSpent } from './spentFile';
import { preferencePaths, sha256, writePreferences, type PreferenceCount } from './preferenceFiles';

/** Milliseconds between looks at a comparison that somebody watches. */
const lookEvery = 400;

/** What a voter says; the store adds id, time and the hashes of the texts shown. */
export type VoteInput = {
	readonly voter: string;
	readonly promptId: string;
	readonly order: readonly string[];
	readonly blind: boolean;
	readonly repeat?: true;
} & (
	| { readonly kind: 'best' | 'worst'; readonly label: string }
	| { readonly kind: 'tie' | 'bothBad' | 'undo' | 'skip' }
);

/** What a voter says about the whole set. */
export type SetInput = { readonly voter: string } & (
	{ readonly kind: 'plan'; readonly plan: VotePlan } | { readonly kind: 'tallySeen' }
);

/** What a voter makes of an answer; the store adds id, time and the hash of the original. */
export type EditInput = Pick<EditEvent, 'voter' | 'promptId' | 'label' | 'text' | 'use'>;

/** The comparisons of one workspace. Votes are appended; preference pairs always follow from them. */
export class ComparisonStore implements Disposable {
	readonly #onDidChange = new Emitter<{ readonly comparisonId: string }>();
	/** Answers, votes or the header of a comparison changed on disk. */
	readonly onDidChange = this.#onDidChange.event;
	readonly #folders = new Map<string, ComparisonFolder>();
	readonly #watchers = new Map<string, { count: number; timer: NodeJS.Timeout }>();
	#writing: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly workspace: WorkspaceFolder,
		private readonly logger: Logger,
		private readonly now: () => number = () => Date.now(),
	) {}

	/** Where a comparison is. */
	pathOf(id: string): string {
		return path.join(this.workspace.comparisons, id);
	}

	/** Where comparisons are. */
	get folder(): string {
		return this.workspace.comparisons;
	}

	/** `.windsock/preferences/votes.jsonl`; not there before the first pair. */
	get preferencesPath(): string {
		return preferencePaths(this.workspace.preferences).pairs.rows;
	}

	/** `.windsock/preferences/edits.jsonl`; not there before the first edited answer for SFT. */
	get examplesPath(): string {
		return preferencePaths(this.workspace.preferences).examples.rows;
	}

	/** Tells which prompts were exported for training. */
	spent(): ReturnType<typeof readSpent> {
		return readSpent(this.workspace.preferences);
	}

	/** The phrases that answers of this workspace are checked with. */
	phrases(): Promise<PhraseList> {
		return phrasesFor(path.join(this.workspace.comparisons, 'answers.jsonl'));
	}

	/** All readable comparisons, newest first. A broken one is logged and left out. */
	async list(): Promise<readonly Comparison[]> {
		return (await this.#readAll()).comparisons;
	}

	/** A comparison as it is now. */
	async open(id: string): Promise<Result<Comparison>> {
		const folder = await this.#folder(id);
		return folder.ok ? ok(folder.value.comparison) : folder;
	}

	/** Looks for new answers and votes of a comparison until disposed; changes are events. */
	watch(id: string): Disposable {
		const known = this.#watchers.get(id);
		if (known) {
			known.count++;
		} else {
			const look = (): void => {
				void this.#look(id).finally(() => {
					const watcher = this.#watchers.get(id);
					if (watcher) {
						watcher.timer = setTimeout(look, lookEvery);
					}
				});
			};
			this.#watchers.set(id, { count: 1, timer: setTimeout(look, lookEvery) });
		}
		let disposed = false;
		return {
			dispose: () => {
				if (!disposed) {
					disposed = true;
					this.#unwatch(id);
				}
			},
		};
	}

	/** Appends one vote event and brings the preference files in line with all votes. */
	async vote(id: string, input: VoteInput): Promise<Result<PreferenceCount>> {
		const folder = await this.#folder(id);
		if (!folder.ok) {
			return folder;
		}
		const event = this.#event(folder.value.comparison, input);
		return this.#append(id, folder.value, 'votes', event, () => this.#rewrite());
	}

	/** Appends what a voter makes of an answer and brings the preference files in line. */
	async edit(id: string, input: EditInput): Promise<Result<PreferenceCount>> {
		const folder = await this.#folder(id);
		if (!folder.ok) {
			return folder;
		}
		const { responses } = folder.value.comparison;
		const answer = responses.get(input.label)?.get(input.promptId)?.response ?? '';
		const event: EditEvent = { ...this.#stamp(), ...input, answer: sha256(answer) };
		return this.#append(id, folder.value, 'edits', event, () => this.#rewrite());
	}

	/** Appends what a voter says about the whole set to the same file as the votes. */
	async note(id: string, input: SetInput): Promise<Result<void>> {
		const folder = await this.#folder(id);
		if (!folder.ok) {
			return folder;
		}
		const event: SetEvent = { ...this.#stamp(), ...input };
		return this.#append(id, folder.value, 'votes', event, () => Promise.resolve());
	}

	/** Adds a line to the file of its voter, reads that, and does what follows from it. */
	#append<T>(
		id: string,
		folder: ComparisonFolder,
		inner: 'votes' | 'edits',
		event: VoteEvent | SetEvent | EditEvent,
		follow: () => Promise<T>,
	): Promise<Result<T>> {
		const file = path.join(folder.directory, inner, responseFileName(event.voter));
		return this.#exclusive(async () => {
			try {
				await appendLine(file, JSON.stringify(event));
				await folder.refresh();
				return ok(await follow());
			} catch (error) {
				return err(
					new WindsockError(
						'fileUnwritable',
						{ path: file, reason: reasonOf(error) },
						{ cause: error },
					),
				);
			} finally {
				this.#onDidChange.fire({ comparisonId: id });
			}
		});
	}

	/** Makes the preference files anew from the votes of all comparisons. Safe to repeat. */
	async rewritePreferences(): Promise<Result<PreferenceCount>> {
		return this.#exclusive(async () => {
			try {
				return ok(await this.#rewrite());
			} catch (error) {
				return err(
					new WindsockError(
						'fileUnwritable',
						{ path: this.preferencesPath, reason: reasonOf(error) },
						{ cause: error },
					),
				);
			}
		});
	}

	dispose(): void {
		for (const watcher of this.#watchers.values()) {
			clearTimeout(watcher.timer);
		}
		this.#watchers.clear();
		this.#onDidChange.dispose();
	}

	#event(comparison: Comparison, input: VoteInput): VoteEvent {
		const answers: Record<string, string> = {};
		for (const label of input.order) {
			const answer = comparison.responses.get(label)?.get(input.promptId);
			if (answer) {
				answers[label] = sha256(answer.response);
			}
		}
		return { ...this.#stamp(), ...input, answers };
	}

	#stamp(): { readonly schemaVersion: 1; readonly id: string; readonly time: string } {
		const now = this.now();
		return {
			schemaVersion: 1,
			id: ulid(now, randomBytes(10)),
			time: new Date(now).toISOString(),
		};
	}

	async #readAll(): Promise<{ comparisons: Comparison[]; unreadable: Set<string> }> {
		const ids = await namesIn(this.workspace.comparisons);
		const comparisons: Comparison[] = [];
		const unreadable = new Set<string>();
		for (const id of ids) {
			const comparison = await this.open(id);
			if (comparison.ok) {
				comparisons.push(comparison.value);
			} else if (comparison.error.code !== 'comparisonMissing') {
				unreadable.add(id);
				this.logger.warn(`comparison ${id}: ${comparison.error.message}`);
			}
		}
		return { comparisons: comparisons.toSorted(newestFirst), unreadable };
	}

	async #rewrite(): Promise<PreferenceCount> {
		const { comparisons, unreadable } = await this.#readAll();
		// Oldest first, so that pairs of a later comparison follow those that were there before.
		return writePreferences(this.workspace.preferences, comparisons.toReversed(), unreadable);
	}

	/** One writer at a time in this process; each rewrite starts from the files as they are then. */
	#exclusive<T>(task: () => Promise<T>): Promise<T> {
		const result = this.#writing.then(task);
		this.#writing = result.catch(() => {});
		return result;
	}

	async #folder(id: string): Promise<Result<ComparisonFolder>> {
		const known = this.#folders.get(id);
		if (known) {
			try {
				await known.refresh();
				return ok(known);
			} catch (error) {
				this.#folders.delete(id);
				this.logger.warn(`comparison ${id} is read again: ${reasonOf(error)}`);
			}
		}
		if (path.basename(id) !== id || ['', '.', '..'].includes(id)) {
			return err(new WindsockError('comparisonMissing', { path: id }));
		}
		const folder = await ComparisonFolder.open(path.join(this.workspace.comparisons, id));
		if (folder.ok) {
			this.#folders.set(id, folder.value);
		}
		return folder;
	}

	async #look(id: string): Promise<void> {
		const folder = this.#folders.get(id);
		try {
			if (folder ? await folder.refresh() : (await this.#folder(id)).ok) {
				this.#onDidChange.fire({ comparisonId: id });
			}
		} catch (error) {
			this.#folders.delete(id);
			this.logger.warn(`comparison ${id} cannot be read now: ${reasonOf(error)}`);
		}
	}

	#unwatch(id: string): void {
		const watcher = this.#watchers.get(id);
		if (watcher && --watcher.count === 0) {
			clearTimeout(watcher.timer);
			this.#watchers.delete(id);
		}
	}
}

/** None before the first comparison. A folder that cannot be read now is no reason to forget pairs. */
async function namesIn(folder: string): Promise<string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return [];
		}
		throw error;
	}
}

function newestFirst(a: Comparison, b: Comparison): number {
	const [left, right] = [
		`${a.header.createdAt}\n${a.header.id}`,
		`${b.header.createdAt}\n${b.header.id}`,
	];
	return left < right ? 1 : left > right ? -1 : 0;
}

/** Appends a line in one write; a last line without an end gets one first. */
async function appendLine(file: string, line: string): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true });
	const handle = await open(file, 'a+');
	try {
		const { size } = await handle.stat();
		const last = Buffer.alloc(1);
		const torn = size > 0 && (await handle.read(last, 0, 1, size - 1)) && last[0] !== 10;
		await handle.writeFile(`${torn ? '\n' : ''}${line}\n`);
	} finally {
		await handle.close();
	}
}

/** Any folder with answers, as it is now: for `windsock compare DIR`. */
export async function readComparison(directory: string): Promise<Result<Comparison>> {
	const folder = await ComparisonFolder.open(directory);
	return folder.ok ? ok(folder.value.comparison) : folder;
}
