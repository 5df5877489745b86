import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { benchmarkOf } from '../../core/responses/benchmarkPrompts';
import type { Comparison } from '../../core/responses/comparison';
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
	/** `kto`: single answers with a label. `rated`: the samples of `model` with their scores. */
	readonly form: 'pairs' | 'kto' | 'rated';
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

interface Made {
	readonly rows: readonly {
		readonly row: object;
		readonly about: object;
		readonly promptId: string;
	}[];
	readonly reasons: readonly string[];
	readonly notes: readonly string[];
}

/** Writes training data from the votes, or the scored samples, of a comparison. */
export async function exportPairs(task: PairsTask): Promise<Result<PairsWritten>> {
	const { comparison, out } = task;
	const provenance = `${out.replace(/\.jsonl$/, '')}.provenance.jsonl`;
	const refusal = benchmarkRefusal(task);
	if (refusal !== undefined) {
		return err(new WindsockError('pairsImpossible', { reason: refusal }));
	}
	const made = task.form === 'rated' ? await ratedRows(task) : votedRows(task);
	if (!made.ok) {
		return made;
	}
	const { rows, reasons } = made.value;
	const skipped = counted(reasons);
	if (rows.length === 0) {
		const why = skipped.map(({ reason, count }) => `${count} × ${reason}`).join(', ');
		const reason = why === '' ? 'the comparison has no votes' : `all were left out: ${why}`;
		return err(new WindsockError('pairsImpossible', { reason }));
	}
	try {
		// Only a file of ours, which has its sidecar, is made anew.
		if ((await isThere(out)) && !(await isThere(provenance))) {
			return err(new WindsockError('fileExistsHere', { path: out }));
		}
		await writeLines(
			provenance,
			rows.map(({ about }) => about),
		);
		await writeLines(
			out,
			rows.map(({ row }) => row),
		);
		const ids = new Set(rows.map(({ promptId }) => promptId));
		const prompts = comparison.prompts.filter(({ id }) => ids.has(id));
		const spent = await markSpent(
			task.preferences,
			prompts.map(({ messages }) => messages),
			{
				comparisonId: comparison.header.id,
				into: path.basename(out),
				time: new Date(task.now()).toISOString(),
			},
		);
		const { notes } = made.value;
		return ok({ out, provenance, rows: rows.length, skipped, spent, notes });
	} catch (error) {
		const details = { path: out, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
}

function benchmarkRefusal({ comparison, form }: PairsTask): string | undefined {
	const voted = new Set(comparison.votes.map(({ promptId }) => promptId));
	const names = comparison.prompts
		.filter(({ id }) => form === 'rated' || voted.has(id))
		.flatMap(({ messages }) => benchmarkOf(messages, sha256) ?? []);
	return names.length === 0
		? undefined
		: `${names.length} of its prompts are those of ${[...new Set(names)].join(' and ')}, and what was trained on a benchmark cannot be measured by it`;
}

function votedRows({ comparison, rule, form, withHosted, addressOf }: PairsTask): Result<Made> {
	const source = pairSourceOf(comparison, withHosted, addressOf);
	const pairs = preferencePairs(source, rule);
	if (form === 'pairs') {
		const sides = pairs.rows.flatMap(({ provenance: p }) => [p.chosen, p.rejected]);
		return ok({
			rows: pairs.rows.map(({ pair, provenance }) => ({
				row: pair,
				about: provenance,
				promptId: provenance.promptId,
			})),
			reasons: pairs.skipped.map(({ reason }) => reason),
			notes: notesOf(sides),
		});
	}
	const unpaired = unpairedAnswers(source, pairs);
	return ok({
		rows: unpaired.rows.map(({ row, ...about }) => ({
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
		reasons: [
			...pairs.skipped.map(({ reason }) => reason).filter(reason => reason !== 'bothBad'),
			...unpaired.skipped.map(({ reason }) => reason),
		],
		notes: notesOf(unpaired.rows),
	});
}

async function ratedRows(task: PairsTask): Promise<Result<Made>> {
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
