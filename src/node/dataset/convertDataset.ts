import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import {
	convertRow,
	type ConversionTarget,
	type ConvertedRow,
	type OutputShape,
} from '../../core/dataset/conversion';
import { seededRandom } from '../../core/responses/shuffle';
import { PromptSplit, type Side } from '../../core/dataset/clean/promptSplit';
import { dropped, type WorkRow } from '../../core/dataset/clean/workRow';
import { writeAtomically } from './atomicWrite';
import {
	AccountingFolder,
	accountingPath,
	forgetfulLedger,
	type RowLedger,
} from './clean/accountingFolder';
import { ChangeSamples, type ChangeSample } from './clean/changeSamples';
import { CleanSource } from './clean/cleanSource';
import { expected } from './expected';
import { sha256 } from './hash';
import { onlyFields } from './onlyFields';

export interface DroppedRow {
	/** From 1. */
	readonly row: number;
	readonly reason: string;
	/** Left out by a label or a weight, and not because it does not fit. */
	readonly isWanted?: true;
}

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
	readonly dropped: readonly DroppedRow[];
	/** What was changed, and in how many rows. */
	readonly changes: readonly { readonly change: string; readonly rows: number }[];
	/** Rows that were changed, from 1. */
	readonly changedRows: readonly number[];
	/** Folder whose files list the rows of each bucket, where one was asked for. */
	readonly accounting?: string;
	/** Where they were asked for. */
	readonly samples?: readonly ChangeSample[];
}

/** @property weight above 0, at most 1 */
export interface RowShare {
	readonly weight: number;
	readonly seed: number;
}

export interface ConvertOptions {
	readonly path: string;
	readonly target: ConversionTarget;
	readonly out: string;
	/** `apply` leaves out rows that are labelled drop. Labels are ignored by default. */
	readonly labels?: 'apply' | 'ignore';
	/** Also writes the folder that lists what became of every row. */
	readonly accounting?: boolean;
	/** Counts and writes nothing. */
	readonly dryRun?: boolean;
	/** Only these fields of a row; the others count as not there. */
	readonly columns?: readonly string[];
	/** Only this share of the rows: chosen by seed, row by row, so the same file gives the same rows. */
	readonly share?: RowShare;
	/** Only the rows on this side of a split by normalised prompt; `test` is the share of prompts. */
	readonly part?: { readonly side: Side; readonly test: number };
	/** Changed and dropped rows to show as samples; none by default. */
	readonly samples?: number;
	readonly signal?: AbortSignal;
}

/**
 * Writes a dataset as JSON lines in a form that TRL trains on. No row goes without a word: each is
 * kept, changed or dropped with a reason.
 */
