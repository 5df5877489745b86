import { basename, dirname } from 'node:path';
import { messageFor } from '../../core/base/errorMessages';
import { ok, type Result } from '../../core/base/result';
import {
	stageStatuses,
	type StageFacts,
	type StageRun,
	type StageStatus,
} from '../../core/graph/graphState';
import { before, type Stage } from '../../core/graph/graphStages';
import { parseModelRef } from '../../core/training/modelRef';
import { locationIn } from '../dataset/datasetLocation';
import { projectCode } from '../transfer/projectCode';
import type { FileHashes } from '../runs/fileHashes';
import { readTemplate } from '../runs/recipeFile';
import { datasetInputs, hashOf, modelInputs, modelRuns, trainingInputs } from '../runs/runInputs';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import { readProject, type Project } from '../workspace/project';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { isAsWritten, type DataRecords } from './dataRecords';
import { stageRuns } from './graphRuns';
import type { LoadedGraph, StageWork } from './loadedGraph';

/** A graph as it stands now. */
export interface GraphPicture {
	readonly loaded: LoadedGraph;
	readonly facts: ReadonlyMap<string, StageFacts>;
	readonly runs: readonly StageRun[];
	readonly statuses: ReadonlyMap<string, StageStatus>;
}

export interface PictureParts {
	readonly folder: WorkspaceFolder;
	readonly library: WorkspaceRunLibrary;
	readonly hashes: FileHashes;
	readonly records: DataRecords;
	/** What this process knows of a stage beyond the records: it is at work, or could not start. */
	readonly known: (stage: string, inputs: string) => Pick<StageFacts, 'data' | 'fault'> | undefined;
}

/** Looks at files and runs; nothing is asked of a host. */
export async function pictureOf(
	parts: PictureParts,
	loaded: LoadedGraph,
): Promise<Result<GraphPicture>> {
	const project = await readProject(parts.folder);
	if (!project.ok) {
		return project;
	}
	const look = new Look(parts, loaded, project.value);
	return ok(await look.take());
}

/** The same files, and the runs as they are by now. */
export function withRuns(picture: GraphPicture, library: WorkspaceRunLibrary): GraphPicture {
	const runs = stageRuns(library);
	const { facts, loaded } = picture;
	return {
		...picture,
		runs,
		statuses: stageStatuses(loaded.graph.id, loaded.stages, facts, runs),
	};
}

class Look {
	readonly #facts = new Map<string, StageFacts>();

	constructor(
		private readonly parts: PictureParts,
		private readonly loaded: LoadedGraph,
		private readonly project: Project,
	) {}

