import { rm } from 'node:fs/promises';
import type { Result } from '../../../core/base/result';
import { WindsockError } from '../../../core/base/errors';
import type { RowEdit } from '../../../core/dataset/overlay';
import { sourceRowOf, type KeptRecord } from '../../../core/dataset/merge/keptRecord';
import {
	planMerge,
	type MergeConflict,
	type MergeEdit,
	type MergePlan,
	type SourceRow,
} from '../../../core/dataset/merge/mergePlan';
import { oneLine } from '../../../core/dataset/oneLine';
import { writeAtomically } from '../atomicWrite';
import { DatasetFile } from '../datasetFile';
import type { DatasetModel } from '../datasetModel';
import { pairDatasets } from '../diff/pairDatasets';
import type { PlannedEdit } from '../editableDataset';
import { checkCancelled, expected } from '../expected';
import { sameFingerprint } from '../fingerprint';
import type { KeptCopy } from './keptCopy';

export interface Merge {
	/** To be made in the source as one step; `undefined` when nothing is to be done. */
	readonly edit: PlannedEdit | undefined;
	readonly replaced: number;
	readonly deleted: number;
	readonly inserted: number;
	/** Changes that the source has already. */
	readonly already: number;
	/** Rows that were changed on both sides; they are listed in the copy's folder. */
	readonly conflicts: number;
}

const what = 'merging a copy into its source';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether the source is still what the copy was made of; then none of it needs to be read. */
export function isAsKept(record: KeptRecord, source: DatasetFile): boolean {
	return (
		source.fingerprint !== undefined && sameFingerprint(record.fingerprint, source.fingerprint)
	);
}

/**
 * What was done to a copy, as a change of its source; the source itself is not touched. A source that
 * is another by now must be scanned.
 */
export function planMergeBack(
	copy: KeptCopy,
	source: DatasetModel,
	{ signal, workerFile }: { readonly signal: AbortSignal; readonly workerFile?: string },
): Promise<Result<Merge>> {
	return expected(async () => {
		if (source.overlay.isChanged) {
			const reason = 'the source has changes that are not saved; save or revert them first';
			throw new WindsockError('editImpossible', { reason });
		}
		const base = await scanned(copy.basePath, workerFile, signal);
		try {
			const now = await scanned(copy.path, workerFile, signal);
			try {
				const pairs = await pairDatasets(base, now, what, signal);
				const theirs = await sourceRows(copy.record, base, source.file, signal);
				const isEqual = (row: number, other: number): boolean =>
					now.scan.contentKeyOf(row) === source.file.scan.contentKeyOf(other);
				const plan = planMerge(pairs, theirs.rowOf, isEqual, row =>
					theirs.added.has(now.scan.contentKeyOf(row)),
				);
				await writeConflicts(copy, plan.conflicts, base, now, source.file);
				return await mergeOf(plan, now, source);
			} finally {
				await now.close();
			}
		} finally {
			await base.close();
		}
	});
}

interface TheirRows {
	readonly rowOf: (base: number) => SourceRow | undefined;
	/** Keys of what rows say that the source has got since. */
	readonly added: ReadonlySet<number>;
}

async function sourceRows(
	record: KeptRecord,
	base: DatasetFile,
	source: DatasetFile,
	signal: AbortSignal,
): Promise<TheirRows> {
	if (isAsKept(record, source)) {
		const rowOf = sourceRowOf(record);
		return {
			rowOf: row => {
				const found = rowOf(row);
				// A record that somebody changed may name rows that there never were.
				const isThere = found !== undefined && found < source.rows.count;
				return isThere ? { row: found, isSame: true } : undefined;
			},
			added: new Set(),
		};
	}
	const { pairs, added } = await pairDatasets(base, source, what, signal);
	const byBase = new Map(pairs.map(({ old, now, isSame }) => [old, { row: now, isSame }]));
	// Of a slice all other rows of the source would count as new.
	const isSlice = record.rows !== undefined;
	return {
		rowOf: row => byBase.get(row),
		added: new Set(isSlice ? [] : added.map(row => source.scan.contentKeyOf(row))),
	};
}

