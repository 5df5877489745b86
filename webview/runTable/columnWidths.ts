import type { ShownColumn, TableView } from '../../src/protocol/runTable';

const usual = { text: 112, time: 136, duration: 104, number: 104, mixed: 104 } as const;
const nameWidth = 240;
const modelWidth = 200;
/** What a difference to the baseline needs beside the value. */
const deltaWidth = 96;
/** An average letter of a heading, and the room for the signs beside it. */
const letter = 7;
const signs = 40;

/** Pixels of each column; wide enough for its heading unless somebody set it otherwise. */
export function columnWidths(
	columns: readonly ShownColumn[],
	widths: TableView['widths'],
	hasBaseline: boolean,
	viewWidth: number,
): readonly number[] {
	return columns.map(column => {
		const set = widths[column.id];
		if (set !== undefined) {
			return set;
		}
		if (column.id === 'name') {
			return Math.round(Math.max(112, Math.min(nameWidth, viewWidth * 0.4)));
		}
		const own =
			(column.id === 'model' ? modelWidth : usual[column.values]) +
			(hasBaseline && column.isMetric ? deltaWidth : 0);
		return Math.max(own, Math.min(240, column.title.length * letter + signs));
	});
}
