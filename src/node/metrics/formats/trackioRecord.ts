import type { Reading } from '../reading';
import { parseJsonObject } from '../pythonJson';
import { takeRecord, wallIn } from '../takeRecord';

/** A row of Trackio's tables, whose values stand in one text or in a column each. */
export interface TrackioRow {
	readonly run: string;
	readonly step: number | undefined;
	readonly timestamp: unknown;
	readonly values: string | Readonly<Record<string, unknown>>;
	readonly isSystem: boolean;
}

/** Takes a row of Trackio's. `train/global_step`, which transformers logs, goes before its count. */
export function takeTrackioRow(row: TrackioRow, reading: Reading): void {
	const values = typeof row.values === 'string' ? parseJsonObject(row.values) : row.values;
	if (values === undefined) {
		reading.skip('rows whose values are no JSON');
		return;
	}
	takeRecord(values, reading.run(row.run), reading, {
		wall: wallIn(row.timestamp),
		...(row.step === undefined ? {} : { step: row.step }),
		...(row.isSystem ? { kind: 'system', maybeStepless: true } : {}),
	});
}
