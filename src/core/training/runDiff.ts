import type { RunMadeWith, RunSpec, TrainDataset } from '../contract/runFiles.generated';
import { parseRecipe } from './recipe';
import { gpuText } from './rerunRemark';
import { modelOf } from './runOrigin';
import { isTrlMethod, trlOptions } from './trlOptions';

/** A training run with all that is known of what it was made of. */
export interface RunInputs {
	readonly spec: RunSpec;
	readonly hostName: string;
	/** Undefined where it was never on record, as of runs of an older version. */
	readonly madeWith: RunMadeWith | undefined;
}

/** An absent side has no such value. */
export interface ValueDifference {
	readonly key: string;
	readonly before?: unknown;
	readonly after?: unknown;
	/** What TRL takes where one side says nothing. */
	readonly default?: unknown;
}

export interface DatasetSide {
	readonly name: string;
	readonly sha256?: string;
	readonly rows?: number;
}

export interface DatasetDifference {
	readonly split: 'train' | 'eval';
	readonly before?: DatasetSide;
	readonly after?: DatasetSide;
	/** What differs row by row, where both contents were at hand. */
	readonly changes?: RowChanges;
}

export interface RowChanges {
	readonly added: number;
	readonly removed: number;
	readonly changed: number;
	readonly same: number;
}

export interface CodeDifference {
	readonly before?: string;
	readonly after?: string;
	/** Absent where a list of files was not at hand. */
	readonly files?: FileChanges;
}

/** Paths in the project, sorted. */
export interface FileChanges {
	readonly added: readonly string[];
	readonly removed: readonly string[];
	readonly changed: readonly string[];
}

/** In what two runs differ. Empty lists and absent parts are the same in both. */
export interface RunDiff {
	readonly before: { readonly id: string; readonly name: string };
	readonly after: { readonly id: string; readonly name: string };
	/** Method, arguments and the recipe's own keys, with what the launch laid over them. */
	readonly recipe: readonly ValueDifference[];
	readonly seeds: readonly ValueDifference[];
	readonly model: readonly ValueDifference[];
	readonly datasets: readonly DatasetDifference[];
	readonly template?: { readonly before?: string; readonly after?: string };
	readonly code?: CodeDifference;
	readonly versions: readonly ValueDifference[];
	readonly host: readonly ValueDifference[];
	/** Sentences on what could not be compared. */
	readonly unknown: readonly string[];
}

const seedKeys: ReadonlySet<string> = new Set(['seed', 'data_seed']);

/** Compares what is on record of two runs; rows and files are for who has them at hand. */
export function diffRuns(before: RunInputs, after: RunInputs): RunDiff {
	const { spec: old } = before;
	const { spec: now } = after;
	const keys = valueDifferences(recipeValues(old), recipeValues(now)).map(one =>
		withDefault(one, old, now),
	);
	const [template, formerTemplate] = [now.train?.chatTemplate, old.train?.chatTemplate];
	const [code, formerCode] = [now.train?.code?.sha256, old.train?.code?.sha256];
	return {
		before: { id: old.id, name: old.name },
		after: { id: now.id, name: now.name },
		recipe: keys.filter(({ key }) => !seedKeys.has(key)),
		seeds: keys.filter(({ key }) => seedKeys.has(key)),
		model: valueDifferences(modelValues(before), modelValues(after)),
		datasets: datasetDifferences(old.train?.datasets ?? [], now.train?.datasets ?? []),
		...(template === formerTemplate ? {} : { template: sides(formerTemplate, template) }),
		...(code === formerCode ? {} : { code: sides(formerCode, code) }),
		versions: valueDifferences(versionValues(before), versionValues(after)),
		host: valueDifferences(hostValues(before), hostValues(after)),
		unknown: [before, after]
			.filter(({ madeWith }) => madeWith === undefined)
			.map(
				({ spec: { name } }) =>
					`Versions and GPUs of “${name}” are not on record here, so they were not compared.`,
			),
	};
}

/** Whether nothing that is known differs. */
export function isSameRun(diff: RunDiff): boolean {
	const { recipe, seeds, model, datasets, versions, host } = diff;
	const parts = [recipe, seeds, model, datasets, versions, host];
	return parts.every(part => part.length === 0) && !diff.template && !diff.code;
}

export function fileChanges(
	before: readonly { readonly path: string; readonly sha256: string }[],
	after: readonly { readonly path: string; readonly sha256: string }[],
): FileChanges {
	const old = new Map(before.map(({ path, sha256 }) => [path, sha256]));
	const now = new Map(after.map(({ path, sha256 }) => [path, sha256]));
	return {
		added: [...now.keys()].filter(path => !old.has(path)).sort(),
		removed: [...old.keys()].filter(path => !now.has(path)).sort(),
		changed: [...now.keys()]
			.filter(path => old.has(path) && old.get(path) !== now.get(path))
			.sort(),
	};
}

type Values = Readonly<Record<string, unknown>>;

function valueDifferences(before: Values, after: Values): ValueDifference[] {
	const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
	return keys
		.filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
		.map(key => ({ key, ...sides(before[key], after[key]) }));
}

