import { ok, type Result } from '../../core/base/result';
import { hasEnded } from '../../core/training/runState';
import type { Answer, Output } from '../output';
import type { Services } from '../services';

export async function stop(
	services: Services,
	output: Output,
	runId: string,
	now: boolean,
): Promise<Result<Answer>> {
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
