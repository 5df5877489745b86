import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { accountText } from '../../core/dataset/clean/accounting';
import type { ConversionTarget } from '../../core/dataset/conversion';
import { locationIn } from '../../node/dataset/datasetLocation';
import { convertDataset } from '../../node/dataset/convertDataset';
import { table, type Answer } from '../output';

export async function convert(
	file: string,
	options: { readonly to: ConversionTarget; readonly out: string },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const converted = await convertDataset({
		path: locationIn(process.cwd(), file),
		target: options.to,
		out: resolve(options.out),
		accounting: true,
		signal,
	});
	if (!converted.ok) {
		return converted;
	}
	const { out, dropped, changes, accounting } = converted.value;
	const sum = accountText({ ...converted.value, dropped: dropped.length });
	const text =
		`${out}\n${sum}\n` +
		table(changes.map(({ change, rows }) => [`changed ${rows}`, change])) +
		table(dropped.map(({ row, reason }) => [`dropped row ${row}`, reason])) +
		`Every row: ${accounting ?? ''}\n`;
	return ok({ json: { conversion: converted.value }, text });
}
