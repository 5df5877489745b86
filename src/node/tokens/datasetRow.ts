import { WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import { CleanSource } from '../dataset/clean/cleanSource';
import { checkCancelled, expected } from '../dataset/expected';
import {
	rowForTraining,
	shapeOfRows,
	type RowForTraining,
	type TrainingForm,
} from './rowForTraining';

export interface DatasetRowOptions {
	/** `apply` says of a row that is labelled drop that it is left out. */
	readonly labels: 'apply' | 'ignore';
	/** Folder that has the labels of datasets that are not on this machine. */
	readonly workspace: string;
	readonly signal: AbortSignal;
}

/**
 * A row of a dataset as a training would be sent it.
 *
 * @param number of the row, from 1
 */
export async function rowOfDataset(
	location: string,
	number: number,
	form: TrainingForm,
	options: DatasetRowOptions,
): Promise<Result<RowForTraining>> {
	const { labels, workspace, signal } = options;
	const source = await CleanSource.open(location, {
		firstIndex: 0,
		isOneOfMany: false,
		scan: false,
		labels,
		workspace,
	});
	if (!source.ok) {
		return source;
	}
	const { file } = source.value;
	try {
		if (number > file.rows.count) {
			const reason = `it has ${file.rows.count} rows, so there is no row ${number}`;
			return err(new WindsockError('rowMissing', { path: location, reason }));
		}
		return await expected(async () => {
			checkCancelled(signal, 'reading the row');
			if (source.value.labelOf(number - 1) === 'drop') {
				return { kind: 'dropped', reason: 'it is labelled drop' };
			}
			const read = (from: number, to: number): Promise<Uint8Array[]> =>
				file.rows.readRows(from, to);
			const whole = { ...form, mapping: file.mapping };
			const shape = await shapeOfRows(file.rows.count, read, whole);
			const [bytes = new Uint8Array()] = await read(number - 1, number);
			return rowForTraining(bytes, whole, shape);
		});
	} finally {
		await source.value.close();
	}
}
