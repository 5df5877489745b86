import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import type { TextEdit } from '../../../core/dataset/clean/fixRow';

/** Where a row stands in what was read. */
export interface RowPlace {
	/** Only where there is more than one. */
	readonly source?: string;
	/** From 1. */
	readonly row: number;
}

const buckets = ['kept', 'changed', 'dropped'] as const;
type Bucket = (typeof buckets)[number];

export function accountingPath(out: string): string {
	return `${out}.accounting`;
}

/** Takes the account of each row; with nothing to write to, as in a trial, it forgets it. */
export interface RowLedger {
	kept(step: string, place: RowPlace): void;
	changed(
		step: string,
		place: RowPlace,
		entry: { readonly id: string; readonly reason: string; readonly edits: readonly TextEdit[] },
	): void;
	dropped(
		step: string,
		place: RowPlace,
		entry: { readonly id: string; readonly reason: string },
	): void;
	/** Waits until little is unwritten. */
	drain(): Promise<void>;
}

export const forgetfulLedger: RowLedger = {
	kept: () => undefined,
	changed: () => undefined,
	dropped: () => undefined,
	drain: () => Promise.resolve(),
};

/**
 * The folder beside a result that says of every row what became of it: `kept.jsonl` has ranges of
 * rows, `changed.jsonl` and `dropped.jsonl` a line a row. It is written under another name and
 * takes the place of an older one only when it is complete.
 */
export class AccountingFolder implements RowLedger {
	readonly #streams = new Map<Bucket, WriteStream>();
	readonly #ranges = new Map<string, { source: string | undefined; from: number; to: number }>();
	#fault: unknown;

	private constructor(
		readonly path: string,
		private readonly temporary: string,
	) {}

	static async create(path: string): Promise<AccountingFolder> {
		const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
		await mkdir(temporary);
		const folder = new AccountingFolder(path, temporary);
		for (const bucket of buckets) {
			const stream = createWriteStream(join(temporary, `${bucket}.jsonl`), { flush: true });
			stream.on('error', (error: unknown) => (folder.#fault ??= error));
			folder.#streams.set(bucket, stream);
		}
		return folder;
	}

	kept(step: string, { source, row }: RowPlace): void {
		const range = this.#ranges.get(step);
		if (range?.to === row - 1 && range.source === source) {
			range.to = row;
			return;
		}
		if (range) {
			this.#closeRange(step, range);
		}
		this.#ranges.set(step, { source, from: row, to: row });
	}

	changed(
		step: string,
		place: RowPlace,
		entry: { readonly id: string; readonly reason: string; readonly edits: readonly TextEdit[] },
	): void {
		this.#write('changed', { step, ...place, ...entry });
	}

	dropped(
		step: string,
		place: RowPlace,
		entry: { readonly id: string; readonly reason: string },
	): void {
		this.#write('dropped', { step, ...place, ...entry });
	}

	async drain(): Promise<void> {
		for (const stream of this.#streams.values()) {
			if (stream.writableNeedDrain && this.#fault === undefined) {
				await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
			}
		}
		this.#throwFault();
	}

	/** Puts the folder in its place. */
	async commit(): Promise<void> {
		for (const [step, range] of this.#ranges) {
			this.#closeRange(step, range);
		}
		await this.#end();
		this.#throwFault();
		const old = `${this.temporary}.old`;
		const hadOne = await exists(this.path);
		if (hadOne) {
			await rename(this.path, old);
		}
		await rename(this.temporary, this.path);
		await rm(old, { recursive: true, force: true });
	}

	async discard(): Promise<void> {
		await this.#end();
		await rm(this.temporary, { recursive: true, force: true });
	}

	async #end(): Promise<void> {
		for (const stream of this.#streams.values()) {
			stream.end();
			await finished(stream).catch((error: unknown) => (this.#fault ??= error));
		}
		this.#streams.clear();
	}

	#closeRange(step: string, range: { source: string | undefined; from: number; to: number }): void {
		const { source, from, to } = range;
		this.#write('kept', { step, ...(source === undefined ? {} : { source }), from, to });
	}

	#write(bucket: Bucket, line: object): void {
		this.#streams.get(bucket)?.write(`${JSON.stringify(line)}\n`);
	}

	#throwFault(): void {
		if (this.#fault !== undefined) {
			throw this.#fault;
		}
	}
}

async function exists(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}
