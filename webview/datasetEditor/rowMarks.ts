/** Rows that are marked together, by their places in the page; `to` is exclusive. */
export interface MarkedRange {
	readonly from: number;
	readonly to: number;
}

/** How a click or key picks a row: alone, in addition, or all up to it. */
export type PickMode = 'one' | 'toggle' | 'extend';

/** The marked rows after a pick. Ranges are apart from each other and ascend. */
export function marksAfter(
	marks: readonly MarkedRange[],
	mode: PickMode,
	index: number,
	anchor: number | undefined,
): MarkedRange[] {
	const start = anchor ?? index;
	switch (mode) {
		case 'one':
			return [];
		case 'extend':
			return [{ from: Math.min(start, index), to: Math.max(start, index) + 1 }];
		case 'toggle': {
			// The row that was shown alone belongs to what is marked from now on.
			const before = marks.length === 0 ? [{ from: start, to: start + 1 }] : marks;
			return isMarked(before, index) && marks.length > 0
				? without(before, index)
				: joined([...before, { from: index, to: index + 1 }]);
		}
	}
}

export function isMarked(marks: readonly MarkedRange[], index: number): boolean {
	return marks.some(({ from, to }) => index >= from && index < to);
}

export function markedCount(marks: readonly MarkedRange[]): number {
	return marks.reduce((sum, { from, to }) => sum + to - from, 0);
}

function without(marks: readonly MarkedRange[], index: number): MarkedRange[] {
	return marks.flatMap(range =>
		isMarked([range], index)
			? [
					{ from: range.from, to: index },
					{ from: index + 1, to: range.to },
				].filter(({ from, to }) => to > from)
			: [range],
	);
}

function joined(marks: readonly MarkedRange[]): MarkedRange[] {
	const result: MarkedRange[] = [];
	for (const range of marks.toSorted((a, b) => a.from - b.from)) {
		const last = result.at(-1);
		if (last && range.from <= last.to) {
			result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
		} else {
			result.push(range);
		}
	}
	return result;
}
