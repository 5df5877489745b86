import { ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import type { Judged } from '../../core/responses/judging/judged';
import type { SendingPlan } from '../../core/responses/judging/sendingPlan';
import type { Progress } from '../../core/training/launchRequest';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { noScores, planText, scoresOf, spentText } from './judgePlan';

/** A judging that is prepared, whichever way it goes about it. */
interface PreparedWork<R> {
	readonly leftOutBy: Parameters<typeof planText>[1];
	ask(progress: Progress, signal: AbortSignal): Promise<Result<unknown>>;
	/** Reads everything that was judged, also where asking broke off. */
	finish(): Promise<Result<{ readonly judged: Judged; readonly report: R }>>;
}

/** Says what would be sent; with `yes`, or nothing to send, judges and tells what came of it. */
export async function carryOut<R>(
	services: Services,
	output: Output,
	task: {
		readonly comparison: Comparison;
		readonly work: PreparedWork<R>;
		readonly plan: SendingPlan;
	},
	options: { readonly yes?: boolean },
	signal: AbortSignal,
	words: {
		readonly json: (report: R) => Readonly<Record<string, unknown>>;
		readonly text: (report: R) => string;
	},
): Promise<Result<Answer>> {
	const { comparison, work, plan } = task;
	if (plan.toSend > 0 && options.yes !== true) {
		return ok({ json: { plan }, text: planText(plan, work.leftOutBy) });
	}
	const asked = await work.ask(output.progress, signal);
	const finished = await work.finish();
	if (!asked.ok) {
		return asked;
	}
	if (!finished.ok) {
		return finished;
	}
	const { judged, report } = finished.value;
	const scores = plan.toSend > 0 ? scoresOf(services, comparison, judged) : noScores;
	return scores.ok
		? ok({
				json: { plan, ...words.json(report), ...scores.value.json },
				text:
					(await spentText(services, comparison, judged)) + words.text(report) + scores.value.text,
			})
		: scores;
}
