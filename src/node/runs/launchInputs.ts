import { ok, type Result } from '../../core/base/result';
import type { LaunchTrainingRequest } from '../../core/training/launchRequest';
import { parseModelRef } from '../../core/training/modelRef';
import { readProject } from '../workspace/project';
import { FileHashes } from './fileHashes';
import type { LauncherParts } from './launchContext';
import { modelInputs, modelRuns, trainingInputs } from './runInputs';
import type { PreparedTraining } from './trainingPreparation';

/** The hash of what a launch would train on, as the graph says it or as it is worked out here. */
export async function launchInputs(
	{ folder, library }: LauncherParts,
	{ recipePath, inputs }: LaunchTrainingRequest,
	{ recipe, work }: PreparedTraining,
): Promise<Result<string>> {
	if (inputs !== undefined) {
		return ok(inputs);
	}
	const project = await readProject(folder);
	if (!project.ok) {
		return project;
	}
	const { model: source, train } = work;
	const ref = parseModelRef(recipe.model);
	const meant = ref.ok && ref.value.kind === 'base' ? project.value.base : ref.ok && ref.value;
	const model =
		source === undefined || meant === false
			? undefined
			: modelInputs(meant, modelRuns(library), source.step);
	return trainingInputs(
		{
			recipe,
			recipePath,
			model,
			template: train.chatTemplate,
			code: train.code?.sha256,
			workspace: folder.root,
		},
		new FileHashes(),
	);
}
