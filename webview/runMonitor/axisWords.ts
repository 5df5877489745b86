import type { Axis } from '../../src/core/metrics/series';

/** What an axis is called in a list and over a column. */
export const axisNames: Readonly<Record<Axis, string>> = {
	step: 'Step',
	epoch: 'Epoch',
	tokens: 'Tokens',
	samples: 'Samples',
	time: 'Active time',
	wall: 'Wall time',
};

/** In the order of a list. */
export const axes = Object.keys(axisNames) as readonly Axis[];
