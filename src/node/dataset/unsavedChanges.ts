import { prettyJson } from '../../core/dataset/edit/prettyJson';
import type { OverlayRun } from '../../core/dataset/overlay';
import type { EditableDataset } from './editableDataset';

/** What a save will change, as two texts to compare: the rows concerned, and no others. */
export interface UnsavedChanges {
	readonly before: string;
	readonly after: string;
	/** Rows that differ; those beyond what is shown are counted in the last line. */
	readonly rows: number;
}

/** One row that differs. Numbers count from 1. */
interface RowDifference {
	/** In the file; absent for an added row. */
	readonly old: number | undefined;
	/** After the save; absent for a deleted row. */
	readonly now: number | undefined;
	readonly before?: Uint8Array;
	readonly after?: Uint8Array;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Goes through the edits, not through the file, so that it takes the same for a file of any size.
 *
 * @param most rows that are written out
 */
export async function unsavedChanges(
	dataset: EditableDataset,
	most = 2000,
): Promise<UnsavedChanges> {
	const { overlay } = dataset;
	const differences: RowDifference[] = [];
	const runs = [...overlay.runs()];
	const inPlace = longestAscending(runs);
	let position = 0;
	for (const [i, run] of runs.entries()) {
		const count = run.kind === 'own' ? 1 : run.to - run.from;
		if (run.kind === 'own') {
			const before = overlay.originalOf(run.id);
			const old = run.base === undefined ? undefined : run.base + 1;
			const sides = before ? { before, after: run.bytes } : { after: run.bytes };
			differences.push({ old, now: position + 1, ...sides });
		} else if (!inPlace.has(i)) {
			for (let row = 0; row < count; row++) {
				differences.push({ old: run.from + row + 1, now: position + row + 1 });
			}
		}
		position += count;
	}
	for (const base of overlay.deletedBases()) {
		differences.push({ old: base + 1, now: undefined });
	}
	differences.sort((a, b) => (a.old ?? a.now ?? 0) - (b.old ?? b.now ?? 0));
	const sides: { before: string; after: string }[] = [];
	for (const difference of differences.slice(0, most)) {
		sides.push(await written(dataset, difference));
	}
	const rest = differences.length - sides.length;
	const end = rest > 0 ? `// and ${rest.toLocaleString('en-US')} more rows\n` : '';
	return {
		before: sides.map(({ before }) => before).join('') + end,
		after: sides.map(({ after }) => after).join('') + end,
		rows: differences.length,
	};
}

async function written(
	dataset: EditableDataset,
	difference: RowDifference,
): Promise<{ before: string; after: string }> {
	const { old, now, before, after } = difference;
	if (now === undefined) {
		const row = { id: -1, base: (old ?? 1) - 1, bytes: undefined };
		const [bytes] = await dataset.readRows([row]);
		return { before: rowText(`Row ${old}`, bytes), after: rowText(`Row ${old}: deleted`) };
	}
	if (old === undefined) {
		return { before: '', after: rowText(`New row ${now}`, after) };
	}
	if (!after) {
		return { before: rowText(`Row ${old}`), after: rowText(`Row ${old}: now row ${now}`) };
	}
	return { before: rowText(`Row ${old}`, before), after: rowText(`Row ${old}`, after) };
}

/** One row of the text, under its title. */
export function rowText(title: string, bytes?: Uint8Array): string {
	return `// ${title}\n${bytes ? `${prettyJson(decoder.decode(bytes))}\n` : ''}\n`;
}

/**
 * Numbers of the runs that stay where they are when the others move around them: those of the most
 * rows that still stand in the order of the file.
 */
function longestAscending(runs: readonly OverlayRun[]): Set<number> {
	const first = (run: OverlayRun): number => (run.kind === 'base' ? run.from : (run.base ?? -1));
	const size = (run: OverlayRun): number => (run.kind === 'base' ? run.to - run.from : 1);
	const ordered = runs.flatMap((run, i) => (first(run) < 0 ? [] : [{ i, run }]));
	const best: { rows: number; previous: number }[] = [];
	// Looking back further than this costs more than the few rows it would spare from being listed.
	const reach = 500;
	let last = -1;
	for (const [at, { run }] of ordered.entries()) {
		let previous = -1;
		for (let earlier = at - 1; earlier >= Math.max(0, at - reach); earlier--) {
			const other = ordered[earlier];
			const isBefore = other !== undefined && first(other.run) < first(run);
			if (isBefore && (best[earlier]?.rows ?? 0) > (best[previous]?.rows ?? 0)) {
				previous = earlier;
			}
		}
		best.push({ rows: (best[previous]?.rows ?? 0) + size(run), previous });
		if ((best[at]?.rows ?? 0) > (best[last]?.rows ?? 0)) {
			last = at;
		}
	}
	const kept = new Set<number>();
	for (let at = last; at >= 0; at = best[at]?.previous ?? -1) {
		kept.add(ordered[at]?.i ?? -1);
	}
	return kept;
}
