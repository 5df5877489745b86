import type { Vote } from '../vote';
import { wilsonInterval, type Interval } from '../wilson';

export interface LeftChoice {
	/** Votes for a best answer. */
	readonly votes: number;
	/** Those for the leftmost lane. */
	readonly left: number;
	/** 95% Wilson interval of left / votes. */
	readonly interval: Interval;
	/** Share that a voter without a side would give it: one half for two lanes, less for more. */
	readonly expected: number;
}

/** Whether the place on the screen sways the voter; undefined without a vote for a best answer. */
export function leftChoice(votes: readonly Vote[]): LeftChoice | undefined {
	const decided = votes.filter(({ verdict, order }) => verdict === 'best' && order.length > 1);
	const left = decided.filter(({ best, order }) => best === order[0]).length;
	const interval = wilsonInterval(left, decided.length);
	const expected = decided.reduce((sum, { order }) => sum + 1 / order.length, 0) / decided.length;
	return interval && { votes: decided.length, left, interval, expected };
}