	async take(): Promise<GraphPicture> {
		const { loaded } = this;
		const runs = stageRuns(this.parts.library);
		for (const stage of loaded.stages) {
			const work = loaded.work.get(stage.name);
			if (work !== undefined) {
				this.#facts.set(stage.name, await this.#factsOf(stage, work));
			}
		}
		const statuses = stageStatuses(loaded.graph.id, loaded.stages, this.#facts, runs);
		return { loaded, facts: this.#facts, runs, statuses };
	}

	async #factsOf(stage: Stage, work: StageWork): Promise<StageFacts> {
		const isOpen = before(stage).some(name => {
			const facts = this.#facts.get(name);
			const isMade = this.loaded.work.get(name)?.kind !== 'data';
			return facts?.inputs === undefined || (!isMade && facts.data?.state !== 'finished');
		});
		// What comes out of the stages before it is not there, so nobody can know it.
		if (isOpen) {
			return {};
		}
		const inputs = await this.#inputsOf(stage, work);
		if (!inputs.ok) {
			return { fault: messageFor(inputs.error) };
		}
		const known = this.parts.known(stage.name, inputs.value);
		const data =
			work.kind === 'data' && known === undefined
				? await this.#dataFacts(stage, work.outs, inputs.value)
				: {};
		return { inputs: inputs.value, ...data, ...known };
	}

	async #inputsOf(stage: Stage, work: StageWork): Promise<Result<string>> {
		switch (work.kind) {
			case 'data':
				return this.#dataInputs(work);
			case 'train':
				return this.#trainInputs(stage, work);
			case 'answers': {
				const { node } = stage;
				const models = node.kind === 'answers' ? node.models : [];
				const sampling = node.kind === 'answers' ? node.sampling : {};
				const stages = stage.from.map(name => this.#facts.get(name)?.inputs);
				const others = models.map(text => this.#modelOf(text));
				return ok(hashOf({ kind: 'answers', text: work.text, sampling, stages, others }));
			}
		}
	}

	async #dataInputs({
		path,
		text,
		pipeline,
	}: Extract<StageWork, { kind: 'data' }>): Promise<Result<string>> {
		const folder = dirname(path);
		const { folder: workspace, hashes } = this.parts;
		const sources: unknown[] = [];
		for (const source of pipeline.sources) {
			const location = locationIn(folder, source.path);
			const said = { workspace: workspace.root, said: 'all' } as const;
			const content = await datasetInputs(location, said, hashes);
			if (!content.ok) {
				return content;
			}
			sources.push(content.value);
		}
		for (const step of pipeline.steps) {
			const files =
				step.kind === 'decontaminate'
					? step.paths
					: step.kind === 'edits' && step.path !== undefined
						? [step.path]
						: [];
			for (const file of files) {
				const content = await hashes.of(locationIn(folder, file));
				if (!content.ok) {
					return content;
				}
				sources.push(content.value);
			}
		}
		return ok(hashOf({ kind: 'data', text, sources }));
	}

	async #trainInputs(
		stage: Stage,
		{ path, recipe }: Extract<StageWork, { kind: 'train' }>,
	): Promise<Result<string>> {
		const { folder, hashes } = this.parts;
		const template = await readTemplate(path, recipe);
		if (!template.ok) {
			return template;
		}
		const code =
			recipe.method === 'script' ? await projectCode(path, recipe, folder.root) : ok(undefined);
		if (!code.ok) {
			return code;
		}
		const [parent] = stage.from;
		const needsModel = recipe.method !== 'script' || recipe.model !== 'base';
		const model =
			parent === undefined
				? needsModel
					? this.#modelOf(recipe.model)
					: undefined
				: { kind: 'run', run: this.#facts.get(parent)?.inputs };
		return trainingInputs(
			{
				recipe,
				recipePath: path,
				model,
				template: template.value,
				code: code.value?.sha256,
				workspace: folder.root,
			},
			hashes,
		);
	}

	#modelOf(text: string): unknown {
		const ref = parseModelRef(text);
		if (!ref.ok) {
			return text;
		}
		const meant = ref.value.kind === 'base' ? this.project.base : ref.value;
		return modelInputs(meant, modelRuns(this.parts.library));
	}

	/** What the record says holds while the files are as they were written. */
	async #dataFacts(
		stage: Stage,
		outs: readonly string[],
		inputs: string,
	): Promise<Pick<StageFacts, 'data' | 'fault'>> {
		const { records, hashes } = this.parts;
		const record = await records.read(this.loaded.graph.id, stage.name);
		if (record?.inputs === inputs && record.state === 'failed') {
			return { data: { state: 'failed', message: record.message } };
		}
		let isWhole = true;
		for (const [i, path] of outs.entries()) {
			const now = await hashes.of(path);
			if (!now.ok) {
				isWhole = false;
				continue;
			}
			const written = record?.outs[i];
			if (written !== now.value && !(await isAsWritten(path, now.value))) {
				const fault =
					`${basename(path)} is not as the pipeline wrote it. Move it away to keep it, ` +
					'or restart the stage to write over it.';
				return { fault };
			}
			isWhole &&= written === now.value;
		}
		return record?.inputs === inputs && isWhole
			? { data: { state: 'finished', message: record.message } }
			: {};
	}
}
