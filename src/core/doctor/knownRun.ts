import type { RunSpec } from '../contract/runFiles.generated';
import { trainingMethods } from '../training/recipe';
import { modelOf } from '../training/runOrigin';
import type { KnownRun } from './runFacts';

/** What the record of a run tells the doctor. */
export function knownRun(spec: RunSpec, maxSteps?: number): KnownRun {
	const { train } = spec;
	const method = trainingMethods.find(one => one === train?.method);
	const model = modelOf(spec);
	return {
		...(method === undefined ? {} : { method }),
		...(train?.arguments === undefined ? {} : { arguments: train.arguments }),
		...(maxSteps === undefined ? {} : { maxSteps }),
		...(model === undefined ? {} : { model }),
		...(spec.model?.['kind'] === 'tiny' ? { isTinyModel: true } : {}),
	};
}
