import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { slurmSettings } from '../../core/hosts/slurmSettings';
import type { LaunchTrainingRequest } from '../../core/training/launchRequest';
import { runFolder, type PreparedHost } from '../runs/preparedHost';
import { batchScript } from './batchScript';

/**
 * The script that a host's scheduler is to get for a run, none where runs start directly; shown to
 * who asked to review the launch, and `cancelled` when that is declined.
 */
export async function planJob(
	prepared: PreparedHost,
	runId: string,
	request: Pick<LaunchTrainingRequest, 'resources' | 'review'>,
	resources?: unknown,
	signal?: AbortSignal,
): Promise<Result<{ readonly script: string | undefined }>> {
	const { host, settings } = prepared;
	let script: string | undefined;
	if (settings.scheduler === 'slurm') {
		const asked = slurmSettings(host.name, settings.slurm, resources, request.resources);
		const written = asked.ok ? batchScript(prepared, runId, asked.value) : asked;
		if (!written.ok) {
			return written;
		}
		script = written.value;
	} else if (settings.scheduler !== undefined) {
		const reason = `“${String(settings.scheduler)}” is no scheduler; use slurm`;
		return err(new WindsockError('slurmInvalid', { host: host.name, reason }));
	}
	const plan = { runId, hostName: host.name, runDir: runFolder(prepared, runId) };
	const go =
		request.review === undefined ||
		(await request.review(script === undefined ? plan : { ...plan, script }, signal));
	return go ? ok({ script }) : err(new WindsockError('cancelled', { what: 'launch' }));
}
