import { ok, type Result } from '../../core/base/result';
import { hasEnded } from '../../core/training/runState';
import type { Answer, Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';

export async function stop(
	services: Services,
	output: Output,
	run: string,
	now: boolean,
): Promise<Result<Answer>> {
	const found = findRun(services, run);
	if (!found.ok) {
		return found;
	}
	const runId = found.value;
	const before = services.library.get(runId);
	if (before !== undefined && hasEnded(before.state)) {
		const text = `${runId}  ${before.state}; it had ended before`;
		return ok({ json: { runId, run: before }, text });
	}
	output.note(now ? 'Ending the run …' : 'Waiting for the run to save …');
	const stopped = await services.library.stop(runId, { now });
	if (!stopped.ok) {
		return stopped;
	}
	const summary = services.library.get(runId);
	return ok({ json: { runId, run: summary }, text: `${runId}  ${summary?.state ?? ''}` });
}
