import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import { readHeldOutMargins, type HeldOutPair } from '../../core/responses/audit/heldOutMargins';
import { marginAudit, type MarginAudit } from '../../core/responses/audit/marginAudit';
import {
	judgedPairs,
	votedPairs,
	type PreferredPair,
	type SumOf,
} from '../../core/responses/audit/votedMargins';
import { verdictsOf } from '../../core/responses/judging/judged';
import { rewardMap } from '../../core/responses/rewardMap/rewardMap';
import { readComparison } from '../responses/comparisonStore';
import { JudgedFiles } from '../responses/judging/judgedFiles';
import type { HostPreparation } from '../runs/hostPreparation';
import { runFolder } from '../runs/preparedHost';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import { readScoredAnswers } from './rewardMapFile';

export type AuditedPairs =
	| {
			readonly kind: 'labels';
			/** Name of the held-out file. */
			readonly name: string;
			/** The file on the machine that launched, where its lines are those of the run. */
			readonly path?: string;
			/** Of the last evaluation. */
			readonly step: number;
			readonly audit: MarginAudit<HeldOutPair>;
	  }
	| {
			readonly kind: 'votes' | 'judge';
			/** The judge; the comparison for votes. */
			readonly name: string;
			readonly audit: MarginAudit<PreferredPair>;
	  };

export interface RunAudit {
	readonly audits: readonly AuditedPairs[];
	/** Lines that could not be read. */
	readonly broken: number;
}

export interface AuditParts {
	readonly library: Pick<WorkspaceRunLibrary, 'mirrored'>;
	readonly preparation: Pick<HostPreparation, 'prepare'>;
}

/**
 * Holds a model's implicit margins against what was preferred: of a run of DPO those of its held-out
 * pairs, of a reward map the votes and judges of the comparison that it scored.
 */
export async function auditRun(
	{ library, preparation }: AuditParts,
	runId: string,
	signal?: AbortSignal,
): Promise<Result<RunAudit>> {
	const run = library.mirrored(runId);
	if (run === undefined) {
		return err(new WindsockError('runUnknown', { run: runId }));
	}
	const { spec, path } = run.folder;
	if (spec.kind === 'score') {
		return auditMap(spec, path);
	}
	if (spec.train?.method !== 'dpo') {
		return impossible(`${spec.name} is neither a run of DPO nor a reward map`);
	}
	const options = withSignal(signal);
	const prepared = await preparation.prepare(run.hostName, options);
	if (!prepared.ok) {
		return prepared;
	}
	const scratch = await mkdtemp(join(tmpdir(), 'windsock-margins-'));
	try {
		const file = join(scratch, 'margins.jsonl');
		const there = `${runFolder(prepared.value, runId)}/margins.jsonl`;
		const fetched = await prepared.value.host.download(there, file, options);
		if (!fetched.ok) {
			const reason = `${spec.name} has kept no margins: its recipe names no held-out pairs, or it was never evaluated`;
			return fetched.error.code === 'remoteFileMissing' ? impossible(reason) : fetched;
		}
		return ok(auditLabels(spec, await readFile(file, 'utf8')));
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

function auditLabels(spec: RunSpec, text: string): RunAudit {
	const { datasets, broken } = readHeldOutMargins(text);
	const audits = [...datasets].map(([name, pairs]): AuditedPairs => {
		const sources = (spec.train?.datasets ?? [])
			.filter(({ split, source }) => split === 'eval' && basename(source ?? '') === name)
			.map(({ source }) => source);
		// Of other formats, lines are not those of the user's own file.
		const [path] = sources.length === 1 && name.endsWith('.jsonl') ? sources : [];
		return {
			kind: 'labels',
			name,
			...(path === undefined ? {} : { path }),
			step: pairs[0]?.step ?? 0,
			audit: marginAudit(pairs),
		};
	});
	return { audits, broken };
}

async function auditMap({ score, name }: RunSpec, path: string): Promise<Result<RunAudit>> {
	const source = score?.answers.source ?? '';
	const comparison = await readComparison(source);
	if (!comparison.ok) {
		return impossible(`${name} did not score the answers of a comparison, so there are no votes`);
	}
	const { answers, broken } = await readScoredAnswers(path, ({ sample }) => sample === 0);
	const sums = new Map(
		answers
			.filter(({ problem }) => problem === undefined)
			.map(answer => [
				JSON.stringify([answer.model, answer.promptId]),
				(score?.beta ?? 1) * rewardMap(answer).sum,
			]),
	);
	const sumOf: SumOf = (label, promptId) => sums.get(JSON.stringify([label, promptId]));
	const judged = await new JudgedFiles(source).read();
	const voted: AuditedPairs = {
		kind: 'votes',
		name: comparison.value.header.name,
		audit: marginAudit(votedPairs(comparison.value, sumOf)),
	};
	const judges = judged.map((one): AuditedPairs => {
		const verdicts = verdictsOf(comparison.value, one);
		return { kind: 'judge', name: one.judge, audit: marginAudit(judgedPairs(verdicts, sumOf)) };
	});
	return ok({ audits: [voted, ...judges], broken });
}

function impossible(reason: string): Result<never> {
	return err(new WindsockError('auditImpossible', { reason }));
}
