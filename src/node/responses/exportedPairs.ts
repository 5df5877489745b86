import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { benchmarkOf } from '../../core/responses/benchmarkPrompts';
import type { Comparison } from '../../core/responses/comparison';
import { editedRows, type EditedRow } from '../../core/responses/editedAnswers';
import { licenceNote } from '../../core/responses/hostedModel';
import { onPolicyRows, readScores } from '../../core/responses/onPolicyRows';
import { preferencePairs, type PairRule } from '../../core/responses/preferencePairs';
import { unpairedAnswers } from '../../core/responses/unpairedAnswers';
import { replaceFile } from '../hosts/atomicFile';
import { pairSourceOf, sha256 } from './preferenceFiles';
import { markSpent } from './spentFile';

export interface PairsTask {
	readonly comparison: Comparison;
	readonly out: string;
	readonly rule: PairRule;
	/**
	 * `kto`: single answers with a label. `rated`: the samples of `model` with their scores. `sft`: edited
	 * answers that are examples of their own.
	 */
	readonly form: 'pairs' | 'kto' | 'rated' | 'sft';
	/** Answers of hosted models too. */
	readonly withHosted: boolean;
	readonly model?: string;
	readonly scores?: string;
	/** Folder of this workspace's votes, where spent prompts are kept. */
	readonly preferences: string;
	readonly addressOf: (endpoint: string) => string | undefined;
	readonly now: () => number;
}

export interface PairsWritten {
	readonly out: string;
	/** Sidecar whose line n is about row n. */
	readonly provenance: string;
	readonly rows: number;
	readonly skipped: readonly { readonly reason: string; readonly count: number }[];
	/** Prompts that are spent from now on. */
	readonly spent: number;
	/** Licence notes of what was written. */
	readonly notes: readonly string[];
}

/** What an export would write. */
export interface PairsPlan {
	readonly rows: readonly {
		readonly row: object;
		readonly about: object;
		readonly promptId: string;
	}[];
	readonly skipped: PairsWritten['skipped'];
	readonly notes: readonly string[];
}

interface Made extends Omit<PairsPlan, 'skipped'> {
	readonly reasons: readonly string[];
}

/** Writes training data from the votes, edits or scored samples of a comparison. */
export async function exportPairs(task: PairsTask): Promise<Result<PairsWritten>> {
	const plan = await planPairs(task);
	return plan.ok ? writePairs(task, plan.value) : plan;
}

/** Makes the rows and writes nothing. Fails where there would be none. */
export async function planPairs(
	task: Omit<PairsTask, 'out' | 'preferences' | 'now'>,
): Promise<Result<PairsPlan>> {
	const refusal = benchmarkRefusal(task);
	if (refusal !== undefined) {
		return err(new WindsockError('pairsImpossible', { reason: refusal }));
	}
	const made =
		task.form === 'rated'
			? await ratedRows(task)
			: ok(task.form === 'sft' ? editedExamples(task) : votedRows(task));
	if (!made.ok) {
		return made;
	}
	const { rows, reasons, notes } = made.value;
	const skipped = counted(reasons);
	if (rows.length === 0) {
		const why = skipped.map(({ reason, count }) => `${count} × ${reason}`).join(', ');
		const none =
			task.form === 'sft' ? 'no edited answer is an example' : 'the comparison has no votes';
		const reason = why === '' ? none : `all were left out: ${why}`;
		return err(new WindsockError('pairsImpossible', { reason }));
	}
	return ok({ rows, skipped, notes });
}

