import { normalQuantile } from '../statistics/normal';
import type { Interval } from '../wilson';

/** Scores of what is wanted and of what is not that belong together, such as those of one prompt. */
export interface ScoreCluster {
	readonly wanted: readonly number[];
	readonly unwanted: readonly number[];
}

/**
 * The chance that a wanted one scores above an unwanted one, ties half, over all of them; with the 95%
 * interval of Obuchowski 1997, which minds that scores of a cluster go together. The interval is absent
 * below two clusters. Undefined without one of either kind.
 */
export function clusteredAuc(
	clusters: readonly ScoreCluster[],
): ({ readonly value: number } & Partial<Interval>) | undefined {
	const wanted = clusters.flatMap(cluster => cluster.wanted).toSorted((a, b) => a - b);
	const unwanted = clusters.flatMap(cluster => cluster.unwanted).toSorted((a, b) => a - b);
	const [plus, minus] = [wanted.length, unwanted.length];
	if (plus === 0 || minus === 0) {
		return undefined;
	}
	const sums = clusters.map(cluster => ({
		above: total(cluster.wanted.map(score => shareBelow(unwanted, score))),
		under: total(cluster.unwanted.map(score => 1 - shareBelow(wanted, score))),
		plus: cluster.wanted.length,
		minus: cluster.unwanted.length,
	}));
	const value = total(sums.map(({ above }) => above)) / plus;
	const count = clusters.length;
	if (count < 2) {
		return { value };
	}
	const parts = sums.map(one => ({
		above: one.above - one.plus * value,
		under: one.under - one.minus * value,
	}));
	const scale = count / (count - 1);
	const spread =
		(scale * total(parts.map(({ above }) => above ** 2))) / plus ** 2 +
		(scale * total(parts.map(({ under }) => under ** 2))) / minus ** 2 +
		(2 * scale * total(parts.map(({ above, under }) => above * under))) / (plus * minus);
	const half = normalQuantile(0.975) * Math.sqrt(Math.max(0, spread));
	return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** Share of sorted scores below one, those equal to it half. */
function shareBelow(sorted: readonly number[], score: number): number {
	return (firstAt(sorted, score, false) + firstAt(sorted, score, true)) / 2 / sorted.length;
}

function firstAt(sorted: readonly number[], score: number, isBehind: boolean): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const at = sorted[middle] ?? 0;
		if (at < score || (isBehind && at === score)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

function total(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
