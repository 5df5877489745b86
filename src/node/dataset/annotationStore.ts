import { readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Emitter } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	annotationFileName,
	annotationOf,
	foldAnnotations,
	parseAnnotationFile,
	type AnnotationFile,
} from '../../core/dataset/annotate/annotationFold';
import type { AnnotationEvent, Label } from '../../core/dataset/annotation';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import {
	annotationFolder,
	farAnnotations,
	writableFolder,
	workspaceAnnotations,
} from './annotate/annotationPlace';
import { AnnotationWriter } from './annotate/annotationWriter';
import { cloneId } from './annotate/cloneId';

/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
/** Beginnings that other kinds of annotation files have. */
const streams = /^(?:edits|suggestions)-/;

/**
 * A name that is a safe file name on every system, from whatever the system calls the user. Letters
 * of every script stay, so that two people never share a file.
 */
export function authorName(user = userInfo().username): string {
	const safe = user
		.normalize('NFC')
		.replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
		.replaceAll(/^[.-]+|[.-]+$/g, '')
		.slice(0, 64)
		.toLowerCase();
	if (streams.test(safe)) {
		return `user-${safe}`;
	}
	return reserved.test(safe) ? `${safe}-user` : safe === '' ? 'me' : safe;
}

interface Writers {
	readonly answers: AnnotationWriter;
	readonly edits: AnnotationWriter;
}

/**
 * The annotation files of one dataset: reads those of all authors, and writes those of one author
 * in this clone. Files only grow and have one writer each, so that they never conflict in git.
 */
export class AnnotationStore {
	readonly #settled = new Emitter<void>();
	/** A write has ended, well or not. */
	readonly onDidSettle = this.#settled.event;
	#writers: Promise<Writers> | undefined;
	#open: Writers | undefined;

	constructor(
		private readonly datasetPath: string,
		readonly author: string = authorName(),
		/** The user's folder, for datasets whose own folder cannot be written. */
		private readonly workspace?: string,
		/** The dataset is on another machine, so that its annotations go to the user's folder. */
		private readonly isFar = isHubLocation(datasetPath),
	) {}

	/** Folders that may hold annotations of the dataset. */
	get folders(): string[] {
		const far = this.#farFolder;
		if (far !== undefined) {
			return [far];
		}
		return [
			annotationFolder(this.datasetPath),
			...(this.workspace === undefined
				? []
				: [workspaceAnnotations(this.workspace, this.datasetPath)]),
		];
	}

	/** Events that are not on the disk yet. */
	get pendingCount(): number {
		const writers = this.#open;
		return writers ? writers.answers.pending.length + writers.edits.pending.length : 0;
	}

	/** Why events are not on the disk, while some are not. */
	get failure(): WindsockError | undefined {
		return this.#open?.answers.failure ?? this.#open?.edits.failure;
	}

	/** Whether only this store writes the file. */
	isOwn(path: string): boolean {
		const writers = this.#open;
		return path === writers?.answers.path || path === writers?.edits.path;
	}

	/** All annotation files, with what of ours waits to be written. */
	async readFiles(): Promise<Result<AnnotationFile[]>> {
		const files: AnnotationFile[] = [];
		for (const folder of this.folders) {
			const read = await readAnnotationFolder(folder);
			if (!read.ok) {
				return read;
			}
			files.push(...read.value);
		}
		for (const stream of ['answers', 'edits'] as const) {
			const events = this.#open?.[stream].pending ?? [];
			if (events.length > 0) {
				const { author } = this;
				files.push({ name: `~${stream}`, stream, author, events, unknown: 0, torn: 0 });
			}
		}
		return ok(files);
	}

	/** What this author decided, by example. */
	async labels(): Promise<Result<Map<string, Label>>> {
		const files = await this.readFiles();
		if (!files.ok) {
			return files;
		}
		const found = new Map<string, Label>();
		for (const [id, events] of foldAnnotations(files.value).answers.get(this.author) ?? []) {
			const { label } = annotationOf(events);
			if (label) {
				found.set(id, label);
			}
		}
		return ok(found);
	}

	/** Appends answers in the order of the calls; done when they are on the disk. */
	async append(events: readonly AnnotationEvent[]): Promise<Result<void>> {
		return events.length === 0 ? ok() : (await this.#writing()).answers.append(events);
	}

	/** Appends renames that edits brought about. */
	async appendEdits(events: readonly AnnotationEvent[]): Promise<Result<void>> {
		return events.length === 0 ? ok() : (await this.#writing()).edits.append(events);
	}

	/** Writes what waits, such as after a failure. */
	async flush(): Promise<Result<void>> {
		const writers = await this.#writers;
		const answers = (await writers?.answers.flush()) ?? ok();
		const edits = (await writers?.edits.flush()) ?? ok();
		return answers.ok ? edits : answers;
	}

	/** The folder that this author's events go to. It need not be there yet. */
	async writeFolder(): Promise<string> {
		return this.#farFolder ?? writableFolder(this.datasetPath, this.workspace);
	}

	get #farFolder(): string | undefined {
		return this.isFar && this.workspace !== undefined
			? farAnnotations(this.workspace, this.datasetPath)
			: undefined;
	}

	#writing(): Promise<Writers> {
		this.#writers ??= this.#openWriters();
		return this.#writers;
	}

	async #openWriters(): Promise<Writers> {
		const folder = await this.writeFolder();
		const clone = await cloneId(folder);
		const [answers, edits] = (['answers', 'edits'] as const).map(stream => {
			const name = annotationFileName(stream, this.author, clone);
			const writer = new AnnotationWriter(join(folder, name));
			writer.onDidSettle(() => this.#settled.fire());
			return writer;
		}) as [AnnotationWriter, AnnotationWriter];
		this.#open = { answers, edits };
		return this.#open;
	}
}

/** Reads every annotation file of a folder. A folder that is not there has none. */
async function readAnnotationFolder(folder: string): Promise<Result<AnnotationFile[]>> {
	try {
		const files: AnnotationFile[] = [];
		for (const name of (await readdir(folder)).sort()) {
			const file = name.endsWith('.jsonl')
				? parseAnnotationFile(name, await readFile(join(folder, name), 'utf8'))
				: undefined;
			if (file) {
				files.push(file);
			}
		}
		return ok(files);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return ok([]);
		}
		const details = { path: folder, reason: reasonOf(error) };
		return err(new WindsockError('fileUnreadable', details, { cause: error }));
	}
}
