import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { followToEnd } from '../waiting';

export interface ResumeOptions {
	readonly from?: number;
	readonly wait?: boolean;
}

/** Lets an ended run go on from a checkpoint. */
export async function resume(
	services: Services,
	output: Output,
	runId: string,
	options: ResumeOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const resumed = await services.control.resume(runId, options.from, { signal });
	if (!resumed.ok) {
		return resumed;
	}
	if (options.wait === true) {
		return followToEnd(services, output, runId, signal);
	}
	const summary = services.library.get(runId);
	return ok({ json: { runId, run: summary }, text: `${runId}  ${summary?.state ?? ''}` });
}

/** Ends a run's wait for GPUs. */
export async function startNow(
	services: Services,
	runId: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const told = await services.control.startNow(runId, { signal });
	if (!told.ok) {
		return told.error.details['remoteCode'] === 'notQueued'
			? err(new WindsockError('runNotQueued', { run: runId }))
			: told;
	}
	const text = `${runId} starts at its next look at the GPUs.`;
	return ok({ json: { runId }, text });
}