function sides<T>(before: T | undefined, after: T | undefined): { before?: T; after?: T } {
	return {
		...(before === undefined ? {} : { before }),
		...(after === undefined ? {} : { after }),
	};
}

/** The parts of a run's inputs that are names with values. */
export type InputPart = 'recipe' | 'seeds' | 'model' | 'versions' | 'host';

/** What is on record of a run's inputs, by part and name; data, template and code stand apart. */
export function inputValues(inputs: RunInputs): Readonly<Record<InputPart, Values>> {
	const told = Object.entries(recipeValues(inputs.spec));
	return {
		recipe: Object.fromEntries(told.filter(([key]) => !seedKeys.has(key))),
		seeds: Object.fromEntries(told.filter(([key]) => seedKeys.has(key))),
		model: modelValues(inputs),
		versions: versionValues(inputs),
		host: hostValues(inputs),
	};
}

/** What the run was told, not how it was written: overrides count, the order of keys does not. */
function recipeValues({ train }: RunSpec): Values {
	if (train === undefined) {
		return {};
	}
	const { recipeText = '', recipePath = '', overrides = {} } = train;
	const recipe = parseRecipe(recipeText, recipePath, overrides);
	const own = recipe.ok ? recipe.value : undefined;
	const prompts = train.afterCheckpoint?.answers?.prompts.sha256;
	return {
		method: train.method,
		...train.arguments,
		...train.accelerate,
		...(own === undefined || own.labels === 'apply' ? {} : { labels: own.labels }),
		...(own?.resources === undefined ? {} : { resources: own.resources }),
		...(own?.retry === undefined ? {} : { retry: own.retry }),
		...(own?.afterCheckpoint === undefined ? {} : { after_checkpoint: own.afterCheckpoint }),
		...(prompts === undefined ? {} : { 'prompts answered': prompts }),
	};
}

function withDefault(one: ValueDifference, before: RunSpec, after: RunSpec): ValueDifference {
	const method = (one.before === undefined ? before : after).train?.method;
	const isUnset = one.before === undefined || one.after === undefined;
	const option = isUnset && isTrlMethod(method) ? trlOptions(method).get(one.key) : undefined;
	return option?.default === undefined ? one : { ...one, default: option.default };
}

function modelValues({ spec, madeWith }: RunInputs): Values {
	const { model } = spec;
	const revision = madeWith?.modelRevision ?? model?.revision;
	return {
		...(model === undefined ? {} : { model: modelOf(spec) }),
		...(model?.content === undefined ? {} : { content: model.content }),
		...(revision === undefined ? {} : { revision }),
	};
}

function versionValues({ spec, madeWith }: RunInputs): Values {
	return {
		'environment lock': spec.environment.lockHash,
		...(spec.package?.hash === undefined ? {} : { 'training code': spec.package.hash }),
		...(spec.client?.version === undefined ? {} : { windsock: spec.client.version }),
		...(madeWith?.python === undefined ? {} : { python: madeWith.python }),
		...madeWith?.packages,
	};
}

function hostValues({ spec, hostName, madeWith }: RunInputs): Values {
	const { variables, prelude } = spec.environment;
	return {
		host: hostName,
		...(madeWith?.gpus === undefined ? {} : { gpus: gpuText(madeWith.gpus) }),
		...(madeWith?.driver === undefined ? {} : { driver: madeWith.driver }),
		...(madeWith?.system === undefined ? {} : { system: madeWith.system }),
		...(prelude === undefined ? {} : { prelude }),
		...(variables === undefined ? {} : { variables }),
	};
}

/** Those of the same content are the same; the others are paired by name, then in their order. */
function datasetDifferences(
	before: readonly TrainDataset[],
	after: readonly TrainDataset[],
): DatasetDifference[] {
	const found: DatasetDifference[] = [];
	for (const split of ['train', 'eval'] as const) {
		const old = before.filter(one => one.split === split).map(datasetSide);
		const now = after.filter(one => one.split === split).map(datasetSide);
		const take = (fits: (a: DatasetSide, b: DatasetSide) => boolean): void => {
			for (const a of old.slice()) {
				const b = now.find(one => fits(a, one));
				if (b !== undefined) {
					old.splice(old.indexOf(a), 1);
					now.splice(now.indexOf(b), 1);
					if (a.sha256 === undefined || a.sha256 !== b.sha256) {
						found.push({ split, before: a, after: b });
					}
				}
			}
		};
		take((a, b) => a.sha256 !== undefined && a.sha256 === b.sha256);
		take((a, b) => a.name === b.name);
		take(() => true);
		found.push(...old.map(one => ({ split, before: one })));
		found.push(...now.map(one => ({ split, after: one })));
	}
	return found;
}

/** A dataset of a run by its file's name. */
export function datasetSide({ source, path, sha256, rows }: TrainDataset): DatasetSide {
	const name = (source ?? path).split(/[\\/]/).at(-1) ?? path;
	return {
		name,
		...(sha256 === undefined ? {} : { sha256 }),
		...(rows === undefined ? {} : { rows }),
	};
}
