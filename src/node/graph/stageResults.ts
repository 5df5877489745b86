import type { MetricPoint } from '../../core/training/runLibrary';
import type { MeasuredScore, PublishedNumbers } from '../../core/graph/publishedNumbers';
import { resultTable, type ResultTable, type StageResult } from '../../core/graph/resultTable';
import { summariseComparison } from '../../core/responses/comparison';
import { parseModelRef } from '../../core/training/modelRef';
import type { ComparisonStore } from '../responses/comparisonStore';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import type { GraphPicture } from './graphPicture';

/** TRL’s own, where a recipe does not say. */
const usualBeta = 0.1;

/** What the runs of a graph have come to so far, as one table. */
export async function resultsOf(
	{ loaded, statuses }: GraphPicture,
	library: WorkspaceRunLibrary,
	comparisons: Pick<ComparisonStore, 'open'>,
): Promise<ResultTable> {
	const { stages, graph } = loaded;
	const results = new Map<string, StageResult>();
	const stageOfRun = new Map<string, string>();
	for (const { name, node } of stages) {
		const runId = statuses.get(name)?.runId;
		if (node.kind === 'train' && runId !== undefined) {
			stageOfRun.set(runId, name);
			results.set(name, resultOf(runId, library, graph.published));
		}
	}
	for (const { name, node } of stages) {
		const runId = statuses.get(name)?.runId;
		const comparison =
			node.kind === 'answers' && runId !== undefined ? await comparisons.open(runId) : undefined;
		if (comparison?.ok !== true) {
			continue;
		}
		for (const { ref, winRate, decided } of summariseComparison(comparison.value).models) {
			const parsed = parseModelRef(ref);
			const run = parsed.ok && parsed.value.kind === 'run' ? parsed.value.run : '';
			const stage = stageOfRun.get(run);
			const result = results.get(stage ?? '');
			if (stage !== undefined && result !== undefined && winRate !== undefined) {
				results.set(stage, { ...result, votes: { ...winRate, decided } });
			}
		}
	}
	return resultTable(stages, graph.published, results);
}

function resultOf(
	runId: string,
	library: WorkspaceRunLibrary,
	published: readonly PublishedNumbers[],
): StageResult {
	const spec = library.mirrored(runId)?.folder.spec;
	const points = library.metrics(runId);
	const metrics = lastValues(points.filter(({ kind }) => kind !== 'evaluation'));
	const evaluations = lastValues(points.filter(({ kind }) => kind === 'evaluation'));
	const evals = (spec?.train?.datasets ?? []).filter(({ split }) => split === 'eval');
	const rows = evals.reduce((sum, dataset) => sum + (dataset.rows ?? 0), 0);
	const method = spec?.train?.method;
	const beta = Number(spec?.train?.arguments['beta'] ?? usualBeta);
	const scores = scoresIn(new Map([...metrics, ...evaluations]), published);
	return {
		metrics,
		...(evaluations.size === 0 ? {} : { evaluations }),
		...(method === undefined ? {} : { method }),
		...(evals.length === 0
			? {}
			: { evalSet: evals.map(({ sha256 }) => sha256 ?? '').join(), evalRows: rows }),
		...(method === 'dpo' && Number.isFinite(beta) ? { beta } : {}),
		...(scores.size === 0 ? {} : { scores }),
	};
}

function lastValues(points: readonly MetricPoint[]): ReadonlyMap<string, number> {
	const last = new Map<string, number>();
	for (const { kind, values } of points) {
		if (kind !== 'system' && kind !== 'marker') {
			for (const [name, value] of Object.entries(values)) {
				last.set(name, value);
			}
		}
	}
	return last;
}

/** Metrics of a run under the name of a published one. Nobody recorded how they came to be. */
function scoresIn(
	metrics: ReadonlyMap<string, number>,
	published: readonly PublishedNumbers[],
): ReadonlyMap<string, MeasuredScore> {
	// “own/mt_bench” is the number mt_bench of the evaluation own.
	const plain = (name: string): string =>
		(name.split('/').at(-1) ?? name).toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
	return new Map(
		published.flatMap(({ metric }) => {
			const found = [...metrics].find(([name]) => plain(name) === plain(metric));
			return found === undefined ? [] : [[metric, { value: found[1] }] as const];
		}),
	);
}
