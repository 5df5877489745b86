import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { withSignal } from '../../core/hosts/host';
import { table, type Answer } from '../output';
import type { Services } from '../services';

export async function queue(
	services: Services,
	hostName: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	if (services.hosts.settingsFor(hostName).scheduler === undefined) {
		const reason = 'it has no setting “scheduler”';
		return err(new WindsockError('slurmInvalid', { host: hostName, reason }));
	}
	const asked = await services.library.queue(hostName, withSignal(signal));
	if (!asked.ok) {
		return asked;
	}
	const { jobs, complaint } = asked.value;
	const rows = jobs.map(job => [job.id, job.state, job.nodes, job.name, job.reason]);
	const heading = ['JOB', 'STATE', 'NODES', 'NAME', 'REASON'];
	const listed = rows.length === 0 ? 'No jobs.\n' : table([heading, ...rows]);
	const silent = complaint === undefined ? '' : `The scheduler does not answer: ${complaint}\n`;
	return ok({ json: { host: hostName, ...asked.value }, text: listed + silent });
}
