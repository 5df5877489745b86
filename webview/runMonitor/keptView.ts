import { axes } from '../../src/core/metrics/rows';
import { firstView, type ViewState } from './viewState';

type Fields = Readonly<Record<string, unknown>>;

const smoothingKinds: readonly unknown[] = ['ema', 'timeWeighted', 'mean'];
const allowed: Readonly<Record<string, (value: unknown) => boolean>> = {
	axis: value => axes.some(axis => axis === value),
	smoothing: value => typeof value === 'number' && value >= 0 && value <= 0.99,
	smoothingKind: value => smoothingKinds.includes(value),
	otherStrengths: value => isRecordOf(value, 'number'),
	runNames: value => isRecordOf(value, 'string'),
	runSlots: value => isRecordOf(value, 'number'),
	groups: value => isRecordOf(value, 'boolean'),
};

/**
 * The view that was kept, with what this version cannot read, or never knew, as in a first view:
 * another version may have written it.
 */
export function viewFrom(kept: unknown): ViewState {
	if (!isFields(kept)) {
		return firstView;
	}
	const known = Object.entries(firstView).filter(([name, first]) =>
		(allowed[name] ?? (value => isLike(value, first)))(kept[name]),
	);
	const { zoom, changedAt, panel } = kept;
	return {
		...firstView,
		...Object.fromEntries(known.map(([name]) => [name, kept[name]])),
		...(isRange(zoom) ? { zoom: { min: zoom.min, max: zoom.max } } : {}),
		...(typeof changedAt === 'number' ? { changedAt } : {}),
		...(typeof panel === 'string' ? { panel } : {}),
	};
}

function isLike(value: unknown, first: unknown): boolean {
	return Array.isArray(first)
		? Array.isArray(value) && value.every(one => typeof one === 'string')
		: typeof value === typeof first;
}

function isRecordOf(value: unknown, type: 'string' | 'number' | 'boolean'): boolean {
	return isFields(value) && Object.values(value).every(one => typeof one === type);
}

function isRange(value: unknown): value is { readonly min: number; readonly max: number } {
	return (
		isFields(value) &&
		Number.isFinite(value['min']) &&
		Number.isFinite(value['max']) &&
		Number(value['min']) < Number(value['max'])
	);
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
