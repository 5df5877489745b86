import type { ContainerLayout } from './container';
import type { OverlayRun } from './overlay';
import type { RowRanges } from './rowRanges';

/** A stretch of the new file: copied from the old one, or given. */
export type SaveSegment =
	| { readonly kind: 'copy'; readonly start: number; readonly end: number }
	| { readonly kind: 'bytes'; readonly bytes: Uint8Array };

const encoder = new TextEncoder();

/**
 * How to write the file with its edits. Everything before the first row, after the last and
 * between rows that still follow each other is copied as it stands; other rows are joined by the
 * file's own kind of separator.
 *
 * @param runs rows of this file in their new order; bytes are as the file writes them
 */
export function savePlan(
	layout: ContainerLayout,
	rows: RowRanges,
	runs: Iterable<OverlayRun>,
): SaveSegment[] {
	const plan = new PlanBuilder();
	plan.copy(0, layout.prefixEnd);
	let previous: number | undefined;
	let written = 0;
	for (const run of runs) {
		const first = run.kind === 'base' ? run.from : run.base;
		if (written > 0) {
			if (previous !== undefined && first === previous + 1) {
				plan.copy(rows.end(previous), rows.start(first));
			} else {
				plan.bytes(encoder.encode(layout.separator));
			}
		} else if (layout.opening !== undefined) {
			plan.bytes(encoder.encode(layout.opening));
		}
		addRun(plan, run, rows);
		previous = run.kind === 'base' ? run.to - 1 : run.base;
		written++;
	}
	const isLines = layout.kind === 'jsonl' || layout.kind === 'csv';
	if (isLines && rows.count === 0 && written > 0) {
		plan.bytes(encoder.encode(layout.separator));
	} else if (!isLines || written > 0 || rows.count === 0) {
		// Without a single line left, the last line's end has nothing to end.
		plan.copy(layout.suffixStart, layout.size);
	}
	return plan.segments;
}

function addRun(plan: PlanBuilder, run: OverlayRun, rows: RowRanges): void {
	if (run.kind === 'base') {
		plan.copy(rows.start(run.from), rows.end(run.to - 1));
	} else {
		plan.bytes(run.bytes);
	}
}

class PlanBuilder {
	readonly segments: SaveSegment[] = [];

	/** Stretches that touch become one, so that an unedited file is a single copy. */
	copy(start: number, end: number): void {
		const last = this.segments.at(-1);
		if (end <= start) {
			return;
		}
		if (last?.kind === 'copy' && last.end === start) {
			this.segments[this.segments.length - 1] = { kind: 'copy', start: last.start, end };
		} else {
			this.segments.push({ kind: 'copy', start, end });
		}
	}

	bytes(bytes: Uint8Array): void {
		this.segments.push({ kind: 'bytes', bytes });
	}
}
