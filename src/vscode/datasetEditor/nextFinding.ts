import type { DatasetModel } from '../../node/dataset/datasetModel';
import type { DatasetView } from '../../node/dataset/datasetView';

/**
 * Place of the nearest row with a finding after `from`, or before it, among the rows that a page
 * shows. Behind the last comes the first; `from` itself comes last of all.
 */
export function nextFinding(
	model: Pick<DatasetModel, 'rowAt' | 'findingsOf'>,
	view: Pick<DatasetView, 'count' | 'position'>,
	from: number,
	by: 1 | -1,
): number | undefined {
	const { count } = view;
	for (let steps = 1; steps <= count; steps++) {
		const index = (((from + by * steps) % count) + count) % count;
		const position = view.position(index);
		if (position !== undefined && model.findingsOf(model.rowAt(position)) !== 0) {
			return index;
		}
	}
	return undefined;
}
