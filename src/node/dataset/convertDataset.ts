import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { convertRow, type ConversionTarget, type OutputShape } from '../../core/dataset/conversion';
import { recogniseText } from '../../core/dataset/format';
import { writeAtomically } from './atomicWrite';
import { DatasetFile } from './datasetFile';
import { checkCancelled } from './expected';
import { readPortions } from './rowReader';

export interface ConversionReport {
	readonly path: string;
	readonly out: string;
	readonly target: ConversionTarget;
	/** TRL's form that the file took. */
	readonly shape: OutputShape | undefined;
	/** `rowsIn` is always `kept + changed + dropped.length`. */
	readonly rowsIn: number;
	readonly kept: number;
	readonly changed: number;
	readonly dropped: readonly { readonly row: number; readonly reason: string }[];
	/** What was changed, and in how many rows. */
	readonly changes: readonly { readonly change: string; readonly rows: number }[];
	/** Rows that were changed, from 1. */
	readonly changedRows: readonly number[];
}

/**
 * Writes a dataset as JSON lines in a form that TRL trains on. No row goes without a word: each is
 * kept, changed or dropped with a reason.
 */
export async function convertDataset(options: {
	readonly path: string;
	readonly target: ConversionTarget;
	readonly out: string;
	readonly signal?: AbortSignal;
}): Promise<Result<ConversionReport>> {
	if (await isSameFile(options.path, options.out)) {
		return err(new WindsockError('conversionOntoItself', { path: options.path }));
	}
	const opened = await DatasetFile.open(options.path);
	if (!opened.ok) {
		return opened;
	}
	const file = opened.value;
	try {
		const indexed = await file.indexed;
		if (!indexed.ok) {
			return indexed;
		}
		const conversion = new Conversion(options.target);
		const written = await writeAtomically(options.out, async handle => {
			for await (const { from, rows } of readPortions(file.rows, row => file.sizeOf(row))) {
				checkCancelled(options.signal, 'converting the dataset');
				const lines = rows.map((bytes, i) => conversion.take(bytes, from + i + 1));
				await handle.appendFile(lines.join(''));
			}
			conversion.check(options.path);
		});
		return written.ok ? ok(conversion.report(options.path, options.out)) : err(written.error);
	} finally {
		await file.close();
	}
}

/** Also by another name: a link, or letters of another case where the file system takes them. */
async function isSameFile(a: string, b: string): Promise<boolean> {
	const [first, second] = await Promise.allSettled([
		stat(a, { bigint: true }),
		stat(b, { bigint: true }),
	]);
	return (
		first.status === 'fulfilled' &&
		second.status === 'fulfilled' &&
		first.value.dev === second.value.dev &&
		first.value.ino === second.value.ino
	);
}

class Conversion {
	#shape: OutputShape | undefined;
	#kept = 0;
	#rowsIn = 0;
	readonly #changedRows: number[] = [];
	readonly #dropped: { row: number; reason: string }[] = [];
	readonly #changes = new Map<string, number>();
	readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

	constructor(private readonly target: ConversionTarget) {}

	/** The line to write for a row, or nothing. */
	take(bytes: Uint8Array, row: number): string {
		this.#rowsIn++;
		const text = this.#decoder.decode(bytes);
		const converted = convertRow(text, recogniseText(text), this.target, this.#shape);
		if (converted.kind === 'dropped') {
			this.#dropped.push({ row, reason: converted.reason });
			return '';
		}
		this.#shape ??= converted.shape;
		const changes = [
			...(converted.kind === 'changed' ? converted.changes : []),
			...(isUtf8(bytes) ? [] : ['bytes that are not UTF-8 are now “�”']),
		];
		if (changes.length === 0) {
			this.#kept++;
		} else {
			this.#changedRows.push(row);
			for (const change of changes) {
				this.#changes.set(change, (this.#changes.get(change) ?? 0) + 1);
			}
		}
		return `${converted.line}\n`;
	}

	/** A file without a single row is of use to nobody and hides that the target was wrong. */
	check(path: string): void {
		const [first] = this.#dropped;
		if (this.#rowsIn > 0 && first && this.#dropped.length === this.#rowsIn) {
			const reason = `none of its ${this.#rowsIn} rows fits ${this.target}; row ${first.row}: ${first.reason}`;
			throw new WindsockError('conversionImpossible', { path, reason });
		}
	}

	report(path: string, out: string): ConversionReport {
		return {
			path,
			out,
			target: this.target,
			shape: this.#shape,
			rowsIn: this.#rowsIn,
			kept: this.#kept,
			changed: this.#changedRows.length,
			dropped: this.#dropped,
			changes: [...this.#changes].map(([change, rows]) => ({ change, rows })),
			changedRows: this.#changedRows,
		};
	}
}
