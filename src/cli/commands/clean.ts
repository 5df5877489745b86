import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { accountText } from '../../core/dataset/clean/accounting';
import { cleanDataset, type CleanReport } from '../../node/dataset/clean/cleanDataset';
import { table, type Answer, type Output } from '../output';

export interface CleanCommandOptions {
	readonly dryRun?: boolean;
}

export async function clean(
	pipeline: string,
	{ dryRun }: CleanCommandOptions,
	{
		output,
		version,
		signal,
		workspace,
	}: Readonly<{
		output: Output;
		version: string;
		signal: AbortSignal;
		workspace: string;
	}>,
): Promise<Result<Answer>> {
	const cleaned = await cleanDataset({
		pipelinePath: resolve(pipeline),
		dryRun: dryRun === true,
		version,
		workspace,
		signal,
		progress: output.progress,
	});
	return cleaned.ok
		? ok({ json: { cleaning: cleaned.value }, text: cleaningText(cleaned.value) })
		: cleaned;
}

/** The report for people: the sum, what each step did, what no longer applies. */
export function cleaningText(report: CleanReport): string {
	const { steps, total, notApplied, out, accounting, sources } = report;
	const files = out.map(({ path, rows }) => [path, `${rows} rows`]);
	const isTrial = accounting === undefined;
	return [
		isTrial ? 'Nothing was written.\n' : '',
		table(files),
		`${accountText(total)}\n`,
		table(
			steps.map(step => [
				`  ${step.step}`,
				`${step.rowsIn} in`,
				`${step.changed} changed`,
				`${step.dropped} dropped`,
				step.reasons
					.slice(0, 3)
					.map(({ reason, rows }) => `${reason} (${rows})`)
					.join(', '),
			]),
		),
		sources
			.filter(({ isOther }) => isOther)
			.map(({ path }) => `${path} is another version than the pipeline was made for.\n`)
			.join(''),
		notApplied.length === 0 ? '' : `No longer applies (${notApplied.length}):\n`,
		table(notApplied.slice(0, 20).map(({ step, id, reason }) => [`  ${step}`, id, reason])),
		isTrial ? '' : `Every row: ${accounting}\n`,
	].join('');
}