export function convertDataset(options: ConvertOptions): Promise<Result<ConversionReport>> {
	return expected(async () => {
		const { path, out, signal } = options;
		if (await isSameFile(path, out)) {
			throw new WindsockError('conversionOntoItself', { path });
		}
		const source = await CleanSource.open(path, {
			firstIndex: 0,
			isOneOfMany: false,
			scan: options.accounting === true,
			labels: options.labels ?? 'ignore',
		});
		if (!source.ok) {
			throw source.error;
		}
		const isTrial = options.dryRun === true;
		const isListed = options.accounting === true && !isTrial;
		const ledger = isListed ? await AccountingFolder.create(accountingPath(out)) : undefined;
		try {
			const samples = new ChangeSamples(options.samples ?? 0, 0);
			const conversion = new Conversion(options, ledger ?? forgetfulLedger, samples);
			const goThrough = async (write: (text: string) => Promise<void>): Promise<void> => {
				for await (const rows of source.value.portions(signal)) {
					await write(rows.map(row => conversion.take(row)).join(''));
					await ledger?.drain();
				}
				conversion.check(path);
				await ledger?.commit();
			};
			if (isTrial) {
				await goThrough(() => Promise.resolve());
			} else {
				const written = await writeAtomically(out, handle =>
					goThrough(text => handle.appendFile(text)),
				);
				if (!written.ok) {
					throw written.error;
				}
			}
			return {
				...conversion.report(path, out),
				...(ledger ? { accounting: ledger.path } : {}),
				...(options.samples === undefined ? {} : { samples: samples.all() }),
			};
		} catch (error) {
			await ledger?.discard();
			throw error;
		} finally {
			await source.value.close();
		}
	});
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

function isInShare(row: number, { weight, seed }: RowShare): boolean {
	// Neighbouring seeds give unrelated numbers only when they are far apart.
	return seededRandom(Math.imul(row + 1, 0x9e3779b1) ^ seed)() < weight;
}

/** What accounts call the only step. */
const step = 'convert';

/** Never the seed of the training: another one would evaluate on what the last one learnt. */
const partSeed = 0;

class Conversion {
	#shape: OutputShape | undefined;
	#kept = 0;
	#rowsIn = 0;
	readonly #changedRows: number[] = [];
	readonly #dropped: DroppedRow[] = [];
	readonly #changes = new Map<string, number>();
	readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
	readonly #split: PromptSplit | undefined;

	constructor(
		private readonly options: Pick<ConvertOptions, 'target' | 'columns' | 'share' | 'part'>,
		private readonly ledger: RowLedger,
		private readonly samples: ChangeSamples,
	) {
		const { part } = options;
		this.#split = part && new PromptSplit({ test: part.test, seed: partSeed, hash: sha256 });
	}

	/** The line to write for a row, or nothing. */
	take(work: WorkRow): string {
		this.#rowsIn++;
		const { bytes } = work;
		const row = work.index + 1;
		const text = this.#decoder.decode(bytes);
		const converted = this.#converted(work, text);
		if (converted.kind === 'dropped') {
			const { reason } = converted;
			const isWanted = this.#unwanted(work) !== undefined;
			this.#dropped.push({ row, reason, ...(isWanted ? { isWanted } : {}) });
			const id = work.id();
			this.ledger.dropped(step, { row }, { id, reason });
			this.samples.offer({ step, id, kind: 'dropped', reason, edits: [], row }, bytes);
			return '';
		}
		this.#shape ??= converted.shape;
		const changes = [
			...(converted.kind === 'changed' ? converted.changes : []),
			...(isUtf8(bytes) ? [] : ['bytes that are not UTF-8 are now “�”']),
		];
		if (changes.length === 0) {
			this.#kept++;
			this.ledger.kept(step, { row });
		} else {
			this.#changedRows.push(row);
			const edits = [{ at: '', before: text, after: converted.line }];
			const change = { id: work.id(), reason: changes.join('; '), edits };
			this.ledger.changed(step, { row }, change);
			this.samples.offer({ step, kind: 'changed', ...change, row }, bytes);
			for (const change of changes) {
				this.#changes.set(change, (this.#changes.get(change) ?? 0) + 1);
			}
		}
		return `${converted.line}\n`;
	}

	#converted(work: WorkRow, text: string): ConvertedRow {
		const { target, columns } = this.options;
		const reason = this.#unwanted(work);
		if (reason !== undefined) {
			return dropped(reason);
		}
		if (columns === undefined) {
			return convertRow(text, work.recognised, target, this.#shape);
		}
		const cut = onlyFields(work.bytes, columns);
		const row = work.withBytes(cut).recognised;
		return convertRow(this.#decoder.decode(cut), row, target, this.#shape);
	}

	/** Why a row is left out on request, whatever is in it. */
	#unwanted(work: WorkRow): string | undefined {
		const { share, part } = this.options;
		if (work.label === 'drop') {
			return 'labelled drop';
		}
		if (share && !isInShare(work.index, share)) {
			return `not in the share of ${share.weight} that is taken`;
		}
		const isHere =
			part === undefined || this.#split?.sideOf(work.recognised, work.bytes) === part.side;
		const other = part?.side === 'test' ? 'train' : 'test';
		return isHere ? undefined : `on the ${other} side of the split by prompt`;
	}

	/** A file without a single row is of use to nobody and hides that the target was wrong. */
	check(path: string): void {
		const [first] = this.#dropped;
		if (this.#rowsIn > 0 && first && this.#dropped.length === this.#rowsIn) {
			const reason = `none of its ${this.#rowsIn} rows fits ${this.options.target}; row ${first.row}: ${first.reason}`;
			throw new WindsockError('conversionImpossible', { path, reason });
		}
	}

	report(path: string, out: string): ConversionReport {
		return {
			path,
			out,
			target: this.options.target,
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
