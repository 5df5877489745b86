import { mkdir, open, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	foldLabels,
	parseAnnotation,
	type AnnotationEvent,
	type Label,
} from '../../core/dataset/annotation';

/** The folder beside a dataset that holds what people said about its examples. */
export function annotationFolder(datasetPath: string): string {
	return `${datasetPath}.annotations`;
}

/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

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
	return reserved.test(safe) ? `${safe}-user` : safe === '' ? 'me' : safe;
}

/**
 * One author's annotations of one dataset: a file that only grows, so that two authors never
 * conflict in git. One event a line.
 */
export class AnnotationStore {
	readonly path: string;
	#queue: Promise<unknown> = Promise.resolve();

	constructor(datasetPath: string, author: string = authorName()) {
		this.path = join(annotationFolder(datasetPath), `${author}.jsonl`);
	}

	/** The labels after all events. Lines that cannot be read are left alone and skipped. */
	async labels(): Promise<Result<Map<string, Label>>> {
		let text: string;
		try {
			text = await readFile(this.path, 'utf8');
		} catch (error) {
			return isMissing(error) ? ok(new Map<string, Label>()) : err(this.#unreadable(error));
		}
		const events = text.split('\n').map(parseAnnotation);
		return ok(foldLabels(events.filter(event => event !== undefined)));
	}

	/** Appends events in the order of the calls; done when they are on the disk. */
	append(events: readonly AnnotationEvent[]): Promise<Result<void>> {
		const done = this.#queue.then(() => this.#append(events));
		this.#queue = done;
		return done;
	}

	async #append(events: readonly AnnotationEvent[]): Promise<Result<void>> {
		if (events.length === 0) {
			return ok();
		}
		try {
			await mkdir(dirname(this.path), { recursive: true });
			const file = await open(this.path, 'a+');
			try {
				const { size } = await file.stat();
				const last = Buffer.alloc(1);
				if (size > 0) {
					await file.read(last, 0, 1, size - 1);
				}
				// A torn last line must not swallow the first new one.
				const gap = size > 0 && last[0] !== 10 ? '\n' : '';
				await file.appendFile(gap + events.map(event => `${JSON.stringify(event)}\n`).join(''));
				await file.sync();
			} finally {
				await file.close();
			}
			return ok();
		} catch (error) {
			const details = { path: this.path, reason: reasonOf(error) };
			return err(new WindsockError('fileUnwritable', details, { cause: error }));
		}
	}

	#unreadable(error: unknown): WindsockError {
		const details = { path: this.path, reason: reasonOf(error) };
		return new WindsockError('fileUnreadable', details, { cause: error });
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
