import { contentHash, type Hash } from '../exampleId';
import { parseRow } from '../parseRow';
import { fixRow, type FixName } from './fixRow';
import { normalisePrompt, promptOf } from './normalisedPrompt';
import type { HandEdit } from './pipeline';
import type { RowFilter } from './rowFilter';
import { dropped, kept, type StepOutcome, type WorkRow } from './workRow';

/** A step that looks at one row alone. */
export type LocalStep = (row: WorkRow) => StepOutcome;

export function filterStep(kind: 'keep' | 'drop', query: string, matches: RowFilter): LocalStep {
	const reason = kind === 'keep' ? `not ${query}` : query;
	return row => (matches(row) === (kind === 'keep') ? kept : dropped(reason));
}

export function fixStep(fix: FixName): LocalStep {
	return row => {
		const fixed = fixRow(row.bytes, row.recognised, fix);
		return fixed.kind === 'changed' ? { ...fixed, reason: fix } : fixed;
	};
}

export function labelStep(rule: 'apply' | 'onlyKept'): LocalStep {
	return ({ label }) => {
		if (label === 'drop') {
			return dropped('labelled drop');
		}
		return rule === 'apply' || label === 'keep' ? kept : dropped('not labelled keep');
	};
}

/** @param prompts in the form of `normalisePrompt`, with the file that each comes from */
export function decontaminateStep(prompts: ReadonlyMap<string, string>): LocalStep {
	return row => {
		const prompt = promptOf(row.recognised);
		const file = prompt === undefined ? undefined : prompts.get(normalisePrompt(prompt));
		return file === undefined ? kept : dropped(`its prompt stands in ${file}`);
	};
}

/** @param find where the row's prompt stands, in words for people */
export function overlapStep(find: (row: WorkRow) => string | undefined): LocalStep {
	return row => {
		const place = find(row);
		return place === undefined ? kept : dropped(`its prompt stands in ${place}`);
	};
}

/** An edit that could not be made, and why. */
export interface EditNotApplied {
	readonly id: string;
	readonly reason: string;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Makes hand edits. An edit is for one content of its row: where the row says something else by
 * now, the row stays and the edit is told. A row that already says what the edit wrote is right.
 *
 * @param byRow edits by the number of their row
 */
export function editStep(
	byRow: ReadonlyMap<number, HandEdit>,
	hash: Hash,
	notApplied: (edit: EditNotApplied) => void,
): LocalStep {
	return row => {
		const edit = byRow.get(row.index);
		if (!edit) {
			return kept;
		}
		const before = decoder.decode(row.bytes);
		const now = contentHash(before, hash);
		const after = edit.row === null ? undefined : contentHash(edit.row, hash);
		if (now === after) {
			return kept;
		}
		if (now !== edit.before) {
			notApplied({ id: edit.id, reason: 'the row says something else by now' });
			return kept;
		}
		if (edit.row === null) {
			return dropped('deleted by hand');
		}
		const wrong = faultOf(edit.row, edit.after, after);
		if (wrong !== undefined) {
			notApplied({ id: edit.id, reason: wrong });
			return kept;
		}
		const edits = [{ at: '', before, after: edit.row }];
		return { kind: 'changed', bytes: encoder.encode(edit.row), reason: 'edited by hand', edits };
	};
}

function faultOf(row: string, promised: string | undefined, hash: string | undefined) {
	if (promised !== undefined && promised !== hash) {
		return 'its new row is not the one that its hash names';
	}
	if (row.includes('\n')) {
		return 'its new row goes over several lines';
	}
	try {
		parseRow(row);
		return undefined;
	} catch {
		return 'its new row is not valid JSON';
	}
}
