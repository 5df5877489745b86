import { existsSync } from 'node:fs';
import { compareMetrics, type MetricComparison } from '../../core/comparability/metricComparison';
import { formatNumber } from '../../core/metrics/format';
import { columnTitle } from '../../core/runTable/tableColumn';
import { ok, type Result } from '../../core/base/result';
import { runDiffText } from '../../core/training/runDiffText';
import { locationIn } from '../../node/dataset/datasetLocation';
import { parseVersion } from '../../node/dataset/diff/gitVersion';
import { TableRuns } from '../../node/runs/tableRuns';
import { table, type Answer, type Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';

/**
 * The two runs that a person means, or undefined where they name datasets: a file that is there is
 * meant before a run of that name, which “run:NAME” names all the same.
 */
export function runsToCompare(
	services: Services,
	names: readonly [string, string],
): readonly [string, string] | undefined {
	const found = names.map(name => {
		const isFile = !name.startsWith('run:') && isDataset(name);
		const run = isFile ? undefined : findRun(services, name);
		return run?.ok === true ? run.value : undefined;
	});
	const [before, after] = found;
	return before === undefined || after === undefined ? undefined : [before, after];
}

function isDataset(text: string): boolean {
	const { path } = parseVersion(text);
	return path.includes('://') || existsSync(locationIn(process.cwd(), path));
}

/** In what two runs differ, and what came of it. */
export async function diffRuns(
	services: Services,
	[before, after]: readonly [string, string],
	output: Output,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const compared = await services.comparing.compare(before, after, output.progress, signal);
	if (!compared.ok) {
		return compared;
	}
	const runs = new TableRuns(services.library);
	const [old, now] = [await runs.read(before), await runs.read(after)];
	const metrics = old === undefined || now === undefined ? [] : compareMetrics(old, now);
	const text = runDiffText(compared.value) + metricsText(metrics);
	return ok({ json: { runDiff: compared.value, metrics }, text });
}

function metricsText(metrics: readonly MetricComparison[]): string {
	if (metrics.length === 0) {
		return '';
	}
	const rows = metrics.map(({ metric, kind, dataset, ...found }) => {
		const measured = { metric, kind, ...(dataset === undefined ? {} : { dataset }) };
		return [
			`  ${columnTitle({ kind: 'metric', statistic: 'last', measured })}`,
			`${formatNumber(found.before)} → ${formatNumber(found.after)}`,
			differenceText(found),
		];
	});
	return `\nMetrics\n${table(rows)}`;
}

/** “−0.03 better”, or what stands in the place of a difference. */
function differenceText({
	difference,
	verdict,
	reasons,
	notes,
}: Pick<MetricComparison, 'difference' | 'verdict' | 'reasons' | 'notes'>): string {
	if (reasons !== undefined) {
		return `(${reasons.join('; ')})`;
	}
	if (difference === undefined) {
		return '';
	}
	const sign = difference > 0 ? '+' : '';
	const words = [`${sign}${formatNumber(difference)}`, ...(verdict === undefined ? [] : [verdict])];
	return [...words, ...(notes === undefined ? [] : [`(${notes.join('; ')})`])].join(' ');
}
