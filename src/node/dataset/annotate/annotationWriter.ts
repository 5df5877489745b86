import { randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Emitter } from '../../../core/base/emitter';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { AnnotationEvent } from '../../../core/dataset/annotation';
import { syncFolder } from '../atomicWrite';

/** A name for an event, unlike any other of the file. */
export function newEventName(): string {
	return randomBytes(6).toString('base64url');
}

/**
 * Appends to one annotation file. Callers need not wait: what comes while a write is under way goes
 * out together with the next, and each write is on the disk (fsync) before the next begins. What
 * could not be written stays in line and goes with the next try, so nothing is lost while the
 * window is open. The file is opened for each write: a checkout may have put another in its place.
 */
export class AnnotationWriter {
	readonly #settled = new Emitter<void>();
	/** A write has ended, well or not; see `failure`. */
	readonly onDidSettle = this.#settled.event;
	/** Not on the disk yet, oldest first. */
	#waiting: AnnotationEvent[] = [];
	#writing: Promise<void> | undefined;
	/** Why the last write failed; gone once one succeeds. */
	failure: WindsockError | undefined;

	constructor(readonly path: string) {}

	/** Events that are not on the disk yet. */
	get pending(): readonly AnnotationEvent[] {
		return this.#waiting;
	}

	/** Takes events into line, in the order of the calls; done when they are on the disk. */
	append(events: readonly AnnotationEvent[]): Promise<Result<void>> {
		this.#waiting.push(...events);
		return this.flush();
	}

	/** Writes what waits. Answers the failure where something still waits afterwards. */
	async flush(): Promise<Result<void>> {
		// A write that is under way does not hold what came since.
		await this.#writing;
		if (this.#waiting.length > 0) {
			this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
			await this.#writing;
		}
		return this.failure && this.#waiting.length > 0 ? err(this.failure) : ok();
	}

	async #write(): Promise<void> {
		const events = [...this.#waiting];
		try {
			await appendLines(this.path, events.map(event => `${JSON.stringify(event)}\n`).join(''));
			this.#waiting.splice(0, events.length);
			this.failure = undefined;
		} catch (error) {
			const details = { path: this.path, reason: reasonOf(error) };
			this.failure = new WindsockError('fileUnwritable', details, { cause: error });
		}
		this.#settled.fire();
	}
}

/** Appends whole lines; done when they are on the disk. A failure leaves the file as it was. */
async function appendLines(path: string, lines: string): Promise<void> {
	const created = await mkdir(dirname(path), { recursive: true });
	const file = await open(path, 'a+');
	try {
		const { size } = await file.stat();
		const last = Buffer.alloc(1);
		if (size > 0) {
			await file.read(last, 0, 1, size - 1);
		}
		// A torn last line must not swallow the first new one.
		const gap = size > 0 && last[0] !== 10 ? '\n' : '';
		try {
			await file.appendFile(gap + lines);
			await file.sync();
		} catch (error) {
			await file.truncate(size);
			throw error;
		}
		if (size === 0) {
			await syncFolder(dirname(path));
			await syncFolder(dirname(created ?? path));
		}
	} finally {
		await file.close();
	}
}
