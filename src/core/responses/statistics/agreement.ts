import type { Interval } from '../wilson';
import { normalQuantile } from './normal';

export interface Agreement {
	/** Things that both judged. */
	readonly items: number;
	/** Share of them with the same verdict. */
	readonly same: number;
	/** Cohen's kappa with its 95% interval; absent where both always gave one and the same verdict. */
	readonly kappa?: { readonly value: number } & Interval;
}

/**
 * How far two judges agree beyond what their habits alone would give: Cohen 1960, with the large-sample
 * standard error of Fleiss, Cohen & Everitt 1969. The interval means little below some 30 items.
 * Undefined without items.
 *
 * @param verdicts of both judges, item by item; any words
 */
export function agreement(verdicts: readonly (readonly [string, string])[]): Agreement | undefined {
	const items = verdicts.length;
	if (items === 0) {
		return undefined;
	}
	const same = verdicts.filter(([first, second]) => first === second).length / items;
	const [firsts, seconds] = [shares(verdicts.map(v => v[0])), shares(verdicts.map(v => v[1]))];
	const first = (word: string): number => firsts.get(word) ?? 0;
	const second = (word: string): number => seconds.get(word) ?? 0;
	let chance = 0;
	for (const [word, share] of firsts) {
		chance += share * second(word);
	}
	if (chance > 1 - 1e-12) {
		return { items, same };
	}
	const value = (same - chance) / (1 - chance);
	let [agreeing, differing] = [0, 0];
	for (const [a, b] of verdicts) {
		if (a === b) {
			agreeing += (1 - (first(a) + second(a)) * (1 - value)) ** 2 / items;
		} else {
			differing += (second(a) + first(b)) ** 2 / items;
		}
	}
	const spread = agreeing + differing * (1 - value) ** 2 - (value - chance * (1 - value)) ** 2;
	const error = Math.sqrt(Math.max(0, spread) / items) / (1 - chance);
	const half = normalQuantile(0.975) * error;
	return {
		items,
		same,
		kappa: { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) },
	};
}

function shares(words: readonly string[]): Map<string, number> {
	const found = new Map<string, number>();
	for (const word of words) {
		found.set(word, (found.get(word) ?? 0) + 1 / words.length);
	}
	return found;
}
