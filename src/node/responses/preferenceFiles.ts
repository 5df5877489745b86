import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import * as path from 'node:path';
import type { Comparison } from '../../core/responses/comparison';
import { benchmarkOf } from '../../core/responses/benchmarkPrompts';
import { editedRows } from '../../core/responses/editedAnswers';
import { licenceNote } from '../../core/responses/hostedModel';
import {
	preferencePairs,
	type PairSource,
	type SkippedPair,
} from '../../core/responses/preferencePairs';
import { replaceFile } from '../hosts/atomicFile';

export function sha256(text: string): string {
	return createHash('sha256').update(text, 'utf8').digest('hex');
}

interface RowFiles {
	readonly rows: string;
	/** Sidecar whose line n is about row n. */
	readonly provenance: string;
}

/** Where the pairs made from votes and edits stand, and the examples made from edits. */
export function preferencePaths(folder: string): {
	readonly pairs: RowFiles;
	readonly examples: RowFiles;
} {
	const named = (name: string): RowFiles => ({
		rows: path.join(folder, `${name}.jsonl`),
		provenance: path.join(folder, `${name}.provenance.jsonl`),
	});
	return { pairs: named('votes'), examples: named('edits') };
}

export interface PreferenceCount {
	readonly pairs: number;
	/** Edited answers that are examples of their own. */
	readonly examples: number;
	readonly skipped: readonly SkippedPair[];
	/** Where rows went that somebody had edited by hand: never overwritten. */
	readonly setAside?: string;
}

interface Row {
	readonly row: string;
	readonly provenance: string;
}

/** @param addressOf the address of an endpoint by its name, where the settings have one */
export function pairSourceOf(
	comparison: Comparison,
	withHosted = false,
	addressOf?: (endpoint: string) => string | undefined,
): PairSource {
	const messagesOf = new Map(
		comparison.prompts.map(prompt => [prompt.id, prompt.messages] as const),
	);
	return {
		comparisonId: comparison.header.id,
		models: comparison.header.models,
		votes: comparison.votes,
		messages: promptId => messagesOf.get(promptId),
		response: (label, promptId) => comparison.responses.get(label)?.get(promptId),
		licenceNote: (answer, ref) => licenceNote(answer, ref, addressOf),
		withHosted,
		benchmark: prompt => benchmarkOf(prompt, sha256),
		sha256,
	};
}

/** The rows of some comparisons, in their order. The same votes give the same bytes. */
export function preferenceRows(comparisons: readonly Comparison[]): {
	readonly rows: readonly Row[];
	readonly examples: readonly Row[];
	readonly skipped: readonly SkippedPair[];
} {
	const rows: Row[] = [];
	const examples: Row[] = [];
	const skipped: SkippedPair[] = [];
	for (const comparison of comparisons) {
		const source = pairSourceOf(comparison);
		const made = preferencePairs(source);
		const edited = editedRows(source, comparison.edits ?? []);
		rows.push(
			...made.rows.map(({ pair, provenance }) => written(pair, provenance)),
			...edited.pairs.map(({ row, provenance }) => written(row, provenance)),
		);
		examples.push(...edited.examples.map(({ row, provenance }) => written(row, provenance)));
		skipped.push(...made.skipped, ...edited.skipped);
	}
	return { rows, examples, skipped };
}

function written(row: object, provenance: object): Row {
	return { row: JSON.stringify(row), provenance: JSON.stringify(provenance) };
}

/**
 * Brings the files in line with the votes and edits; each is replaced whole and only when its bytes differ.
 * Without any vote and without a file nothing is made. Rows of comparisons that cannot be read now
 * stay as they are; a file that was edited by hand is set aside first.
 *
 * @param unreadable ids of comparisons that are there but cannot be read now
 */
export async function writePreferences(
	folder: string,
	comparisons: readonly Comparison[],
	unreadable: ReadonlySet<string> = new Set(),
): Promise<PreferenceCount> {
	const files = preferencePaths(folder);
	const { rows, examples, skipped } = preferenceRows(comparisons);
	const pairs = await writeRows(files.pairs, rows, unreadable);
	const edited = await writeRows(files.examples, examples, unreadable);
	const setAside = pairs.setAside ?? edited.setAside;
	return {
		pairs: pairs.count,
		examples: edited.count,
		skipped,
		...(setAside === undefined ? {} : { setAside }),
	};
}

async function writeRows(
	files: RowFiles,
	rows: readonly Row[],
	unreadable: ReadonlySet<string>,
): Promise<{ readonly count: number; readonly setAside?: string }> {
	const [oldRows, oldProvenance] = [
		await readIfThere(files.rows),
		await readIfThere(files.provenance),
	];
	const old = writtenRows(oldRows ?? '', oldProvenance ?? '');
	const kept = (old ?? []).filter(row => unreadable.has(row.comparisonId));
	const all = [...kept, ...rows];
	const setAside = old === undefined ? await moveAside(files.rows) : undefined;
	await writeIfChanged(files.provenance, oldProvenance, joined(all.map(row => row.provenance)));
	await writeIfChanged(
		files.rows,
		setAside === undefined ? oldRows : undefined,
		joined(all.map(({ row }) => row)),
	);
	return { count: all.length, ...(setAside === undefined ? {} : { setAside }) };
}

function joined(lines: readonly string[]): string {
	return lines.map(line => `${line}\n`).join('');
}

/** The rows as they were written, or undefined when they are not those of the sidecar. */
function writtenRows(
	text: string,
	provenance: string,
): (Row & { readonly comparisonId: string })[] | undefined {
	const sources = provenance.split('\n').slice(0, -1);
	const lines = text.split('\n').slice(0, -1);
	// The sidecar is written first: after a crash between the two it may be newer than the rows.
	const hashes = new Map<string, { provenance: string; comparisonId: string }[]>();
	for (const source of sources) {
		try {
			const row = JSON.parse(source) as { pairSha256?: unknown; comparisonId?: unknown };
			const hash = String(row.pairSha256);
			// Equal rows of several comparisons keep the order of the file.
			const same = hashes.get(hash) ?? [];
			same.push({ provenance: source, comparisonId: String(row.comparisonId) });
			hashes.set(hash, same);
		} catch {
			return undefined;
		}
	}
	const rows: (Row & { readonly comparisonId: string })[] = [];
	for (const line of lines) {
		const source = hashes.get(sha256(line))?.shift();
		if (!source) {
			return undefined;
		}
		rows.push({ row: line, ...source });
	}
	return rows;
}

async function moveAside(file: string): Promise<string> {
	for (let n = 1; ; n++) {
		const target = file.replace(/\.jsonl$/, `.edited-${n}.jsonl`);
		if ((await readIfThere(target)) === undefined) {
			await rename(file, target);
			return target;
		}
	}
}

async function readIfThere(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}

async function writeIfChanged(file: string, old: string | undefined, text: string): Promise<void> {
	if (old === text || (old === undefined && text === '')) {
		return;
	}
	await replaceFile(file, 0o644, async handle => {
		await handle.writeFile(text);
	});
}
