import type { RunMadeWith, RunSpec, TrainDataset } from '../contract/runFiles.generated';
import type { Hash } from '../dataset/exampleId';
import { modelOf } from '../training/runOrigin';
import type { RunInputs } from '../training/runDiff';
import { isTrlMethod, trlOptions, trlVersion, type TrlMethod } from '../training/trlOptions';
import { known, notRecorded, type Condition, type NamedCondition } from './condition';
import { templateCondition, type RunLookup } from './templateCondition';

/** What the numbers of one run were measured under. */
export interface RunConditions {
	readonly method: Condition;
	/** By the name that the metrics of one of several have. */
	readonly evalSets: ReadonlyMap<string, Condition>;
	/** All of them together: what metrics without a name are of. */
	readonly evalSet: Condition;
	readonly trainingData: Condition;
	readonly template: Condition;
	readonly mask: readonly NamedCondition[];
	readonly beta: readonly NamedCondition[];
	readonly loss: readonly NamedCondition[];
	/** How examples are cut and packed. */
	readonly length: readonly NamedCondition[];
	/** The user's own evaluations by name: command, files and place of the result. */
	readonly evaluations: ReadonlyMap<string, Condition>;
	/** The model that a preference loss weighs against. */
	readonly reference: Condition;
}

/** What is known of a run that was not launched here: nothing but its numbers. */
export const foreignConditions: RunConditions = {
	method: notRecorded,
	evalSets: new Map(),
	evalSet: notRecorded,
	trainingData: notRecorded,
	template: notRecorded,
	mask: [{ name: 'loss mask', condition: notRecorded }],
	beta: [{ name: 'β', condition: notRecorded }],
	loss: [{ name: 'loss type', condition: notRecorded }],
	length: [{ name: 'max_length', condition: notRecorded }],
	evaluations: new Map(),
	reference: notRecorded,
};

const maskKeys = ['assistant_only_loss', 'completion_only_loss'] as const;
const lossKeys = {
	sft: ['loss_type', 'label_smoothing_factor'],
	dpo: [
		'loss_type',
		'loss_weights',
		'label_smoothing',
		'label_smoothing_factor',
		'f_divergence_type',
		'f_alpha_divergence_coef',
		'discopop_tau',
		'ld_alpha',
		'use_weighting',
	],
	kto: ['loss_type', 'desirable_weight', 'undesirable_weight', 'label_smoothing_factor'],
} as const;
const lengthKeys = ['max_length', 'truncation_mode', 'packing', 'eval_packing'] as const;
const words: Readonly<Record<string, string>> = { loss_type: 'loss type', beta: 'β' };

/** @param lookup finds the runs that checkpoints come from */
export function runConditions(inputs: RunInputs, lookup: RunLookup, hash: Hash): RunConditions {
	const { spec } = inputs;
	const { train } = spec;
	if (train === undefined) {
		return foreignConditions;
	}
	const evalData = train.datasets.filter(({ split }) => split === 'eval');
	const trainData = train.datasets.filter(({ split }) => split === 'train');
	const common = {
		method: known(train.method, train.method),
		evaluations: evaluationConditions(spec, hash),
		reference: referenceCondition(inputs),
	};
	if (!isTrlMethod(train.method)) {
		// What a script does with its arguments is its own affair.
		return { ...foreignConditions, ...common };
	}
	const argumentsOf = argumentConditions(inputs, train.method);
	return {
		...common,
		evalSets: new Map(evalData.map(one => [nameOf(one), dataCondition([one])])),
		evalSet: dataCondition(evalData),
		trainingData: dataCondition(trainData),
		template: templateCondition(inputs, lookup, hash),
		mask: argumentsOf(train.method === 'sft' ? maskKeys : []),
		beta: argumentsOf(train.method === 'sft' ? [] : ['beta']),
		loss: argumentsOf(lossKeys[train.method]),
		length: argumentsOf(lengthKeys),
	};
}

