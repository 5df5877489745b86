import type { Hash } from '../exampleId';

/**
 * A number in [0, 1) that depends on the seed and the name alone. Drawn per example, so that a row
 * more or less changes no other row's fate; one generator for a whole file would shift them all.
 */
export function drawFor(seed: number, name: string, hash: Hash): number {
	return Number.parseInt(hash(`${seed}\n${name}`).slice(0, 13), 16) / 2 ** 52;
}
