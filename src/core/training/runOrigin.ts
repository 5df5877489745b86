import type { RunSpec } from '../contract/runFiles.generated';
import { formatModelRef } from './modelRef';
import type { RunOrigin } from './runLibrary';

/** The model that the run started from, in words that mean the same later. */
export function modelOf({ model }: RunSpec): string | undefined {
	return model?.runId === undefined || model.step === undefined
		? model?.ref
		: formatModelRef({ kind: 'run', run: model.runId, step: model.step });
}

export interface RunDifference {
	/** An argument under TRL’s name, or “method”, “model”, “dataset”, “code”, “environment”. */
	readonly what: string;
	/** Absent where the run has none. */
	readonly before?: string;
	readonly after?: string;
}

/** What a run does otherwise than the one it was cloned from; nothing where only the name differs. */
export function differencesOf(before: RunSpec, after: RunSpec): RunDifference[] {
	const found: RunDifference[] = [];
	const compare = (what: string, old: string | undefined, now: string | undefined): void => {
		if (old !== now) {
			found.push({
				what,
				...(old === undefined ? {} : { before: old }),
				...(now === undefined ? {} : { after: now }),
			});
		}
	};
	compare('method', before.train?.method, after.train?.method);
	compare('model', modelOf(before), modelOf(after));
	const [old, now] = [before.train?.arguments ?? {}, after.train?.arguments ?? {}];
	for (const key of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
		compare(key, shown(old[key]), shown(now[key]));
	}
	for (const split of ['train', 'eval'] as const) {
		const what = split === 'train' ? 'dataset' : 'eval dataset';
		compare(what, datasetsOf(before, split), datasetsOf(after, split));
	}
	compare('code', before.train?.code?.sha256.slice(0, 8), after.train?.code?.sha256.slice(0, 8));
	compare('environment', before.environment.lockHash, after.environment.lockHash);
	return found;
}

/** “learning_rate 2e-5 → 1e-5” */
export function differenceText({ what, before, after }: RunDifference): string {
	return `${what} ${before ?? 'unset'} → ${after ?? 'unset'}`;
}

const differencesShown = 6;

/** “Cloned from “sft”: learning_rate 2e-5 → 1e-5”, for a run’s card. */
export function originText({ isAgain, id, name, differences }: RunOrigin): string {
	const what = isAgain ? 'Again with the inputs of' : 'Cloned from';
	if (name === undefined || differences === undefined) {
		return `${what} ${id}, which is no longer in this folder`;
	}
	if (differences.length === 0) {
		return isAgain ? `${what} “${name}”` : `${what} “${name}” without a change`;
	}
	const more = differences.length - differencesShown;
	const shown = differences.slice(0, differencesShown).join(' · ');
	return `${what} “${name}”: ${shown}${more > 0 ? ` · and ${more} more` : ''}`;
}

function shown(value: unknown): string | undefined {
	return value === undefined
		? undefined
		: typeof value === 'string'
			? value
			: JSON.stringify(value);
}

/** With a part of the hash: the same file may hold something else. */
function datasetsOf(spec: RunSpec, split: 'train' | 'eval'): string | undefined {
	const found = (spec.train?.datasets ?? [])
		.filter(dataset => dataset.split === split)
		.map(({ source, path, sha256 }) => {
			const name = (source ?? path).split(/[\\/]/).at(-1) ?? path;
			return sha256 === undefined ? name : `${name} (${sha256.slice(0, 8)})`;
		});
	return found.length === 0 ? undefined : found.join(', ');
}
