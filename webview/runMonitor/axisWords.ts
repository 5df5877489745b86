import type { Axis } from '../../src/core/metrics/series';

/** What an axis is called over a column or in a list; times are in seconds. */
export const axisNames: Readonly<Record<Axis, string>> = {
	step: 'Step',
	epoch: 'Epoch',
	time: 'Active time (s)',
};
