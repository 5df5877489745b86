import { ok, type Result } from '../../core/base/result';
import type { RerunRemark } from '../../core/training/rerunRemark';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { followToEnd } from '../waiting';
import { DryRun } from './jobOptions';

export interface RerunOptions {
	readonly host?: string;
	readonly anyway?: boolean;
	readonly dryRun?: boolean;
	readonly trust?: readonly string[];
	readonly wait?: boolean;
}

/** Runs a training again with the inputs it had; what is otherwise now is said before it starts. */
export async function rerun(
	services: Services,
	output: Output,
	runId: string,
	{ host, anyway, dryRun, trust = [], wait }: RerunOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const dry = new DryRun();
	let remarks: readonly RerunRemark[] = [];
	const launched = await services.again.launch(
		{
			runId,
			trusted: trust,
			...(host === undefined ? {} : { hostName: host }),
			remark: found => {
				remarks = found;
				for (const { message } of found) {
					output.note(message);
				}
			},
			...(anyway === true || dryRun === true ? { confirm: async () => true } : {}),
			...(dryRun === true ? { review: dry.review } : {}),
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		const plan = dry.answer;
		return plan === undefined ? launched : ok({ json: { ...plan.json, remarks }, text: plan.text });
	}
	const id = launched.value.runId;
	if (wait === true) {
		const ended = await followToEnd(services, output, id, signal);
		return ended.ok ? ok({ ...ended.value, json: { ...ended.value.json, remarks } }) : ended;
	}
	return ok({ json: { runId: id, run: services.library.get(id), remarks }, text: id });
}
