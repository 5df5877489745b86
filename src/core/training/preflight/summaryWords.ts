import { byteSize } from '../../base/byteSize';
import type {
	PreflightDataset,
	PreflightDisk,
	PreflightMemory,
	PreflightMemoryPart,
} from '../../contract/runFiles.generated';
import { gpuMemory } from './gpuMemory';
import { grouped, textOf } from './wording';

const verdicts: Readonly<Record<PreflightMemory['verdict'], string>> = {
	fits: 'It fits',
	tight: 'It may not fit',
	tooBig: 'It does not fit',
	unknown: 'There is no GPU to hold it against',
};

export function verdictWords({ verdict }: PreflightMemory): string {
	return verdicts[verdict];
}

/** What one GPU needs, and whether it has it, in a sentence without a full stop. */
export function memoryWords(memory: PreflightMemory): string {
	const { low, expected, high, available, gpus, measured, verdict } = memory;
	const range = `${gpuMemory(expected)} expected, between ${gpuMemory(low)} and ${gpuMemory(high)}`;
	const needs = measured === undefined ? range : `${gpuMemory(measured)} measured`;
	const each = gpus !== undefined && gpus > 1 ? ` on each of ${gpus} GPUs` : '';
	const has = available === undefined ? '' : `, ${gpuMemory(available)} there`;
	return `${verdicts[verdict]}: ${needs}${each}${has}`;
}

/** Settings as a recipe has them: “gradient_checkpointing: true, max_length: 1024”. */
export function settingsWords(settings: Readonly<Record<string, unknown>>): string {
	return Object.entries(settings)
		.map(([key, value]) => (value === null ? `no ${key}` : `${key}: ${textOf(value)}`))
		.join(', ');
}

const parts: Readonly<Record<PreflightMemoryPart['name'], string>> = {
	weights: 'weights',
	masters: 'fp32 masters',
	gradients: 'gradients',
	optimizer: 'optimizer',
	reference: 'reference model',
	activations: 'activations',
	logits: 'logits',
	fixed: 'fixed',
};

export function memoryPartName({ name }: PreflightMemoryPart): string {
	return Object.hasOwn(parts, name) ? parts[name] : String(name);
}

export function diskWords({ checkpoint, checkpoints, free }: PreflightDisk): string {
	const needed = checkpoint * checkpoints;
	const each = checkpoints === 1 ? 'one checkpoint' : `${checkpoints} checkpoints`;
	const fits = needed <= free ? 'There is room' : 'There is no room';
	return `${fits}: ${each} of ${byteSize(checkpoint)} at the fullest moment, ${byteSize(free)} free`;
}

export function isRoomOnDisk({ checkpoint, checkpoints, free }: PreflightDisk): boolean {
	return checkpoint * checkpoints <= free;
}

/** Rows, tokens, and what of them is lost by the cut. */
export function datasetWords(dataset: PreflightDataset): string {
	const { rows, kept, tokens, trained, cutRows, cutTrained, longest } = dataset;
	const said = [`${grouped(kept)} of ${grouped(rows)} rows`];
	if (tokens > 0) {
		said.push(`${compact(tokens)} tokens, ${share(trained, tokens)} of them with loss`);
	}
	if (longest !== undefined && longest > 0) {
		said.push(`longest row ${grouped(longest)}`);
	}
	if (cutRows > 0) {
		const lost = share(cutTrained, trained);
		said.push(
			`${cutRows === 1 ? '1 row is' : `${grouped(cutRows)} rows are`} cut, ${lost} of the loss with ${cutRows === 1 ? 'it' : 'them'}`,
		);
	}
	return said.join(' · ');
}

export function share(part: number, whole: number): string {
	if (whole <= 0 || part <= 0) {
		return '0 %';
	}
	const percent = (100 * Math.min(part, whole)) / whole;
	return percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(percent < 9.95 ? 1 : 0)} %`;
}

/** 12,345 as it is, then 1.23 million. */
export function compact(count: number): string {
	if (count < 1e6) {
		return grouped(count);
	}
	const [value, unit] = count < 1e9 ? [count / 1e6, 'million'] : [count / 1e9, 'billion'];
	return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}
