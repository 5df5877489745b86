import { WindsockError, type ErrorCode } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import { MirrorFolder, type MirrorHeader } from './mirrorFolder';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';

/** Milliseconds before each further try when the link broke in the middle. */
const pauses = [500, 2000, 5000];

/** After these nobody knows whether the run began. */
export const mayBeGoing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'connectionLost',
	'schedulerSilent',
]);

/**
 * Puts a run on record and starts it, exactly once: the id was made here, so a try after a broken
 * link finds the folder and the supervisor of the try before. When the link stays down the mirror
 * stays too, because the run may be going, as it does when a scheduler did not answer; any other
 * failure leaves nothing behind.
 *
 * @param script for the scheduler of the host; without it the run starts there directly
 */
export async function startRun(
	prepared: PreparedHost,
	spec: RunSpec,
	runsFolder: string,
	header: Omit<MirrorHeader, 'hostName' | 'runDir'>,
	script: string | undefined,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const runDir = runFolder(prepared, spec.id);
	const hostName = prepared.host.name;
	const mirror = MirrorFolder.create(runsFolder, spec, { hostName, runDir, ...header });
	let started = await tryToStart(prepared, spec, runDir, script, signal);
	for (const pause of pauses) {
		if (started.ok || started.error.code !== 'connectionLost' || signal?.aborted === true) {
			break;
		}
		await new Promise(resolve => setTimeout(resolve, pause));
		started = await tryToStart(prepared, spec, runDir, script, signal);
	}
	if (started.ok || mayBeGoing.has(started.error.code)) {
		return started;
	}
	const cleaned = await cleanUp(prepared, runDir);
	if (cleaned.ok) {
		mirror.remove();
	}
	return started;
}

async function tryToStart(
	prepared: PreparedHost,
	spec: RunSpec,
	runDir: string,
	script: string | undefined,
	signal: AbortSignal | undefined,
): Promise<Result<void>> {
	const options = withSignal(signal);
	const text = `${JSON.stringify(spec, undefined, '\t')}\n`;
	const written = await prepared.host.writeFile(`${runDir}/spec.json`, text, options);
	if (!written.ok) {
		return written;
	}
	const kept =
		script === undefined
			? written
			: await prepared.host.writeFile(`${runDir}/job.sh`, script, options);
	if (!kept.ok) {
		return kept;
	}
	const command = script === undefined ? 'start' : 'submit';
	const answer = await callPackage(prepared, [command, runDir], options);
	if (!answer.ok) {
		return err(schedulerError(answer.error));
	}
	if (signal?.aborted === true) {
		return err(new WindsockError('cancelled', { what: 'launch' }));
	}
	return ok();
}

/** Names what the scheduler said as a failure of its own. */
export function schedulerError(error: WindsockError): WindsockError {
	const { remoteCode } = error.details;
	return remoteCode === 'jobRefused' || remoteCode === 'schedulerSilent'
		? new WindsockError(remoteCode, error.details, { cause: error })
		: error;
}

/** Ends what may have begun and removes the folder. */
async function cleanUp(prepared: PreparedHost, runDir: string): Promise<Result<void>> {
	// Fails when nothing was started, which is as good.
	await callPackage(prepared, ['stop', runDir, '--grace', '0']);
	return prepared.host.remove(runDir);
}
