import type { OverlayRun, RowId } from './overlay';

/** A stretch of rows as one file of several will hold them; bases count within that file. */
export type PartRun =
	| OverlayRun
	/** Rows that stand in another file so far; `from` and `to` count over all files. */
	| { readonly kind: 'foreign'; readonly id: RowId; readonly from: number; readonly to: number };

interface Piece {
	/** The file that has the rows now; `undefined` for an added row. */
	readonly part: number | undefined;
	readonly count: number;
	readonly run: OverlayRun;
}

/**
 * Deals the rows out to the files of a dataset so that each file keeps its bounds: the cut between
 * two files stands where the fewest rows change files. An added row goes with the row before it.
 *
 * @param starts first row of each file, counted over all files
 */
export function partRuns(runs: Iterable<OverlayRun>, starts: readonly number[]): PartRun[][] {
	const pieces = [...runs].flatMap(run => [...splitRun(run, starts)]);
	const parts: PartRun[][] = [];
	let from = 0;
	for (let part = 0; part < starts.length; part++) {
		const to = part === starts.length - 1 ? pieces.length : Math.max(from, bestCut(pieces, part));
		const start = starts[part] ?? 0;
		parts.push(pieces.slice(from, to).map(piece => localRun(piece, part, start)));
		from = to;
	}
	return parts;
}

function* splitRun(run: OverlayRun, starts: readonly number[]): Generator<Piece> {
	if (run.kind === 'own') {
		yield { run, count: 1, part: run.base === undefined ? undefined : partOf(run.base, starts) };
		return;
	}
	for (let from = run.from; from < run.to;) {
		const part = partOf(from, starts);
		const to = Math.min(run.to, starts[part + 1] ?? Infinity);
		const id = run.id + from - run.from;
		yield { part, count: to - from, run: { kind: 'base', id, from, to } };
		from = to;
	}
}

/** The file that holds a row; `starts` rises, and files without rows share a start. */
export function partOf(row: number, starts: readonly number[]): number {
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] ?? 0) <= row) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}

/** How many pieces stand before the end of a file. Of equal cuts the last. */
function bestCut(pieces: readonly Piece[], part: number): number {
	let cost = 0;
	let best = 0;
	let bestCost = 0;
	for (const [i, piece] of pieces.entries()) {
		if (piece.part !== undefined) {
			cost += piece.part <= part ? -piece.count : piece.count;
		}
		if (cost <= bestCost) {
			bestCost = cost;
			best = i + 1;
		}
	}
	return best;
}

function localRun({ part: own, run }: Piece, part: number, start: number): PartRun {
	if (run.kind === 'own') {
		return { ...run, base: own === part && run.base !== undefined ? run.base - start : undefined };
	}
	return own === part
		? { ...run, from: run.from - start, to: run.to - start }
		: { kind: 'foreign', id: run.id, from: run.from, to: run.to };
}
