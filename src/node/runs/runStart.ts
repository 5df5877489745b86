import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import { MirrorFolder, type MirrorHeader } from './mirrorFolder';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';

/** Milliseconds before each further try when the link broke in the middle. */
const pauses = [500, 2000, 5000];

/**
 * Puts a run on record and starts it, exactly once: the id was made here, so a try after a broken
 * link finds the folder and the supervisor of the try before. When the link stays down the mirror
 * stays too, because the run may be going; any other failure leaves nothing behind.
 */
export async function startRun(
	prepared: PreparedHost,
	spec: RunSpec,
	runsFolder: string,
	header: Omit<MirrorHeader, 'hostName' | 'runDir'>,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const runDir = runFolder(prepared, spec.id);
	const hostName = prepared.host.name;
	const mirror = MirrorFolder.create(runsFolder, spec, { hostName, runDir, ...header });
	let started = await tryToStart(prepared, spec, runDir, signal);
	for (const pause of pauses) {
		if (started.ok || started.error.code !== 'connectionLost' || signal?.aborted === true) {
			break;
		}
		await new Promise(resolve => setTimeout(resolve, pause));
		started = await tryToStart(prepared, spec, runDir, signal);
	}
	if (started.ok || started.error.code === 'connectionLost') {
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
	signal: AbortSignal | undefined,
): Promise<Result<void>> {
	const options = withSignal(signal);
	const text = `${JSON.stringify(spec, undefined, '\t')}\n`;
	const written = await prepared.host.writeFile(`${runDir}/spec.json`, text, options);
	if (!written.ok) {
		return written;
	}
	const answer = await callPackage(prepared, ['start', runDir], options);
	if (!answer.ok) {
		return answer;
	}
	if (signal?.aborted === true) {
		return err(new WindsockError('cancelled', { what: 'launch' }));
	}
	return ok();
}

/** Ends what may have begun and removes the folder. */
async function cleanUp(prepared: PreparedHost, runDir: string): Promise<Result<void>> {
	// Fails when nothing was started, which is as good.
	await callPackage(prepared, ['stop', runDir, '--grace', '0']);
	return prepared.host.remove(runDir);
}
