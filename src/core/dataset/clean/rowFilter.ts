import { err, ok, type Result } from '../../base/result';
import { findingBits } from '../findings/finding';
import { rowTest } from '../query/matches';
import { parseQuery } from '../query/parseQuery';
import { queryRowOf } from '../query/queryRow';
import type { WorkRow } from './workRow';

export type RowFilter = (row: WorkRow) => boolean;

/**
 * Reads a filter expression, the same that the editor takes. A row is judged as the steps before
 * have left it. The error is a sentence about what is wrong.
 */
export function parseFilter(query: string): Result<RowFilter, string> {
	const parsed = parseQuery(query);
	if (!parsed.ok) {
		return err(parsed.error.message);
	}
	const test = rowTest(parsed.value);
	return ok(row => {
		const marks = {
			number: row.index + 1,
			format: row.recognised.format,
			findings: findingBits([...row.findings].map(code => ({ code }))),
			label: row.said.label,
			remarks: row.said.remarks,
			isEdited: false,
		};
		return test(queryRowOf(row.bytes, marks, row.mapping));
	});
}
