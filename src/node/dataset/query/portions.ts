import type { Label } from '../../../core/dataset/annotation';
import { isTextContainer } from '../../../core/dataset/container';
import type { Overlay, OverlayRun, RowId, RowRef } from '../../../core/dataset/overlay';
import { markTest, marksAsked } from '../../../core/dataset/query/markTest';
import type { Remarks } from '../../../core/dataset/query/remarks';
import type { Query } from '../../../core/dataset/query/query';
import type { DatasetFile } from '../datasetFile';
import type { RowMarks } from '../../../core/dataset/query/queryRow';
import { verdicts, type Portion, type PortionRun } from './queryWork';

/** What a search needs of a dataset: its file, the edits over it, and what is known of its rows. */
export interface SearchedDataset {
	readonly file: DatasetFile;
	readonly overlay: Overlay;
	readonly labels: RowsRemarked | undefined;
	/** Bits of the findings of a row. */
	findingsOf(row: RowRef): number;
	/** Codes of what a preflight found in a row. */
	preflightOf?(row: RowRef): readonly string[];
}

/** What is said about rows. */
export interface RowsRemarked {
	of(id: RowId): Label | undefined;
	remarksOn(id: RowId): Remarks | undefined;
}

const portionBytes = 4 << 20;
const portionRows = 20_000;

/** All rows in reading order, cut into pieces of work for threads. */
export async function* portionsOf(dataset: SearchedDataset, query: Query): AsyncGenerator<Portion> {
	const marker = new RowMarker(dataset, query);
	let runs: PortionRun[] = [];
	let bytes = 0;
	let count = 0;
	let number = 0;
	for await (const { run, size } of cut(dataset)) {
		runs.push(run);
		bytes += size;
		count += run.kind === 'file' ? run.count : 1;
		if (bytes >= portionBytes || count >= portionRows) {
			yield marker.marked({ number: number++, runs, count });
			runs = [];
			bytes = 0;
			count = 0;
		}
	}
	if (count > 0) {
		yield marker.marked({ number, runs, count });
	}
}

/** The names of the rows at places of a portion. */
export function idsOf(portion: Portion, places: Uint32Array): RowId[] {
	const ids: RowId[] = [];
	let from = 0;
	let next = 0;
	for (const run of portion.runs) {
		const to = from + (run.kind === 'file' ? run.count : 1);
		while (next < places.length && (places[next] ?? 0) < to) {
			ids.push(run.id + (places[next++] ?? 0) - from);
		}
		from = to;
	}
	return ids;
}

interface CutRun {
	readonly run: PortionRun;
	readonly size: number;
}

async function* cut(dataset: SearchedDataset): AsyncGenerator<CutRun> {
	let position = 0;
	// Taken at once: rows that are added meanwhile make the search begin anew.
	const runs = Array.from(dataset.overlay.runs());
	for (const run of runs) {
		if (run.kind === 'own') {
			const { id, bytes } = run;
			yield {
				run: { kind: 'own', id, position, bytes, isEdited: true },
				size: bytes.length,
			};
			position++;
		} else {
			yield* cutRun(dataset.file, run, position);
			position += run.to - run.from;
		}
	}
}

async function* cutRun(
	file: DatasetFile,
	run: Extract<OverlayRun, { readonly kind: 'base' }>,
	position: number,
): AsyncGenerator<CutRun> {
	const { partStarts } = file;
	for (let from = run.from; from < run.to;) {
		const part = partStarts.findLastIndex(start => start <= from);
		const last = Math.min(run.to, partStarts[part + 1] ?? run.to);
		let size = 0;
		let to = from;
		while (to < last && to - from < portionRows && (size < portionBytes || to === from)) {
			size += file.sizeOf(to++);
		}
		const place = { id: run.id + from - run.from, position: position + from - run.from };
		if (file.fingerprint && !file.far) {
			yield { run: fileRun(file, part, from, to, place), size };
		} else {
			// No file that another thread could open.
			const rows = await file.rows.readRows(from, to);
			for (const [i, bytes] of rows.entries()) {
				const own = { id: place.id + i, position: place.position + i };
				yield { run: { kind: 'own', ...own, bytes, isEdited: false }, size: bytes.length };
			}
		}
		from = to;
	}
}

function fileRun(
	file: DatasetFile,
	number: number,
	from: number,
	to: number,
	place: { readonly id: number; readonly position: number },
): PortionRun {
	const part = file.parts[number] ?? file.parts[0];
	const first = from - (file.partStarts[number] ?? 0);
	const count = to - from;
	return {
		kind: 'file',
		...place,
		part: part.description,
		base: from,
		from: first,
		count,
		...(isTextContainer(part.kind) ? { ranges: part.ranges.slice(first, first + count) } : {}),
	};
}

/** Says of rows what their marks say, so that those that are decided need not be read. */
export class RowMarker {
	readonly #asked;
	readonly #verdict;
	readonly #hasMarks: boolean;

	constructor(
		private readonly dataset: SearchedDataset,
		query: Query,
	) {
		this.#asked = marksAsked(query);
		this.#verdict = markTest(query);
		this.#hasMarks = query.root === undefined || Object.values(this.#asked).includes(true);
	}

	marked(portion: Portion): Portion {
		if (!this.#hasMarks) {
			return portion;
		}
		const rows: RowMarks[] = [];
		for (const run of portion.runs) {
			const count = run.kind === 'file' ? run.count : 1;
			for (let i = 0; i < count; i++) {
				rows.push(this.#marksIn(run, i));
			}
		}
		return { ...portion, ...this.marksOf(rows) };
	}

	/** The marks of rows as a portion carries them, as far as the query asks for them. */
	marksOf(
		rows: readonly RowMarks[],
	): Pick<Portion, 'verdicts' | 'findings' | 'labels' | 'remarks' | 'preflight'> {
		const { findings, annotations, preflight } = this.#asked;
		return {
			verdicts: Uint8Array.from(rows, row => {
				const verdict = this.#verdict(row);
				return verdict === undefined ? verdicts.open : verdict ? verdicts.passes : verdicts.fails;
			}),
			...(findings ? { findings: Uint32Array.from(rows, row => row.findings ?? 0) } : {}),
			...(preflight ? { preflight: rows.map(row => row.preflight) } : {}),
			...(annotations ? { labels: rows.map(({ label }) => label) } : {}),
			...(annotations ? { remarks: rows.map(({ remarks }) => remarks) } : {}),
		};
	}

	/** What is known of a row, as far as the query asks for it. */
	marksOn(row: RowRef, number: number, isEdited: boolean): RowMarks {
		const { file, labels } = this.dataset;
		const { base, id, bytes } = row;
		const isScanned = this.#asked.format && !bytes && base !== undefined && base < file.scan.count;
		return {
			number,
			format: isScanned ? file.scan.formatOf(base) : undefined,
			findings: this.#asked.findings ? this.dataset.findingsOf(row) : undefined,
			preflight: this.#asked.preflight ? this.dataset.preflightOf?.(row) : undefined,
			label: this.#asked.annotations ? labels?.of(id) : undefined,
			remarks: this.#asked.annotations ? labels?.remarksOn(id) : undefined,
			isEdited,
		};
	}

	#marksIn(run: PortionRun, offset: number): RowMarks {
		const isOwn = run.kind === 'own';
		const row: RowRef = {
			id: run.id + offset,
			base: isOwn ? undefined : run.base + offset,
			bytes: isOwn ? run.bytes : undefined,
		};
		return this.marksOn(row, run.position + offset + 1, isOwn && run.isEdited);
	}
}