async function mergeOf(plan: MergePlan, copy: DatasetFile, source: DatasetModel): Promise<Merge> {
	const edits: RowEdit[] = [];
	const count = (kind: MergeEdit['kind']): number =>
		plan.edits.filter(edit => edit.kind === kind).length;
	for (const edit of plan.edits) {
		if (edit.kind === 'replace') {
			const before = Uint8Array.from(await source.file.readRow(edit.source));
			const after = Uint8Array.from(await copy.readRow(edit.copy));
			edits.push({ kind: 'replace', id: edit.source, before, after });
		}
	}
	// From the last place to the first, so that each stands where it was meant; of several after one
	// row the last comes first.
	const inserts = plan.edits.filter(edit => edit.kind === 'insert').toReversed();
	for (const { after, copy: row } of inserts.sort((a, b) => b.after - a.after)) {
		const bytes = Uint8Array.from(await copy.readRow(row));
		edits.push({ kind: 'insert', position: after + 1, bytes });
	}
	const gone = plan.edits.flatMap(edit => (edit.kind === 'delete' ? [edit.source] : []));
	if (gone.length > 0) {
		edits.push({ kind: 'deleteRows', ids: gone });
	}
	return {
		edit:
			edits.length === 0 ? undefined : { title: 'Merge a Copy', edit: { kind: 'group', edits } },
		replaced: count('replace'),
		deleted: gone.length,
		inserted: count('insert'),
		already: plan.already,
		conflicts: plan.conflicts.length,
	};
}

const words: Readonly<Record<MergeConflict['kind'], string>> = {
	changedChanged: 'changed here and in the source',
	changedRemoved: 'changed here, removed in the source',
	removedChanged: 'removed here, changed in the source',
};

/** One row a conflict, with all three states; none are left from an earlier time. */
async function writeConflicts(
	{ conflictsPath }: KeptCopy,
	conflicts: readonly MergeConflict[],
	base: DatasetFile,
	copy: DatasetFile,
	source: DatasetFile,
): Promise<void> {
	if (conflicts.length === 0) {
		await rm(conflictsPath, { force: true });
		return;
	}
	const written = await writeAtomically(conflictsPath, async handle => {
		for (const { kind, base: old, copy: mine, source: other } of conflicts) {
			const fields = [
				['conflict', JSON.stringify(words[kind])],
				...(other === undefined ? [] : [['source_row', String(other + 1)]]),
				['before', await valueText(base, old)],
				...(mine === undefined ? [] : [['mine', await valueText(copy, mine)]]),
				...(other === undefined ? [] : [['source', await valueText(source, other)]]),
			];
			const members = fields.map(([name, value]) => `"${name}": ${value}`);
			await handle.appendFile(`{${members.join(', ')}}\n`);
		}
	});
	if (!written.ok) {
		throw written.error;
	}
}

/** The row as it is written; one that is no JSON is shown as text. */
async function valueText(file: DatasetFile, row: number): Promise<string> {
	const text = decoder.decode(oneLine(await file.readRow(row)));
	try {
		JSON.parse(text);
		return text;
	} catch {
		return JSON.stringify(text);
	}
}

async function scanned(
	path: string,
	workerFile: string | undefined,
	signal: AbortSignal,
): Promise<DatasetFile> {
	const opened = await DatasetFile.open(path, {
		scan: true,
		...(workerFile === undefined ? {} : { workerFile }),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	const stop = (): void => void opened.value.close();
	signal.addEventListener('abort', stop);
	const done = await opened.value.scanned;
	signal.removeEventListener('abort', stop);
	checkCancelled(signal, what);
	if (!done.ok) {
		await opened.value.close();
		throw done.error;
	}
	return opened.value;
}
