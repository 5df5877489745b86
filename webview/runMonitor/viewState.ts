import type { XRange } from '../../src/core/metrics/reduction';
import type { Axis } from '../../src/core/metrics/series';
import { firstPageView, type PageView } from './pageView';

export type SmoothingKind = 'ema' | 'timeWeighted' | 'mean';

/** What survives hiding and restart. `runIds` is read by the extension host after a restart. */
export interface ViewState extends PageView {
	readonly runIds: readonly string[];
	/** Names the tab over restarts; the extension host gives it. */
	readonly panel?: string;
	/** When a person changed it last, in milliseconds of the clock. */
	readonly changedAt?: number;
	readonly hiddenRuns: readonly string[];
	readonly axis: Axis;
	/** The part of the axis that all charts show; absent: all of it. Of the axis in `axis`. */
	readonly zoom?: XRange;
	/** Strength of the average, 0 (as logged) to 0.99; see `smoothingOf`. */
	readonly smoothing: number;
	readonly smoothingKind: SmoothingKind;
	/** Strengths that the other kinds had when they were left. */
	readonly otherStrengths: Readonly<Partial<Record<SmoothingKind, number>>>;
	readonly logarithmic: boolean;
	/** The value axis fits the part that is shown, not the whole series. */
	readonly fitVisible: boolean;
	/** Values far outside the others do not stretch the chart; they are counted. */
	readonly clipOutliers: boolean;
	/** Groups whose open state the user changed. */
	readonly groups: Readonly<Record<string, boolean>>;
}

export const firstView: ViewState = {
	...firstPageView,
	runIds: [],
	hiddenRuns: [],
	axis: 'step',
	smoothing: 0,
	smoothingKind: 'ema',
	otherStrengths: {},
	logarithmic: false,
	fitVisible: true,
	clipOutliers: false,
	groups: {},
};
