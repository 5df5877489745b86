import { basename } from 'node:path';
import type { Result } from '../../../core/base/result';
import { StepCounter, type StepAccount } from '../../../core/dataset/clean/accounting';
import {
	binarizeRow,
	type BinarizedRow,
	type BinarizeRules,
} from '../../../core/dataset/clean/binarize';
import { normalisePrompt } from '../../../core/dataset/clean/normalisedPrompt';
import type { WorkRow } from '../../../core/dataset/clean/workRow';
import { expected } from '../expected';
import { sha256 } from '../hash';
import { AccountingFolder, accountingPath, forgetfulLedger } from './accountingFolder';
import { ChangeSamples, type ChangeSample } from './changeSamples';
import { CleanSource } from './cleanSource';
import { datasetHash } from './fileHash';
import { readPrompts } from './readPrompts';
import { checkTargets, writeLineage, writeRows, type WrittenFile } from './resultFiles';

export interface BinarizeOptions {
	readonly path: string;
	readonly out: string;
	/** Where dialogues with the best reply go, for supervised fine-tuning. */
	readonly sftOut?: string;
	readonly rules: BinarizeRules;
	/** Rows whose prompt stands in one of these files are dropped. */
	readonly contamination: readonly string[];
	readonly dryRun?: boolean;
	/** Changed and dropped rows to show as samples; none by default. */
	readonly samples?: number;
	/** Version of Windsock, for the lineage. */
	readonly version: string;
	readonly signal?: AbortSignal;
}

export interface BinarizeReport {
	readonly path: string;
	readonly account: StepAccount;
	/** What each rule met, and in how many rows. */
	readonly effects: readonly { readonly effect: string; readonly rows: number }[];
	readonly out: readonly WrittenFile[];
	readonly accounting?: string;
	/** Where they were asked for. */
	readonly samples?: readonly ChangeSample[];
}

/** Makes preference pairs of raw UltraFeedback, and dialogues of the best replies. */
export function binarizeDataset(options: BinarizeOptions): Promise<Result<BinarizeReport>> {
	return expected(async () => {
		const { path, out, sftOut, signal } = options;
		const outs = sftOut === undefined ? [out] : [out, sftOut];
		await checkTargets(outs, [path, ...options.contamination]);
		const prompts = await readPrompts(options.contamination, signal);
		const opened = await CleanSource.open(path, { firstIndex: 0, isOneOfMany: false });
		if (!opened.ok) {
			throw opened.error;
		}
		try {
			return await binarize(options, opened.value, prompts, outs);
		} finally {
			await opened.value.close();
		}
	});
}

/** What accounts call the only step. */
const step = 'binarize';
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function binarize(
	options: BinarizeOptions,
	source: CleanSource,
	prompts: ReadonlyMap<string, string>,
	outs: readonly string[],
): Promise<BinarizeReport> {
	const { path, out, rules, version, signal } = options;
	const isTrial = options.dryRun === true;
	const counter = new StepCounter(step);
	const effects = new Map<string, number>();
	const samples = new ChangeSamples(options.samples ?? 0, rules.seed);
	const folder = isTrial ? undefined : await AccountingFolder.create(accountingPath(out));
	const ledger = folder ?? forgetfulLedger;
	try {
		const written = await writeRows(outs, { isTrial, lineEnd: source.lineEnd }, async writers => {
			for await (const rows of source.portions(signal)) {
				for (const row of rows) {
					const made = judge(row, rules, prompts);
					new Set<string>(made.notes).forEach(n => effects.set(n, (effects.get(n) ?? 0) + 1));
					const place = source.placeOf(row.index);
					if (made.kind === 'dropped') {
						const { reason } = made;
						counter.drop(reason);
						ledger.dropped(step, place, { id: row.id(), reason });
						const sample = { step, id: row.id(), kind: 'dropped', reason, edits: [] } as const;
						samples.offer({ ...sample, ...place }, row.bytes);
						continue;
					}
					const pair = pairLine(made);
					counter.change('made a pair');
					const reason = ['made a pair', ...made.notes].join('; ');
					ledger.changed(step, place, { id: row.id(), reason, edits: [] });
					const edits = [{ at: '', before: decoder.decode(row.bytes), after: pair }];
					samples.offer(
						{ step, id: row.id(), kind: 'changed', reason, edits, ...place },
						row.bytes,
					);
					writers[0]?.write(encoder.encode(pair));
					writers[1]?.write(encoder.encode(dialogueLine(made)));
				}
				await Promise.all(writers.map(writer => writer.flush()));
				await ledger.drain();
			}
			await folder?.commit();
		});
		const account = counter.account();
		if (!isTrial) {
			const sha = await datasetHash(source.file, signal);
			const sources = [{ path: basename(path), sha256: sha, rows: source.count }];
			for (const file of written) {
				const lineage = { windsock: version, work: 'binarize' as const, sources, steps: [account] };
				await writeLineage({ ...lineage, options: { ...rules }, out: file });
			}
		}
		return {
			path,
			account,
			effects: [...effects].map(([effect, rows]) => ({ effect, rows })),
			out: written,
			...(folder ? { accounting: folder.path } : {}),
			...(options.samples === undefined ? {} : { samples: samples.all() }),
		};
	} catch (error) {
		await folder?.discard();
		throw error;
	}
}

function judge(
	row: WorkRow,
	rules: BinarizeRules,
	prompts: ReadonlyMap<string, string>,
): BinarizedRow {
	let value: unknown;
	try {
		value = JSON.parse(decoder.decode(row.bytes));
	} catch {
		return { kind: 'dropped', reason: 'not valid JSON', notes: [] };
	}
	const made = binarizeRow(value, row.id(), rules, sha256);
	const file = made.kind === 'pair' ? prompts.get(normalisePrompt(made.prompt)) : undefined;
	return file === undefined
		? made
		: { kind: 'dropped', reason: `its prompt stands in ${file}`, notes: made.notes };
}

type Pair = Extract<BinarizedRow, { kind: 'pair' }>;

function pairLine({ prompt, chosen, rejected, scores }: Pair): string {
	return JSON.stringify({
		prompt_id: sha256(prompt),
		prompt: [{ role: 'user', content: prompt }],
		chosen: [{ role: 'assistant', content: chosen.text }],
		rejected: [{ role: 'assistant', content: rejected.text }],
		score_chosen: scores.chosen,
		score_rejected: scores.rejected,
		chosen_model: chosen.model,
		rejected_model: rejected.model,
	});
}

function dialogueLine({ prompt, chosen }: Pair): string {
	const messages = [
		{ role: 'user', content: prompt },
		{ role: 'assistant', content: chosen.text },
	];
	return JSON.stringify({ prompt_id: sha256(prompt), messages, model: chosen.model });
}
