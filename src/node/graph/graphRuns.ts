import { ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
import type { StageRun } from '../../core/graph/graphState';
import type { RunAttachment } from '../runs/runAttachment';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';

/** The runs of a folder as graphs look at them. */
export function stageRuns(library: WorkspaceRunLibrary): readonly StageRun[] {
	return library.list().flatMap(({ id, state, hostName, message, archivedAt }) => {
		const run = library.mirrored(id);
		if (run === undefined) {
			return [];
		}
		const { graph, inputs, parent, model, generate } = run.folder.spec;
		const answering = generate?.models.flatMap(({ source }) => source.runId ?? []) ?? [];
		const beginning = [parent, model?.runId].flatMap(one => one ?? []);
		return [
			{
				id,
				state,
				hostName,
				message,
				isStopped: run.state?.reason === 'stopped',
				isArchived: archivedAt !== undefined,
				parents: [...new Set([...beginning, ...answering])],
				...(typeof inputs === 'string' ? { inputs } : {}),
				...(graph === undefined ? {} : { graph: { id: graph.id, stage: graph.stage } }),
			},
		];
	});
}

/** Takes the runs that other machines launched for a graph into this folder. */
export async function attachGraphRuns(
	attachment: RunAttachment,
	library: WorkspaceRunLibrary,
	graphId: string,
	hosts: readonly string[],
	options: OperationOptions = {},
): Promise<Result<void>> {
	for (const hostName of hosts) {
		const found = await attachment.find(hostName, options);
		if (!found.ok) {
			return found;
		}
		for (const { state, isHere } of found.value) {
			if (isHere || state.graphId !== graphId) {
				continue;
			}
			const attached = await attachment.attach(hostName, state.id, options);
			const synced = attached.ok ? await library.sync(state.id) : attached;
			if (!synced.ok) {
				return synced;
			}
		}
	}
	return ok();
}
