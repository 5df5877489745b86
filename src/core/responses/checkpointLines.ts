import { parseModelRef } from '../training/modelRef';
import type { ComparedModel } from './comparison';

/** One checkpoint among the models of a comparison. */
export interface ComparedCheckpoint {
	/** Of the model. */
	readonly label: string;
	readonly step: number;
}

/** The checkpoints of one run that a comparison has answers of, the lowest step first. */
export interface CheckpointLine {
	/** As references name the run. */
	readonly run: string;
	/** For people: what its labels have in common. */
	readonly name: string;
	readonly checkpoints: readonly ComparedCheckpoint[];
}

/** Runs of which a comparison has several checkpoints, in the order of its models. */
export function checkpointLines(
	models: readonly Pick<ComparedModel, 'label' | 'ref'>[],
): readonly CheckpointLine[] {
	const lines = new Map<string, Map<number, ComparedCheckpoint>>();
	for (const { label, ref } of models) {
		const parsed = parseModelRef(ref);
		if (parsed.ok && parsed.value.kind === 'run' && parsed.value.step !== undefined) {
			const { run, step } = parsed.value;
			const line = lines.get(run) ?? new Map<number, ComparedCheckpoint>();
			// The same checkpoint twice is one place of the slider.
			lines.set(run, line.has(step) ? line : line.set(step, { label, step }));
		}
	}
	return [...lines]
		.map(([run, line]) => {
			const checkpoints = [...line.values()].toSorted((a, b) => a.step - b.step);
			return { run, name: nameOf(checkpoints), checkpoints };
		})
		.filter(({ checkpoints }) => checkpoints.length > 1);
}

function nameOf([first]: readonly ComparedCheckpoint[]): string {
	const end = `-${first?.step}`;
	const label = first?.label ?? '';
	return label.endsWith(end) && label.length > end.length ? label.slice(0, -end.length) : label;
}