/** File name without its endings, as the trainer names the metrics of one of several. */
function nameOf({ source, path }: TrainDataset): string {
	return (source ?? path).split(/[\\/]/).at(-1) ?? path;
}

function dataCondition(datasets: readonly TrainDataset[]): Condition {
	const hashes = datasets.map(({ sha256 }) => sha256);
	if (datasets.length === 0 || hashes.includes(undefined)) {
		return notRecorded;
	}
	const names = datasets.map(nameOf);
	const shown = names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(', ');
	const short = hashes.map(one => one?.slice(0, 6)).slice(0, 2);
	return known(
		hashes
			.map(String)
			.sort((a, b) => (a < b ? -1 : 1))
			.join(),
		`${shown} (${short.join(', ')})`,
	);
}

/** The conditions under those of the keys that a method has. */
function argumentConditions(
	{ spec, madeWith }: RunInputs,
	method: TrlMethod,
): (keys: readonly string[]) => NamedCondition[] {
	const options = trlOptions(method);
	const given = spec.train?.arguments ?? {};
	const recorded = recordedArguments(madeWith);
	return keys =>
		keys
			.filter(key => options.has(key))
			.map(key => ({
				name: words[key] ?? key,
				condition:
					recorded !== undefined && Object.hasOwn(recorded, key)
						? valueCondition(recorded[key])
						: given[key] === undefined
							? defaultCondition(key, options.get(key)?.default, spec, madeWith)
							: valueCondition(given[key]),
			}));
}

/** What the trainer itself took, which newer runs tell. */
function recordedArguments(
	madeWith: RunMadeWith | undefined,
): Readonly<Record<string, unknown>> | undefined {
	const found: unknown = madeWith?.['arguments'];
	return typeof found === 'object' && found !== null
		? (found as Readonly<Record<string, unknown>>)
		: undefined;
}

/** One loss is a list of one to TRL. */
function valueCondition(value: unknown): Condition {
	const plain: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
	return known(JSON.stringify(plain) ?? 'null', shown(plain));
}

function shown(value: unknown): string {
	return value === null || value === undefined
		? 'unset'
		: typeof value === 'string'
			? value
			: Array.isArray(value)
				? value.map(shown).join('+')
				: JSON.stringify(value);
}

/** Of a version that is not known here only the runs of the same version have the same default. */
function defaultCondition(
	key: string,
	value: unknown,
	{ environment }: RunSpec,
	madeWith: RunMadeWith | undefined,
): Condition {
	const version = madeWith?.packages?.['trl'];
	if (version === trlVersion && value !== undefined) {
		return valueCondition(value);
	}
	if (version !== undefined) {
		return { isKnown: false, source: `${key} of trl ${version}` };
	}
	// An interpreter of the user's own may hold any version.
	return environment.python === undefined && environment.lockHash !== ''
		? { isKnown: false, source: `${key} of lock ${environment.lockHash}` }
		: notRecorded;
}

function evaluationConditions({ train }: RunSpec, hash: Hash): ReadonlyMap<string, Condition> {
	const found = train?.afterCheckpoint?.evaluate ?? [];
	return new Map(
		found.map(({ name, command, results, at, files }) => {
			const hashes = (files ?? []).map(file => [file.name, file.sha256]);
			const isWhole = hashes.every(([, sha256]) => sha256 !== undefined);
			const identity = hash(JSON.stringify([command, results, at ?? null, hashes]));
			return [name, isWhole ? known(identity, identity.slice(0, 6)) : notRecorded];
		}),
	);
}

function referenceCondition({ spec, madeWith }: RunInputs): Condition {
	const { model } = spec;
	const ref = modelOf(spec);
	const exact = model?.content ?? madeWith?.modelRevision ?? model?.revision;
	return ref === undefined ? notRecorded : known(`${ref} ${exact ?? ''}`, ref);
}
