import { byteSize } from '../base/byteSize';
import type { RunCheckpoint } from './runLibrary';

export interface FileAmount {
	readonly files: number;
	readonly bytes: number;
}

/** What else in the workspace names the checkpoints of a run. */
export interface RunNames {
	/** `models` are references as the comparison has them. */
	readonly comparisons: readonly {
		readonly id: string;
		readonly name: string;
		readonly models: readonly string[];
	}[];
	/** `path` is relative to the workspace, with `/`. */
	readonly recipes: readonly { readonly path: string; readonly model: string }[];
	/** Runs that started from one of its checkpoints. */
	readonly runs: readonly { readonly id: string; readonly name: string; readonly step?: number }[];
}

/** What goes when a run is deleted or archived. */
export interface RemovalPreview {
	readonly runId: string;
	readonly name: string;
	readonly hostName: string;
	/** `big` is the part that archiving removes: checkpoints and the copy of the code. */
	readonly onHost: { readonly total: FileAmount; readonly big: FileAmount };
	/** The record on this machine; archiving keeps it. */
	readonly here: FileAmount;
	readonly checkpoints: readonly RunCheckpoint[];
	/** Models whose answers lie in the run's folder; comparisons keep their own copy. */
	readonly answers: number;
	readonly namedBy: RunNames;
}

/** What of a preview a person reads before deciding, a line each. */
export function describeRemoval(preview: RemovalPreview, kind: 'delete' | 'archive'): string[] {
	const { onHost, here, checkpoints, answers, hostName, namedBy } = preview;
	const lines = [
		kind === 'delete'
			? `On ${hostName} its whole folder is deleted: ${amountWords(onHost.total)}.`
			: `On ${hostName} its checkpoints and its copy of the code are deleted: ${amountWords(onHost.big)}.`,
		checkpointWords(checkpoints),
	];
	if (kind === 'delete') {
		lines.push(`Here its metrics, log and record are deleted: ${byteSize(here.bytes)}.`);
		if (answers > 0) {
			const models = answers === 1 ? 'one model' : `${answers} models`;
			lines.push(`The answers of ${models} are deleted there; comparisons keep their copy.`);
		}
	} else {
		lines.push('Its metrics, log, recipe and answers are kept, here and there.');
	}
	return [...lines, ...nameWords(namedBy)];
}

function amountWords({ files, bytes }: FileAmount): string {
	return files === 0
		? 'nothing'
		: `${byteSize(bytes)} in ${files === 1 ? 'one file' : `${files} files`}`;
}

function checkpointWords(checkpoints: readonly RunCheckpoint[]): string {
	if (checkpoints.length === 0) {
		return 'It has no checkpoint.';
	}
	const steps = listed(
		checkpoints.map(
			({ step, complete, merged }) =>
				`${step}${merged ? ' (merged)' : ''}${complete ? '' : ' (incomplete)'}`,
		),
		12,
	);
	return `${checkpoints.length === 1 ? 'Checkpoint at step' : 'Checkpoints at steps'} ${steps}.`;
}

function nameWords({ comparisons, recipes, runs }: RunNames): string[] {
	const lines: string[] = [];
	if (recipes.length > 0) {
		const paths = listed(
			recipes.map(({ path, model }) => `${path} (${model})`),
			4,
		);
		lines.push(`Recipes that start from it cannot be launched any more: ${paths}.`);
	}
	if (runs.length > 0) {
		const names = listed(
			runs.map(({ name, step }) => (step === undefined ? name : `${name} (step ${step})`)),
			6,
		);
		lines.push(
			`Runs that started from it: ${names}. An adapter trained on it cannot be used without it.`,
		);
	}
	if (comparisons.length > 0) {
		const names = listed(
			comparisons.map(({ name }) => name),
			6,
		);
		lines.push(`Comparisons keep its answers but cannot get new ones: ${names}.`);
	}
	return lines;
}

function listed(words: readonly string[], most: number): string {
	const more = words.length - most;
	return more > 0 ? `${words.slice(0, most).join(', ')} and ${more} more` : words.join(', ');
}
