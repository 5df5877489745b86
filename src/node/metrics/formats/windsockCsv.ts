import { readMetricsCsv } from '../../../core/metrics/export/readMetricsCsv';
import type { Reading } from '../reading';
import { addPoint } from './jsonLines';

/**
 * Our own export, which comes back exactly, with as many runs as it has.
 *
 * @returns false for any other text
 */
export function readWindsockCsv(text: string, reading: Reading): boolean {
	// A last number without its end of line may have been cut.
	const end = text.lastIndexOf('\n') + 1;
	const read = readMetricsCsv(text.slice(0, end));
	if (read === undefined) {
		return false;
	}
	const names = read.sources.map(({ name }) => name);
	for (const { id, name, points } of read.sources) {
		const isAlone = names.length === 1;
		const isUnique = names.indexOf(name) === names.lastIndexOf(name);
		for (const point of points) {
			addPoint(point, reading, isAlone ? '' : isUnique && name !== '' ? name : id);
		}
	}
	if (end < text.length) {
		reading.skip('unfinished lines');
	}
	if (read.broken > 0) {
		reading.skip('broken lines', read.broken);
	}
	return true;
}
