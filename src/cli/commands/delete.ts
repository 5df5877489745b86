import { byteSize } from '../../core/base/byteSize';
import { ok, type Result } from '../../core/base/result';
import { describeRemoval } from '../../core/training/runRemoval';
import type { Answer } from '../output';
import type { Services } from '../services';

export interface DeleteOptions {
	readonly yes?: boolean;
	readonly onlyHere?: boolean;
}

/** What goes with a run; with `--yes` it goes. */
export async function deleteRun(
	services: Services,
	runId: string,
	options: DeleteOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	if (options.onlyHere === true) {
		const forgotten = services.removal.forget(runId);
		const text = `${runId} is off the list. On its host nothing was touched; “attach” takes it back.`;
		return forgotten.ok ? ok({ json: { runId, removed: true, onlyHere: true }, text }) : forgotten;
	}
	return preview(services, runId, 'delete', options.yes === true, signal);
}

export interface ArchiveOptions {
	readonly yes?: boolean;
	readonly undo?: boolean;
}

/** What archiving a run removes; with `--yes` it goes. */
export async function archiveRun(
	services: Services,
	runId: string,
	options: ArchiveOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	if (options.undo === true) {
		const undone = services.removal.unarchive(runId);
		const text = `${runId} stands among the other runs again. Its checkpoints stay gone.`;
		return undone.ok ? ok({ json: { runId, removed: false }, text }) : undone;
	}
	return preview(services, runId, 'archive', options.yes === true, signal);
}

async function preview(
	{ removal }: Services,
	runId: string,
	kind: 'delete' | 'archive',
	goes: boolean,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const previewed = await removal.preview(runId, { signal });
	if (!previewed.ok) {
		return previewed;
	}
	const lines = describeRemoval(previewed.value, kind);
	if (!goes) {
		lines.push('Nothing was removed: say --yes to do it.');
		return ok({
			json: { runId, removed: false, preview: previewed.value },
			text: lines.join('\n'),
		});
	}
	const removed = await removal[kind](runId, { signal });
	if (!removed.ok) {
		return removed;
	}
	const verb = kind === 'delete' ? 'Deleted' : 'Archived';
	const text = `${verb} “${previewed.value.name}”: ${byteSize(removed.value.bytes)} freed on ${previewed.value.hostName}.`;
	return ok({
		json: { runId, removed: true, preview: previewed.value, freed: removed.value },
		text,
	});
}
