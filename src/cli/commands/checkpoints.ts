import { byteSize } from '../../core/base/byteSize';
import { ok, type Result } from '../../core/base/result';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';

export async function checkpoints(
	services: Services,
	runId: string,
	options: { readonly remove?: number },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	if (options.remove !== undefined) {
		const removed = await services.transfers.removeCheckpoint(runId, options.remove, signal);
		return removed.ok
			? ok({
					json: { runId, removed: removed.value },
					text: `Removed checkpoint ${removed.value.step}, ${byteSize(removed.value.bytes)}.`,
				})
			: removed;
	}
	const listed = await services.library.checkpoints(runId);
	if (!listed.ok) {
		return listed;
	}
	const rows = listed.value.map(({ step, bytes, adapter, merged, complete }) => [
		String(step),
		byteSize(bytes),
		adapter ? 'adapter' : merged ? 'merged' : 'model',
		complete ? 'complete' : 'not complete',
	]);
	return ok({
		json: { runId, checkpoints: listed.value },
		text: rows.length === 0 ? 'No checkpoint yet.' : table([['STEP', 'SIZE', 'KIND', ''], ...rows]),
	});
}

export async function pull(
	services: Services,
	output: Output,
	runId: string,
	options: { readonly step?: number; readonly out: string },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const { progress } = output;
	const withProgress = { progress, signal };
	const { out, step } = options;
	const pulled = await services.transfers.pull(runId, step, out, withProgress);
	return pulled.ok
		? ok({
				json: { runId, out, ...pulled.value },
				text: `Checkpoint ${pulled.value.step} is in ${out}: ${pulled.value.files} files, ${byteSize(pulled.value.bytes)}.`,
			})
		: pulled;
}

export async function merge(
	services: Services,
	output: Output,
	runId: string,
	options: { readonly step?: number },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const { progress } = output;
	const merged = await services.merging.merge(runId, options.step, { progress, signal });
	return merged.ok
		? ok({
				json: { runId, ...merged.value },
				text: `Merged checkpoint ${merged.value.step}: use it there as path:${merged.value.path}`,
			})
		: merged;
}

export async function copy(
	services: Services,
	output: Output,
	runId: string,
	options: { readonly step?: number; readonly to: string },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const { progress } = output;
	const { step, to } = options;
	const copied = await services.transfers.copy(runId, step, to, { progress, signal });
	return copied.ok
		? ok({
				json: { runId, host: to, ...copied.value },
				text: `Checkpoint ${copied.value.step} is on ${to}: use it there as path:${copied.value.path}`,
			})
		: copied;
}
