import type { Stage } from '../../core/graph/graphStages';
import { graphState, planRestart } from '../../core/graph/graphState';
import { before } from '../../core/graph/graphStages';
import type { ResultTable } from '../../core/graph/resultTable';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { GraphPicture } from '../../node/graph/graphPicture';
import type { BoardCard, BoardPicture } from '../../protocol/graphBoard';

/** What a board shows of a graph. */
export function boardPicture(
	picture: GraphPicture,
	results: ResultTable,
	library: Pick<RunLibrary, 'get'>,
	file: string,
): BoardPicture {
	const { loaded, statuses } = picture;
	return {
		name: loaded.graph.id,
		description: loaded.graph.description ?? '',
		file,
		state: graphState(statuses.values()),
		cards: loaded.stages.map(stage => cardOf(stage, picture, library)),
		results,
	};
}

function cardOf(
	stage: Stage,
	{ loaded, statuses }: GraphPicture,
	library: Pick<RunLibrary, 'get'>,
): BoardCard {
	const { name, node, column } = stage;
	const status = statuses.get(name);
	const work = loaded.work.get(name);
	const run = library.get(status?.runId ?? '');
	const plan = planRestart(loaded.stages, statuses, name);
	return {
		name,
		kind: node.kind,
		...(work?.kind === 'train' ? { method: work.recipe.method } : {}),
		column,
		state: status?.state ?? 'waiting',
		because: status?.because ?? [],
		message: status?.message ?? '',
		from: before(stage),
		chosen: Object.entries(stage.chosen)
			.map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
			.join(', '),
		isTaken: status?.isTaken ?? false,
		...(status?.runId === undefined ? {} : { runId: status.runId }),
		...(run === undefined
			? {}
			: {
					hostName: run.hostName,
					...(run.step === undefined ? {} : { step: run.step }),
					...(run.maxSteps === undefined ? {} : { maxSteps: run.maxSteps }),
					...(run.seconds === undefined ? {} : { seconds: run.seconds }),
				}),
		...(plan.ok && status?.state !== 'ready' ? { again: plan.again } : {}),
	};
}
