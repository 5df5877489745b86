import { basename } from 'node:path';
import { fieldChanges, type FieldChange } from '../../../core/dataset/diff/fieldChanges';
import { prettyJson } from '../../../core/dataset/edit/prettyJson';
import type { Progress } from '../../../core/training/launchRequest';
import { DatasetFile } from '../datasetFile';
import { checkCancelled } from '../expected';
import { NamesInTurn } from '../rowNames';
import { readFromGit, type DatasetVersion } from './gitVersion';
import { commonId, pairDatasets } from './pairDatasets';

export interface DiffTask {
	readonly old: DatasetVersion;
	readonly now: DatasetVersion;
	/** Rows that are written out in `texts`, for a person to compare; none by default. */
	readonly texts?: number;
}

/** Rows count from 1. Ids are those of annotations. */
export type RowDifference =
	| { readonly kind: 'added'; readonly now: number; readonly id: string }
	| { readonly kind: 'removed'; readonly old: number; readonly id: string }
	| {
			readonly kind: 'changed';
			readonly old: number;
			readonly now: number;
			/** Of the later version. */
			readonly id: string;
			readonly fields: readonly FieldChange[];
	  };

export interface DatasetDiff {
	readonly old: { readonly path: string; readonly revision?: string; readonly rows: number };
	readonly now: { readonly path: string; readonly revision?: string; readonly rows: number };
	/** What names an example in both: a field that is unique in both, or its content and place. */
	readonly by: string;
	readonly added: number;
	readonly removed: number;
	readonly changed: number;
	readonly same: number;
	/** In the order of the later version; removed rows where they stood. */
	readonly differences: readonly RowDifference[];
	/** The first rows that differ, as two texts. */
	readonly texts?: { readonly before: string; readonly after: string };
}

const what = 'comparing datasets';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Compares two versions example by example. Throws a WindsockError. */
export async function diffDatasets(
	task: DiffTask,
	{ progress, signal }: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<DatasetDiff> {
	const old = await open(task.old, progress, signal);
	try {
		const now = await open(task.now, progress, signal);
		try {
			progress?.report('Comparing rows');
			return await compare(task, old, now, signal);
		} finally {
			await now.close();
		}
	} finally {
		await old.close();
	}
}

async function open(
	{ path, revision }: DatasetVersion,
	progress: Progress | undefined,
	signal: AbortSignal | undefined,
): Promise<DatasetFile> {
	progress?.report(`Reading ${basename(path)}${revision === undefined ? '' : ` at ${revision}`}`);
	const opened =
		revision === undefined
			? await DatasetFile.open(path, { scan: true })
			: await DatasetFile.fromBytes(path, await readFromGit(path, revision, signal));
	if (!opened.ok) {
		throw opened.error;
	}
	const stop = (): void => void opened.value.close();
	signal?.addEventListener('abort', stop);
	const scanned = await opened.value.scanned;
	signal?.removeEventListener('abort', stop);
	checkCancelled(signal, what);
	if (!scanned.ok) {
		await opened.value.close();
		throw scanned.error;
	}
	return opened.value;
}

async function compare(
	task: DiffTask,
	old: DatasetFile,
	now: DatasetFile,
	signal: AbortSignal | undefined,
): Promise<DatasetDiff> {
	const field = commonId(old, now);
	const { pairs, removed, added } = await pairDatasets(old, now, what, signal);
	const differences: RowDifference[] = [];
	const [oldNames, nowNames] = [new NamesInTurn(old.scan), new NamesInTurn(now.scan)];
	for (const row of added) {
		const id = nowNames.nameOf(row, await now.readRow(row));
		differences.push({ kind: 'added', now: row + 1, id });
	}
	for (const row of removed) {
		const id = oldNames.nameOf(row, await old.readRow(row));
		differences.push({ kind: 'removed', old: row + 1, id });
	}
	const changed = pairs.filter(({ isSame }) => !isSame);
	for (const { old: a, now: b } of changed) {
		checkCancelled(signal, what);
		const [before, after] = [await old.readRow(a), await now.readRow(b)];
		const fields = fieldChanges(valueOf(before), valueOf(after));
		const id = nowNames.nameOf(b, after);
		differences.push({ kind: 'changed', old: a + 1, now: b + 1, id, fields });
	}
	differences.sort((a, b) => placeOf(a) - placeOf(b));
	return {
		old: { ...task.old, rows: old.rows.count },
		now: { ...task.now, rows: now.rows.count },
		by: field ?? 'content',
		added: added.length,
		removed: removed.length,
		changed: changed.length,
		same: pairs.length - changed.length,
		differences,
		...(task.texts === undefined
			? {}
			: { texts: await textsOf(differences, task.texts, old, now) }),
	};
}

/** A removed row stands before what has its number now. */
function placeOf(difference: RowDifference): number {
	return difference.kind === 'removed' ? difference.old - 0.5 : difference.now;
}

/** The rows that differ, written out one under the other. */
async function textsOf(
	differences: readonly RowDifference[],
	most: number,
	old: DatasetFile,
	now: DatasetFile,
): Promise<{ before: string; after: string }> {
	let [before, after] = ['', ''];
	for (const one of differences.slice(0, most)) {
		if (one.kind !== 'added') {
			before += block(`Row ${one.old}`, await old.readRow(one.old - 1));
		}
		if (one.kind !== 'removed') {
			// The same heading on both sides, or each changed row would also differ by its number.
			const title = one.kind === 'added' ? `New row ${one.now}` : `Row ${one.old}`;
			after += block(title, await now.readRow(one.now - 1));
		}
	}
	const rest = differences.length - most;
	const end = rest > 0 ? `// and ${rest.toLocaleString('en-US')} more rows\n` : '';
	return { before: before + end, after: after + end };
}

function block(title: string, bytes: Uint8Array): string {
	return `// ${title}\n${prettyJson(decoder.decode(bytes))}\n\n`;
}

/** Rows that are no JSON are compared as text. */
function valueOf(bytes: Uint8Array): unknown {
	const text = decoder.decode(bytes);
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
