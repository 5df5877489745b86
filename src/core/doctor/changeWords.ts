import { fieldValue } from '../training/form/fieldValue';
import { settingsWords } from '../training/preflight/summaryWords';
import type { DoctorFinding } from './finding';

type Changes = NonNullable<DoctorFinding['changes']>;

/** Below this a number is written in powers of ten, as learning rates are. */
const small = 1e-3;

/** Changes for people, as a recipe has them: `learning_rate: 2e-5, warmup_steps: 0.1`. */
export function changeWords(changes: Changes): string {
	return settingsWords(
		Object.fromEntries(
			Object.entries(changes).map(([key, value]) => [
				key,
				isSmall(value) ? value.toExponential() : value,
			]),
		),
	);
}

/** Changes as `withKeys` takes them, small numbers in powers of ten. */
export function changesAsWritten(changes: Changes): ReadonlyMap<string, unknown> {
	return new Map(
		Object.entries(changes).map(([key, value]) => [
			key,
			value === null
				? undefined
				: isSmall(value)
					? fieldValue(value.toExponential(), { types: ['number'] })
					: value,
		]),
	);
}

function isSmall(value: unknown): value is number {
	return typeof value === 'number' && value !== 0 && Math.abs(value) < small;
}
