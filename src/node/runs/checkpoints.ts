import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
import type { RunCheckpoint } from '../../core/training/runLibrary';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';

/** The checkpoints of a run on its host, lowest step first; none of a run that has no folder yet. */
export async function listCheckpoints(
	prepared: PreparedHost,
	runId: string,
	options: OperationOptions = {},
): Promise<Result<readonly RunCheckpoint[]>> {
	const words = ['checkpoints', runFolder(prepared, runId)];
	const answer = await callPackage(prepared, words, options);
	if (!answer.ok) {
		const isMissing = answer.error.details['remoteCode'] === 'noRunFolder';
		return isMissing ? ok([]) : answer;
	}
	return ok(checkpointsFrom(answer.value));
}

/** What a host says of checkpoints; entries of another shape are left out. */
export function checkpointsFrom(value: unknown): readonly RunCheckpoint[] {
	const found = (Array.isArray(value) ? (value as unknown[]) : []).map(checkpointFrom);
	return found.filter(checkpoint => checkpoint !== undefined);
}

function checkpointFrom(value: unknown): RunCheckpoint | undefined {
	const { step, complete, bytes, adapter, merged, sharded } = (value ?? {}) as Readonly<
		Record<string, unknown>
	>;
	return Number.isSafeInteger(step) && Number(step) >= 0
		? {
				step: Number(step),
				complete: complete === true,
				bytes: typeof bytes === 'number' && bytes >= 0 ? bytes : 0,
				adapter: adapter === true,
				merged: merged === true,
				...(sharded === true ? { sharded } : {}),
			}
		: undefined;
}

/**
 * The folder of a checkpoint on its host.
 *
 * @param merged of the model that its adapter and their base were made into
 */
export function checkpointFolder(
	prepared: PreparedHost,
	runId: string,
	step: number,
	merged = false,
): string {
	const kind = merged ? 'merged' : 'checkpoint';
	return `${runFolder(prepared, runId)}/checkpoints/${kind}-${step}`;
}

/**
 * The checkpoint of this step, or the newest complete one.
 *
 * @param merged looks among the merged models instead
 */
export async function findCheckpoint(
	prepared: PreparedHost,
	runId: string,
	step: number | undefined,
	options: OperationOptions = {},
	merged = false,
): Promise<Result<RunCheckpoint>> {
	const listed = await listCheckpoints(prepared, runId, options);
	if (!listed.ok) {
		return listed;
	}
	const complete = listed.value.filter(one => one.complete && one.merged === merged);
	const chosen =
		step === undefined ? complete.at(-1) : complete.find(checkpoint => checkpoint.step === step);
	if (chosen === undefined) {
		const ref = `run:${runId}${step === undefined ? '' : `@${step}`}`;
		const steps = complete.map(checkpoint => checkpoint.step).join(', ');
		const reason =
			steps === ''
				? `it has no complete ${merged ? 'merged model' : 'checkpoint'}`
				: `complete are: ${steps}`;
		return err(new WindsockError('modelMissing', { ref, reason }));
	}
	return ok(chosen);
}
