import { wilsonInterval, type Interval } from '../wilson';
import { clusteredAuc, type ScoreCluster } from './clusteredAuc';

/** Somebody prefers one answer to another, and what DPO makes of both: β times a log-ratio, or that alone. */
export interface AuditedPair {
	/** Pairs with the same one are not independent. */
	readonly cluster: string;
	readonly chosen: number;
	readonly rejected: number;
}

export interface MarginAudit<Pair extends AuditedPair> {
	readonly pairs: number;
	/** Pairs where the model prefers the chosen one; even ones count half. */
	readonly agree: number;
	/** Their share, with a 95% Wilson interval; absent without pairs. */
	readonly share?: { readonly value: number } & Interval;
	/** Over all answers, not only within pairs: the chance that a chosen one scores above a rejected one. */
	readonly auc?: { readonly value: number } & Partial<Interval>;
	/** The model prefers what was rejected: often a wrong label. The largest margin first. */
	readonly disputed: readonly Pair[];
}

/** How far a model's implicit margins say what people, judges or labels said. */
export function marginAudit<Pair extends AuditedPair>(pairs: readonly Pair[]): MarginAudit<Pair> {
	const margin = (pair: Pair): number => pair.chosen - pair.rejected;
	const agree =
		pairs.filter(pair => margin(pair) > 0).length +
		pairs.filter(pair => margin(pair) === 0).length / 2;
	const interval = wilsonInterval(agree, pairs.length);
	const clusters = new Map<string, { wanted: number[]; unwanted: number[] }>();
	for (const { cluster, chosen, rejected } of pairs) {
		const one = clusters.get(cluster) ?? { wanted: [], unwanted: [] };
		one.wanted.push(chosen);
		one.unwanted.push(rejected);
		clusters.set(cluster, one);
	}
	const auc = clusteredAuc([...clusters.values()] satisfies ScoreCluster[]);
	return {
		pairs: pairs.length,
		agree,
		...(interval ? { share: { value: agree / pairs.length, ...interval } } : {}),
		...(auc ? { auc } : {}),
		disputed: pairs.filter(pair => margin(pair) < 0).toSorted((a, b) => margin(a) - margin(b)),
	};
}
