import type { Vote } from '../vote';
import { wilsonInterval, type Interval } from '../wilson';
import { verdictOf } from './voterAgreement';

/** With fewer the interval is wider than what anybody would want to know. */
export const fewestRepeats = 20;

export interface Consistency {
	/** Prompts that the same voter judged twice without being told. */
	readonly repeats: number;
	/** Share with the same verdict and its 95% Wilson interval; absent below `fewestRepeats`. */
	readonly same?: { readonly value: number } & Interval;
}

type Verdict = Pick<Vote, 'verdict' | 'best'>;

/** How often a voter says the same again, from pairs of a first verdict and a hidden repeat's. */
export function consistency(repeats: readonly (readonly [Verdict, Verdict])[]): Consistency {
	const same = repeats.filter(([first, again]) => verdictOf(first) === verdictOf(again)).length;
	const interval = wilsonInterval(same, repeats.length);
	return interval && repeats.length >= fewestRepeats
		? { repeats: repeats.length, same: { value: same / repeats.length, ...interval } }
		: { repeats: repeats.length };
}
