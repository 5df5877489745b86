import type { Interval } from '../responses/wilson';

/** How a number was measured, in words; two numbers compare only where all of these agree. */
export interface MeasuredBy {
	readonly judge?: string;
	readonly protocol?: string;
	readonly prompts?: string;
}

/** One metric that was published elsewhere, for nodes of the graph. */
export interface PublishedNumbers extends MeasuredBy {
	readonly metric: string;
	/** Where they were published. */
	readonly source: string;
	/** By name of node or stage. */
	readonly values: ReadonlyMap<string, PublishedValue>;
}

export interface PublishedValue {
	readonly value: number;
	/** Half the width of its interval, as published. */
	readonly plusMinus?: number;
}

/** A score of this graph under the name of a published one. */
export interface MeasuredScore extends MeasuredBy {
	readonly value: number;
	readonly interval?: Interval;
}

const conditions = [
	['judge', 'judge'],
	['protocol', 'protocol'],
	['prompts', 'prompts'],
] as const;

/**
 * Why a published number may not be held against a measured one, as a sentence; undefined where it
 * may. What nobody recorded counts as different.
 */
export function whyIncomparable(
	published: PublishedNumbers,
	measured: MeasuredScore | undefined,
): string | undefined {
	if (measured === undefined) {
		const by = [published.judge, published.protocol, published.prompts].filter(
			part => part !== undefined,
		);
		const how = by.length === 0 ? '' : ` (${by.join(', ')})`;
		return `No ${published.metric} was measured here, so there is nothing to hold against it${how}.`;
	}
	const differing = conditions.flatMap(([key, word]) => {
		const [theirs, ours] = [published[key], measured[key]];
		return theirs !== undefined && theirs === ours
			? []
			: [`${word}: ${theirs ?? 'not recorded'} there, ${ours ?? 'not recorded'} here`];
	});
	return differing.length === 0 ? undefined : `Not comparable. ${differing.join('; ')}.`;
}
