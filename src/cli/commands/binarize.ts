import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { accountText } from '../../core/dataset/clean/accounting';
import type { BinarizeRules } from '../../core/dataset/clean/binarize';
import { locationIn } from '../../node/dataset/datasetLocation';
import { binarizeDataset } from '../../node/dataset/clean/binarizeDataset';
import { table, type Answer } from '../output';

export interface BinarizeCommandOptions extends BinarizeRules {
	readonly out: string;
	readonly sftOut?: string;
	readonly contamination?: readonly string[];
	readonly dryRun?: boolean;
}

export async function binarize(
	file: string,
	options: BinarizeCommandOptions,
	{ version, signal }: { readonly version: string; readonly signal: AbortSignal },
): Promise<Result<Answer>> {
	const { chosen, rejected, margin, ties, mendTens, seed } = options;
	const made = await binarizeDataset({
		path: locationIn(process.cwd(), file),
		out: resolve(options.out),
		...(options.sftOut === undefined ? {} : { sftOut: resolve(options.sftOut) }),
		rules: { chosen, rejected, margin, ties, mendTens, seed },
		contamination: (options.contamination ?? []).map(path => locationIn(process.cwd(), path)),
		dryRun: options.dryRun === true,
		version,
		signal,
	});
	if (!made.ok) {
		return made;
	}
	const { account, effects, out, accounting } = made.value;
	const text = [
		accounting === undefined ? 'Nothing was written.\n' : '',
		table(out.map(({ path, rows }) => [path, `${rows} rows`])),
		`${accountText(account)}\n`,
		table(account.reasons.map(({ reason, rows }) => [`  ${rows}`, reason])),
		table(effects.map(({ effect, rows }) => [`  ${rows}`, effect])),
	].join('');
	return ok({ json: { binarizing: made.value }, text });
}
