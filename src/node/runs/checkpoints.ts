import { ok, type Result } from '../../core/base/result';
import type { Host, OperationOptions } from '../../core/hosts/host';
import type { RunCheckpoint } from '../../core/training/runLibrary';

/** Written last, after everything in the checkpoint is on the disk. */
const completeMarker = 'windsock-complete';

/** The checkpoints of a run folder on its host, lowest step first. */
export async function listCheckpoints(
	host: Host,
	runFolder: string,
	options: OperationOptions = {},
): Promise<Result<readonly RunCheckpoint[]>> {
	const folder = `${runFolder}/checkpoints`;
	const there = await host.stat(folder, options);
	if (!there.ok) {
		return there;
	}
	if (there.value?.kind !== 'directory') {
		return ok([]);
	}
	const entries = await host.list(folder, options);
	if (!entries.ok) {
		return entries;
	}
	const found: RunCheckpoint[] = [];
	for (const entry of entries.value) {
		const step = /^checkpoint-(\d+)$/.exec(entry.name)?.[1];
		if (entry.kind !== 'directory' || step === undefined) {
			continue;
		}
		const marker = await host.stat(`${folder}/${entry.name}/${completeMarker}`, options);
		if (!marker.ok) {
			return marker;
		}
		found.push({ step: Number(step), complete: marker.value?.kind === 'file' });
	}
	return ok(found.sort((a, b) => a.step - b.step));
}
