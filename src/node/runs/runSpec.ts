import { hostname } from 'node:os';
import type {
	GenerateSpec,
	MergeSpec,
	PushSpec,
	ModelSource,
	RunEnvironment,
	RunGpus,
	RunGraph,
	RunRetry,
	RunSpec,
	ScoreSpec,
	TrainSpec,
} from '../../core/contract/runFiles.generated';
import type { GpuWish } from '../../core/training/gpuWish';
import { contractVersion } from '../../core/contract/version';
import { expandHome } from './hostLayout';
import type { PreparedHost } from './preparedHost';

export interface SpecParts {
	readonly id: string;
	readonly name: string;
	readonly createdAt: Date;
	/** Version of this program. */
	readonly version: string;
	/** Run that the model comes from. */
	readonly parent?: string;
	/** Run whose recipe this one's began as. */
	readonly clonedFrom?: string;
	/** Run whose inputs this one takes again. */
	readonly rerunOf?: string;
	/** Who launches it, for people. */
	readonly author: string;
	readonly gpus?: GpuWish;
	readonly retry?: RunRetry;
	readonly graph?: RunGraph;
	readonly inputs?: string;
	readonly work:
		| { readonly kind: 'train' | 'check'; readonly train: TrainSpec; readonly model?: ModelSource }
		| { readonly kind: 'generate'; readonly generate: GenerateSpec }
		| { readonly kind: 'push'; readonly push: PushSpec }
		| { readonly kind: 'score'; readonly score: ScoreSpec }
		| { readonly kind: 'merge'; readonly merge: MergeSpec; readonly model: ModelSource };
}

/** Everything the run needs, with absolute paths of its host. */
export function runSpec(prepared: PreparedHost, parts: SpecParts): RunSpec {
	const { layout, packageHash, settings } = prepared;
	const { work } = parts;
	return {
		contractVersion,
		id: parts.id,
		kind: work.kind,
		...(parts.parent === undefined ? {} : { parent: parts.parent }),
		...(parts.clonedFrom === undefined ? {} : { clonedFrom: parts.clonedFrom }),
		...(parts.rerunOf === undefined ? {} : { rerunOf: parts.rerunOf }),
		...(parts.graph === undefined ? {} : { graph: parts.graph }),
		...(parts.inputs === undefined ? {} : { inputs: parts.inputs }),
		name: parts.name,
		createdAt: parts.createdAt.toISOString(),
		client: { host: hostname(), version: parts.version },
		package: { hash: packageHash },
		environment: environmentOf(prepared),
		author: parts.author,
		...(isHook(settings.onEvent) ? { onEvent: settings.onEvent } : {}),
		...(parts.retry === undefined ? {} : { retry: parts.retry }),
		...(parts.gpus === undefined ? {} : { gpus: gpusOf(parts.gpus) }),
		...('model' in work && work.model !== undefined ? { model: work.model } : {}),
		...('train' in work ? { train: work.train } : {}),
		...(work.kind === 'generate' ? { generate: work.generate } : {}),
		...(work.kind === 'score' ? { score: work.score } : {}),
		...(work.kind === 'merge' ? { merge: work.merge } : {}),
		...(work.kind === 'push' ? { push: work.push } : {}),
		roots: { runs: layout.runs, envs: layout.envs, models: layout.models, store: layout.store },
	};
}

/** Settings are data of any shape; the supervisor checks what is in it. */
function isHook(value: unknown): boolean {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function gpusOf(wish: GpuWish): RunGpus {
	return 'uuids' in wish
		? { uuids: [...wish.uuids] as [string, ...string[]] }
		: { count: wish.count };
}

function environmentOf({ layout, settings, lockHash }: PreparedHost): RunEnvironment {
	const variables = {
		// Compute nodes seldom reach the Hub; what a job needs is there before it starts.
		...(settings.scheduler === undefined ? {} : { HF_HUB_OFFLINE: '1' }),
		...settings.variables,
		...(settings.hfHome === undefined ? {} : { HF_HOME: expandHome(layout.home, settings.hfHome) }),
	};
	return {
		lockHash,
		root: layout.envs,
		...(settings.python === undefined
			? {}
			: { basePython: expandHome(layout.home, settings.python) }),
		...(settings.torchBuild === undefined ? {} : { torchBuild: settings.torchBuild }),
		...(settings.prelude === undefined || settings.prelude.trim() === ''
			? {}
			: { prelude: settings.prelude }),
		...(Object.keys(variables).length === 0 ? {} : { variables }),
	};
}