/** Writes what was planned, and marks its prompts as spent. */
export async function writePairs(
	task: Pick<PairsTask, 'comparison' | 'out' | 'preferences' | 'now'>,
	{ rows, skipped, notes }: PairsPlan,
): Promise<Result<PairsWritten>> {
	const { comparison, out } = task;
	const provenance = `${out.replace(/\.jsonl$/, '')}.provenance.jsonl`;
	try {
		// Only a file of ours, which has its sidecar, is made anew.
		if ((await isThere(out)) && !(await isThere(provenance))) {
			return err(new WindsockError('fileExistsHere', { path: out }));
		}
		await writeLines(
			provenance,
			rows.map(({ about }) => about),
		);
		const ids = new Set(rows.map(({ promptId }) => promptId));
		const prompts = comparison.prompts.filter(({ id }) => ids.has(id));
		// Marked first: a prompt must not be trained on and counted all the same.
		const spent = await markSpent(
			task.preferences,
			prompts.map(({ messages }) => messages),
			{
				comparisonId: comparison.header.id,
				into: path.basename(out),
				time: new Date(task.now()).toISOString(),
			},
		);
		await writeLines(
			out,
			rows.map(({ row }) => row),
		);
		return ok({ out, provenance, rows: rows.length, skipped, spent, notes });
	} catch (error) {
		const details = { path: out, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
}

type Planned = Parameters<typeof planPairs>[0];

function benchmarkRefusal({ comparison, form }: Planned): string | undefined {
	const { votes, edits = [] } = comparison;
	const voted = new Set([...votes, ...edits].map(({ promptId }) => promptId));
	const names = comparison.prompts
		.filter(({ id }) => form === 'rated' || voted.has(id))
		.flatMap(({ messages }) => benchmarkOf(messages, sha256) ?? []);
	return names.length === 0
		? undefined
		: `${names.length} of its prompts are those of ${[...new Set(names)].join(' and ')}, and what was trained on a benchmark cannot be measured by it`;
}

function votedRows({ comparison, rule, form, withHosted, addressOf }: Planned): Made {
	const source = pairSourceOf(comparison, withHosted, addressOf);
	const pairs = preferencePairs(source, rule);
	const edits = (comparison.edits ?? []).filter(({ use }) => use !== 'sft');
	const edited = editedRows(source, edits);
	const leftOut = edited.skipped.map(({ reason }) => reason);
	const originals = edited.pairs.map(({ provenance }) => provenance.original);
	if (form === 'pairs') {
		const sides = pairs.rows.flatMap(({ provenance: p }) => [p.chosen, p.rejected]);
		return {
			rows: [
				...pairs.rows.map(({ pair, provenance }) => ({
					row: pair,
					about: provenance,
					promptId: provenance.promptId,
				})),
				...edited.pairs.map(madeOf),
			],
			reasons: [...pairs.skipped.map(({ reason }) => reason), ...leftOut],
			notes: notesOf([...sides, ...originals]),
		};
	}
	const unpaired = unpairedAnswers(source, pairs);
	const known = new Set(unpaired.rows.map(({ row }) => JSON.stringify(row)));
	// One that was voted best is good by itself, though an edit made it better.
	const isGood = (row: object): boolean => known.has(JSON.stringify({ ...row, label: true }));
	const goodOriginals = edited.pairs.filter(({ row }) =>
		isGood({ prompt: row.prompt, completion: row.rejected }),
	);
	return {
		rows: [
			...unpaired.rows.map(({ row, ...about }) => ({
				row,
				about: {
					schemaVersion: 1,
					rule,
					comparisonId: comparison.header.id,
					...about,
					rowSha256: sha256(JSON.stringify(row)),
				},
				promptId: about.promptId,
			})),
			...edited.pairs.flatMap(({ row: { prompt, chosen, rejected }, provenance }) =>
				[
					{ prompt, completion: chosen, label: true },
					{ prompt, completion: rejected, label: false },
				]
					.filter(row => !known.has(JSON.stringify(row)) && (row.label || !isGood(row)))
					.map(row => ({
						row,
						about: { ...provenance, rowSha256: sha256(JSON.stringify(row)) },
						promptId: provenance.promptId,
					})),
			),
		],
		reasons: [
			...pairs.skipped.map(({ reason }) => reason).filter(reason => reason !== 'bothBad'),
			...unpaired.skipped.map(({ reason }) => reason),
			...goodOriginals.map(() => 'editedBest'),
			...leftOut,
		],
		notes: notesOf([...unpaired.rows, ...originals]),
	};
}

/** What an edited answer was written for decides: those of pairs are no examples here. */
function editedExamples({ comparison, withHosted, addressOf }: Planned): Made {
	const edits = (comparison.edits ?? []).filter(({ use }) => use === 'sft');
	const { examples, skipped } = editedRows(pairSourceOf(comparison, withHosted, addressOf), edits);
	return {
		rows: examples.map(madeOf),
		reasons: skipped.map(({ reason }) => reason),
		notes: notesOf(examples.map(({ provenance }) => provenance.original)),
	};
}

function madeOf({ row, provenance }: EditedRow<object>): PairsPlan['rows'][number] {
	return { row, about: provenance, promptId: provenance.promptId };
}

async function ratedRows(task: Planned): Promise<Result<Made>> {
	const { comparison, scores: file = '', withHosted, addressOf } = task;
	const label = task.model ?? comparison.header.models[0]?.label ?? '';
	const model = comparison.header.models.find(one => one.label === label);
	if (!model) {
		const known = comparison.header.models.map(one => one.label).join(', ');
		const reason = `the comparison has no model ${label}, only ${known}`;
		return err(new WindsockError('pairsImpossible', { reason }));
	}
	const [first] = comparison.responses.get(label)?.values() ?? [];
	const note = first && licenceNote(first, model.ref, addressOf);
	if (note !== undefined && !withHosted) {
		return err(new WindsockError('pairsImpossible', { reason: `its answers are ${note}` }));
	}
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		const details = { path: file, reason: reasonOf(error) };
		return err(new WindsockError('fileUnreadable', details, { cause: error }));
	}
	const scores = readScores(text, label);
	if (typeof scores === 'string') {
		return err(new WindsockError('fileUnreadable', { path: file, reason: scores }));
	}
	const { rows, skipped, unscored } = onPolicyRows(comparison, label, scores);
	const about = {
		schemaVersion: 1,
		comparisonId: comparison.header.id,
		model,
		scores: path.basename(file),
		scoresSha256: sha256(text),
		...(note === undefined ? {} : { licenceNote: note }),
	};
	return ok({
		rows: rows.map(({ row, promptId }) => ({ row, about: { ...about, promptId }, promptId })),
		reasons: [
			...skipped.map(({ reason }) => reason),
			...Array.from({ length: unscored }, () => 'answerWithoutScore'),
		],
		notes: note === undefined ? [] : [note],
	});
}

function notesOf(
	sides: readonly { readonly ref: string; readonly licenceNote?: string }[],
): string[] {
	return [
		...new Set(
			sides.flatMap(side =>
				side.licenceNote === undefined ? [] : [`${side.ref}: ${side.licenceNote}`],
			),
		),
	];
}

function counted(reasons: readonly string[]): PairsWritten['skipped'] {
	const counts = new Map<string, number>();
	for (const reason of reasons) {
		counts.set(reason, (counts.get(reason) ?? 0) + 1);
	}
	return [...counts].map(([reason, count]) => ({ reason, count }));
}

async function writeLines(file: string, rows: readonly object[]): Promise<void> {
	await replaceFile(file, 0o644, async handle => {
		await handle.writeFile(rows.map(row => `${JSON.stringify(row)}\n`).join(''));
	});
}

async function isThere(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		() => false,
	);
}
