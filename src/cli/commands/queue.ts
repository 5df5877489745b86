import { ok, type Result } from '../../core/base/result';
import { withSignal } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import { gpuUse } from '../../node/hosts/hostFindings';
import { table, type Answer } from '../output';
import type { Services } from '../services';

export async function queue(
	services: Services,
	hostName: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	if (services.hosts.settingsFor(hostName).scheduler === undefined) {
		return gpuQueue(services, hostName, signal);
	}
	const asked = await services.library.queue(hostName, withSignal(signal));
	if (!asked.ok) {
		return asked;
	}
	const { jobs, complaint } = asked.value;
	const rows = jobs.map(job => [
		job.id,
		job.state,
		job.nodes,
		job.name,
		job.expectedStart ?? '',
		job.reason,
	]);
	const heading = ['JOB', 'STATE', 'NODES', 'NAME', 'STARTS', 'REASON'];
	const listed = rows.length === 0 ? 'No jobs.\n' : table([heading, ...rows]);
	const silent = complaint === undefined ? '' : `The scheduler does not answer: ${complaint}\n`;
	return ok({ json: { host: hostName, ...asked.value }, text: listed + silent });
}

/** Of a host without a scheduler: who has its GPUs, and which runs wait for them. */
async function gpuQueue(
	services: Services,
	hostName: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const asked = await services.control.gpuQueue(hostName, { signal });
	if (!asked.ok) {
		return asked;
	}
	const { gpus, waiting, binds } = asked.value;
	const rows = gpus.map(gpu => [
		String(gpu.index ?? ''),
		gpu.run ? 'run' : gpu.idle ? 'free' : 'busy',
		gpu.run ? `${gpu.run.name} (${gpu.run.author ?? 'unknown'})` : gpuUse(gpu).join(', '),
		gpu.uuid,
	]);
	const cards = rows.length === 0 ? 'No GPU.\n' : table([['GPU', 'STATE', 'BY', 'UUID'], ...rows]);
	const line = waiting.map((run, i) => [
		String(i + 1),
		run.id,
		run.name,
		run.author ?? '',
		wishText(run.wish),
	]);
	const waits =
		line.length === 0
			? 'No run waits.\n'
			: table([['#', 'ID', 'NAME', 'AUTHOR', 'WANTS'], ...line]);
	return ok({
		json: { host: hostName, ...asked.value },
		text: `${cards}${waits}The order binds ${binds}.\n`,
	});
}

function wishText(wish: GpuWish | undefined): string {
	if (!wish) {
		return '';
	}
	return 'uuids' in wish ? wish.uuids.join(', ') : `any ${wish.count}`;
}
