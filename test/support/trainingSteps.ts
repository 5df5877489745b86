import type { RunLibrary } from '../../src/core/training/runLibrary';

/** Steps of the lines that a training wrote itself, in their order, without those of its machine. */
export function trainingSteps(library: Pick<RunLibrary, 'metrics'>, runId: string): number[] {
	const own = library.metrics(runId).filter(point => point.kind !== 'system');
	return own.map(point => point.step);
}
