import type { Smoothing } from '../../src/core/metrics/drawing';
import type { SmoothingKind, ViewState } from './viewState';

/** The strongest place of the slider. */
export const strongest = 0.99;
/** Points of a mean at the greatest strength. */
const mostMeanPoints = 201;
/** What a kind begins with that is chosen while another one smooths. */
const usualWeight = 0.6;
const usualMeanPoints = 11;

type Strength = Pick<ViewState, 'smoothing' | 'smoothingKind'>;

/** The average that the strength of the slider stands for. */
export function smoothingOf(view: Strength): Smoothing {
	if (view.smoothing <= 0) {
		return { kind: 'none' };
	}
	return view.smoothingKind === 'mean'
		? { kind: 'mean', points: meanPoints(view.smoothing) }
		: { kind: view.smoothingKind, weight: view.smoothing };
}

/** An odd number of points from 3, more of them to each further step of the slider. */
export function meanPoints(strength: number): number {
	return 2 * Math.max(1, Math.round(((mostMeanPoints - 1) / 2) * (strength / strongest) ** 2)) + 1;
}

/**
 * The view with another kind of smoothing, at the strength that it had last. One that was not used
 * yet stays off where nothing is smoothed; a mean then takes no more than a quarter of the points.
 *
 * @param points of the shortest run shown; undefined where nobody knows
 */
export function withKind(
	view: Strength & Pick<ViewState, 'otherStrengths'>,
	kind: SmoothingKind,
	points: number | undefined,
): Strength & Pick<ViewState, 'otherStrengths'> {
	const { smoothing, smoothingKind } = view;
	if (kind === smoothingKind) {
		return { smoothing, smoothingKind, otherStrengths: view.otherStrengths };
	}
	const { [kind]: before, ...others } = view.otherStrengths;
	const first = smoothing === 0 ? 0 : kind === 'mean' ? meanStrength(points) : usualWeight;
	return {
		smoothing: before ?? first,
		smoothingKind: kind,
		otherStrengths: { ...others, [smoothingKind]: smoothing },
	};
}

/** The strength of the usual mean, or of one of a quarter of the points where that is less. */
function meanStrength(points = Infinity): number {
	const most = Math.max(3, Math.min(usualMeanPoints, Math.floor(points / 4)));
	let strength = 0.01;
	while (meanPoints(strength + 0.01) <= most) {
		strength += 0.01;
	}
	return Number(strength.toFixed(2));
}
