import type { PanelLine } from '../panels';
import { axes } from '../rows';
import type { RunMetrics } from '../runMetrics';
import { textCell } from './csvCells';
import { exactNumber } from './exactNumber';

export interface PanelCsvSource {
	readonly id: string;
	readonly name: string;
	readonly metrics: RunMetrics;
}

const pieceRows = 4000;

/**
 * All points of a panel's series as CSV, in pieces: one row for each value, as it was logged, with
 * its place on each axis (empty where that is unknown) and the stretch between two restarts.
 */
export function* panelCsv(
	lines: readonly PanelLine[],
	sources: readonly PanelCsvSource[],
): Generator<string> {
	const columns = ['run', 'name', 'metric', 'kind', 'dataset', 'stretch', ...axes, 'value'];
	let piece = [`${columns.join(',')}\n`];
	for (const { id, name, metrics } of sources) {
		for (const { metric, kind, dataset } of lines) {
			const series = metrics.get(metric, kind, dataset);
			const begin = [id, name, metric, kind, dataset].map(textCell).join(',');
			const places = axes.map(axis => series?.x(axis) ?? new Float64Array());
			const values = series?.values ?? new Float64Array();
			for (const [i, { start, end }] of (series?.stretches() ?? []).entries()) {
				for (let at = start; at < end; at++) {
					const cells = places.map(place => placeCell(place[at] ?? Number.NaN));
					const value = exactNumber(values[at] ?? Number.NaN);
					piece.push(`${begin},${i + 1},${cells.join(',')},${value}\n`);
					if (piece.length >= pieceRows) {
						yield piece.join('');
						piece = [];
					}
				}
			}
		}
	}
	yield piece.join('');
}

function placeCell(place: number): string {
	return Number.isNaN(place) ? '' : exactNumber(place);
}
