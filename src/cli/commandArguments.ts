import { InvalidArgumentError, Option } from 'commander';
import { messageFor } from '../core/base/errorMessages';
import { parseModelRef } from '../core/training/modelRef';

export const runArgument = 'id, its beginning or end, name, or “last”';
export const hostArgument = 'host from ~/.ssh/config, or “local”';

export const hostOption = (): Option => new Option('--host <name>', hostArgument).default('local');

export function modelRef(text: string): string {
	const ref = parseModelRef(text);
	if (!ref.ok) {
		throw new InvalidArgumentError(messageFor(ref.error));
	}
	return text;
}

export function modelRefs(text: string, before: readonly string[] | undefined): string[] {
	return [...(before ?? []), modelRef(text)];
}

export function override(pair: string, before: readonly string[]): string[] {
	if (pair.indexOf('=') < 1) {
		throw new InvalidArgumentError('use name=value');
	}
	return [...before, pair];
}

export const resourceOption = (): Option =>
	new Option(
		'--resource <name=value>',
		'what to ask the host’s scheduler for, such as time=2:00:00 or nodes=2 (repeatable)',
	)
		.argParser(override)
		.default([]);

export const trustOption = (): Option =>
	new Option(
		'--trust <hash>',
		'let foreign code of this content run, as “check --host” tells its hash (repeatable)',
	)
		.argParser((hash: string, before: readonly string[]) => {
			if (!/^[0-9a-f]{64}$/.test(hash)) {
				throw new InvalidArgumentError('it is 64 hexadecimal digits');
			}
			return [...before, hash];
		})
		.default([]);

export const dryRunOption = (): Option =>
	new Option('--dry-run', 'print the script for the host’s scheduler and start nothing');

export function number(text: string): number {
	const value = Number(text);
	if (!Number.isFinite(value) || value < 0) {
		throw new InvalidArgumentError('not a number of at least 0');
	}
	return value;
}

export function positiveInteger(text: string): number {
	const value = number(text);
	if (!Number.isInteger(value)) {
		throw new InvalidArgumentError('not a whole number');
	}
	return value;
}

export function rowLimit(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
		throw new InvalidArgumentError('not a whole number from 0');
	}
	return value;
}

/** As many as a host tells of one place. */
export function topTokens(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1 || value > 20) {
		throw new InvalidArgumentError('not a whole number from 1 to 20');
	}
	return value;
}
