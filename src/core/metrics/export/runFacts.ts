import type { RunMadeWith, RunSpec, TrainDataset } from '../../contract/runFiles.generated';
import type { RunSummary } from '../../training/runLibrary';
import { modelOf } from '../../training/runOrigin';
import { gpuText } from '../../training/rerunRemark';
import { formatCount, formatDuration } from '../format';
import type { ReportFact } from './report';

export interface RunRecords {
	readonly summary: RunSummary;
	readonly spec: RunSpec;
	readonly madeWith: RunMadeWith | undefined;
	/** Seconds of active time over all attempts, where any point says it. */
	readonly activeSeconds: number | undefined;
}

/** Packages that decide what a training computes; others are covered by the lock. */
const packages = ['torch', 'transformers', 'trl', 'peft', 'accelerate', 'datasets'];

/** What is on record of a run, in the order to tell it. */
export function runFacts(records: RunRecords): readonly ReportFact[] {
	const { summary, spec, madeWith } = records;
	const { train } = spec;
	// Records may come from anywhere: what is no text where one belongs counts as not on record.
	const facts = (group: string, values: Readonly<Record<string, unknown>>) =>
		Object.entries(values).map(([name, value]) => ({
			group,
			name,
			value: typeof value === 'string' ? value : undefined,
		}));
	return [
		...facts('Run', {
			State: stateText(summary),
			Method: summary.method?.toUpperCase(),
			Host: summary.hostName,
			Launched: utcText(summary.createdAt),
			By: summary.author,
			...timeFacts(records),
			Steps: stepsText(summary),
			Epochs: summary.epoch === undefined ? undefined : summary.epoch.toFixed(2),
			Attempts: summary.attempt > 1 ? String(summary.attempt) : undefined,
			Id: summary.id,
		}),
		...facts('Model', {
			Model: modelOf(spec),
			Revision: madeWith?.modelRevision ?? spec.model?.revision,
			'Content of the model': spec.model?.content,
		}),
		...(train?.datasets ?? []).map((dataset, i) => ({
			group: 'Data',
			name: datasetName(dataset, i, train?.datasets ?? []),
			value: datasetText(dataset),
		})),
		...facts('Environment', {
			GPUs: madeWith?.gpus === undefined ? undefined : gpuText(madeWith.gpus),
			Driver: madeWith?.driver,
			System: madeWith?.system,
			Python: madeWith?.python,
			...Object.fromEntries(packages.map(name => [name, madeWith?.packages?.[name]])),
			'Environment lock': spec.environment.lockHash,
		}),
		...facts('Code', {
			Windsock: spec.client?.version,
			'Training code': spec.package?.hash,
			'Project code': codeText(train?.code),
			'Chat template':
				train?.chatTemplate === undefined
					? undefined
					: `of the recipe, ${formatCount(train.chatTemplate.length)} characters`,
		}),
		...facts('Recipe', {
			File: train?.recipePath,
			...Object.fromEntries(
				Object.entries(train?.overrides ?? {}).map(([key, value]) => [
					`${key} (at launch)`,
					valueText(value),
				]),
			),
		}),
	];
}

/** The resolved arguments, for telling runs apart. */
export function argumentFacts({ train }: RunSpec): readonly ReportFact[] {
	return Object.entries({ ...train?.arguments, ...train?.accelerate })
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, value]) => ({ group: 'Arguments', name, value: valueText(value) }));
}

function stateText({ state, message }: RunSummary): string {
	const word = state.charAt(0).toUpperCase() + state.slice(1);
	return message === '' || message === 'Finished.' ? word : `${word}: ${message}`;
}

/** Without milliseconds, and in UTC wherever it is read. */
function utcText(iso: string): string {
	const time = Date.parse(iso);
	return Number.isNaN(time)
		? iso
		: `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function timeFacts({
	summary,
	madeWith,
	activeSeconds,
}: RunRecords): Readonly<Record<string, string | undefined>> {
	// Of a run with several attempts the record of its end has the last one only.
	const seconds = Math.max(summary.seconds ?? 0, activeSeconds ?? 0);
	if (!(seconds > 0)) {
		return {};
	}
	const gpus = madeWith?.gpus?.length ?? 0;
	const hours = (seconds * gpus) / 3600;
	return {
		Duration: formatDuration(seconds),
		'GPU hours':
			gpus === 0 ? undefined : `${hours < 10 ? hours.toFixed(2) : hours.toFixed(1)} on ${gpus}`,
	};
}

function stepsText({ step, maxSteps }: RunSummary): string | undefined {
	if (step === undefined) {
		return undefined;
	}
	return maxSteps === undefined
		? formatCount(step)
		: `${formatCount(step)} of ${formatCount(maxSteps)}`;
}

function datasetName({ split }: TrainDataset, index: number, all: readonly TrainDataset[]): string {
	const word = split === 'train' ? 'Training' : 'Held out';
	const ofSplit = all.filter(one => one.split === split);
	const place = all.slice(0, index).filter(one => one.split === split).length + 1;
	return ofSplit.length === 1 ? word : `${word} ${place}`;
}

function datasetText({ source, path, rows, sha256 }: TrainDataset): string {
	return [
		source ?? path,
		...(typeof rows === 'number' ? [`${formatCount(rows)} rows`] : []),
		...(sha256 === undefined ? [] : [`sha256 ${sha256}`]),
	].join(' · ');
}

function codeText(code: NonNullable<RunSpec['train']>['code']): string | undefined {
	return code === undefined
		? undefined
		: [...(typeof code.source === 'string' ? [code.source] : []), `sha256 ${code.sha256}`].join(
				' · ',
			);
}

function valueText(value: unknown): string {
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
