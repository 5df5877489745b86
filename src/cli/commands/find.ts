import { join, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { locationIn } from '../../node/dataset/datasetLocation';
import { findInDataset } from '../../node/dataset/findInDataset';
import { table, type Answer } from '../output';

export interface FindCommandOptions {
	/** Says only how many rows there are. */
	readonly count?: boolean;
	readonly limit: number;
	readonly workspace: string;
}

/** Beside the command's own bundle. */
const workerFile = join(__dirname, 'workers', 'queryWorker.js');

export async function find(
	file: string,
	query: string,
	options: FindCommandOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const limit = options.count === true ? 0 : options.limit;
	const result = await findInDataset(locationIn(process.cwd(), file), query, {
		limit,
		signal,
		workerFile,
		workspace: resolve(options.workspace),
	});
	if (!result.ok) {
		return result;
	}
	const { matched, rows, found } = result.value;
	const counted = `${matched} of ${rows} ${rows === 1 ? 'row' : 'rows'}`;
	if (options.count === true) {
		const { path } = result.value;
		return ok({ json: { dataset: { path, rows, matched } }, text: `${counted}\n` });
	}
	const lines = found.map(({ row, format, label, rating, tags, findings, title }) => [
		String(row),
		format,
		[
			...(label === undefined ? [] : [label]),
			...(rating === undefined ? [] : [`rated ${Number(rating.toFixed(2))}`]),
			...(tags ?? []).map(tag => `#${tag}`),
			...(findings ?? []),
		].join(','),
		title.slice(0, 100),
	]);
	const more = matched > found.length ? `… ${matched - found.length} more (--limit)\n` : '';
	return ok({ json: { dataset: result.value }, text: `${table(lines)}${more}${counted}\n` });
}
