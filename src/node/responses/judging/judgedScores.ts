import { ok, type Result } from '../../../core/base/result';
import type { ScoreLine } from '../../../core/contract/runFiles.generated';
import type { Comparison } from '../../../core/responses/comparison';
import { judgedScores } from '../../../core/responses/judging/judgedFigures';
import { judgedView, type Judged } from '../../../core/responses/judging/judged';
import { findRunId } from '../../../core/training/modelRef';
import type { RunSummary } from '../../../core/training/runLibrary';

/** Where scores of checkpoints are kept. */
export interface ScoreKeeper {
	list(): readonly RunSummary[];
	addScore(runId: string, score: ScoreLine): Result<void>;
}

export interface KeptScores {
	readonly kept: readonly { readonly runId: string; readonly score: ScoreLine }[];
	/** Runs that this workspace does not know, as the comparison names them. */
	readonly unknown: readonly string[];
}

/** Adds what a judge found of checkpoints to their runs, to stand beneath the loss. */
export function keepJudgedScores(
	keeper: ScoreKeeper,
	comparison: Comparison,
	judged: Judged,
	by: { readonly author: string; readonly at: string },
): Result<KeptScores> {
	const kept: { runId: string; score: ScoreLine }[] = [];
	const unknown = new Set<string>();
	const runs = keeper.list();
	const view = judgedView(comparison, judged);
	for (const { run: named, step: namedStep, score } of judgedScores(comparison, view, by)) {
		const found = findRunId(named, runs);
		const run = found.ok ? runs.find(({ id }) => id === found.value) : undefined;
		const step = namedStep ?? run?.step;
		if (run === undefined || step === undefined) {
			unknown.add(named);
			continue;
		}
		const line: ScoreLine = { step, ...score };
		const added = keeper.addScore(run.id, line);
		if (!added.ok) {
			return added;
		}
		kept.push({ runId: run.id, score: line });
	}
	return ok({ kept, unknown: [...unknown] });
}
