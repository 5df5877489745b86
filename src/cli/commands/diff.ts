import { ok, type Result } from '../../core/base/result';
import type { FieldChange } from '../../core/dataset/diff/fieldChanges';
import { wordDiffText } from '../../core/dataset/diff/wordDiffText';
import {
	diffDatasets,
	type DatasetDiff,
	type RowDifference,
} from '../../node/dataset/diff/diffDatasets';
import { locationIn } from '../../node/dataset/datasetLocation';
import { parseVersion, type DatasetVersion } from '../../node/dataset/diff/gitVersion';
import { expected } from '../../node/dataset/expected';
import type { Answer, Output } from '../output';

/** Rows written out without `--json`. */
const rowsShown = 50;

export async function diff(
	old: string,
	now: string,
	{ output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<Result<Answer>> {
	const task = { old: versionOf(old), now: versionOf(now) };
	const compared = await expected(() => diffDatasets(task, { progress: output.progress, signal }));
	return compared.ok
		? ok({ json: { diff: compared.value }, text: diffText(compared.value) })
		: compared;
}

function versionOf(text: string): DatasetVersion {
	const version = parseVersion(text);
	return { ...version, path: locationIn(process.cwd(), version.path) };
}

function diffText(found: DatasetDiff): string {
	const { added, removed, changed, same, by, differences } = found;
	const rest = differences.length - rowsShown;
	return [
		`${added} added, ${removed} removed, ${changed} changed, ${same} the same; examples by ${by}\n`,
		...differences.slice(0, rowsShown).map(differenceText),
		rest > 0 ? `and ${rest} more rows; --json has them all\n` : '',
	].join('');
}

function differenceText(one: RowDifference): string {
	switch (one.kind) {
		case 'added':
			return `+ row ${one.now}  ${one.id}\n`;
		case 'removed':
			return `- row ${one.old}  ${one.id}\n`;
		case 'changed': {
			const place = one.old === one.now ? `row ${one.now}` : `row ${one.old} → ${one.now}`;
			return `~ ${place}  ${one.id}\n${one.fields.map(fieldText).join('')}`;
		}
	}
}

function fieldText({ field, before, after }: FieldChange): string {
	const words =
		typeof before === 'string' && typeof after === 'string'
			? wordDiffText(before, after)
			: `${valueText('[-', before, '-]')}${valueText('{+', after, '+}')}`;
	return `    ${field}: ${words.replaceAll('\n', '\n      ')}\n`;
}

function valueText(open: string, value: unknown, close: string): string {
	return value === undefined ? '' : `${open}${JSON.stringify(value)}${close}`;
}
