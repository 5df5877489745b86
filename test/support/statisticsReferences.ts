import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What make_references.py wrote. */
export interface StatisticsReferences {
	readonly normal: readonly (readonly [number, number])[];
	readonly wilson: readonly (readonly [number, number, number, number])[];
	readonly standardError: readonly { readonly scores: number[]; readonly value: number }[];
	readonly ratings: readonly {
		readonly models: number;
		/** Winner, loser, 1 for a tie of the two. */
		readonly battles: readonly (readonly [number, number, number])[];
		readonly ratings: readonly number[];
		readonly low: readonly number[];
		readonly high: readonly number[];
	}[];
	readonly lengths: readonly {
		readonly rows: readonly (readonly [number, number, number])[];
		readonly sklearn: number;
		readonly weight: number;
		readonly value: number;
		readonly low: number;
		readonly high: number;
	}[];
	readonly anytime: readonly {
		readonly scores: number[];
		readonly low: number;
		readonly high: number;
	}[];
	readonly kappa: readonly {
		readonly first: readonly number[];
		readonly second: readonly number[];
		readonly kappa: number;
		readonly low: number;
		readonly high: number;
	}[];
	readonly planned: readonly (readonly [number, number, number, number])[];
}

export const statisticsReferences = JSON.parse(
	readFileSync(join(import.meta.dirname, '../fixtures/statistics/references.json'), 'utf8'),
) as StatisticsReferences;
