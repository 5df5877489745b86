import type { TableMemory } from './runTableSession';

/** Whether what was kept has the shape of today; another version may have kept something else. */
export function isTableMemory(value: unknown): value is TableMemory {
	if (!isFields(value)) {
		return false;
	}
	const { columns, baseline, view } = value;
	return (
		(columns === undefined || isTexts(columns)) &&
		(baseline === undefined || typeof baseline === 'string') &&
		(view === undefined || isView(view))
	);
}

function isView(value: unknown): boolean {
	if (!isFields(value) || typeof value['filter'] !== 'string' || !isFields(value['widths'])) {
		return false;
	}
	const { sort, widths, changedAt } = value;
	return (
		(changedAt === undefined || typeof changedAt === 'number') &&
		Object.values(widths as object).every(width => typeof width === 'number') &&
		(sort === undefined ||
			(isFields(sort) &&
				typeof sort['column'] === 'string' &&
				typeof sort['descending'] === 'boolean'))
	);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every(one => typeof one === 'string');
}
