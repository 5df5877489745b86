import { relative } from 'node:path';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { ok, type Result } from '../../core/base/result';
import {
	hasErrors,
	type PreflightKind,
	type PreflightReport,
} from '../../core/training/preflight/preflightReport';
import {
	detailOfRow,
	firstDetail,
	rowsInWords,
	wordsFor,
} from '../../core/training/preflight/preflightWords';
import {
	datasetWords,
	diskWords,
	memoryWords,
	settingsWords,
} from '../../core/training/preflight/summaryWords';
import { table, type Output } from '../output';
import type { Services } from '../services';
import { pairsOf } from './jobOptions';

export interface HostCheckOptions {
	readonly host?: string;
	readonly probe?: boolean;
	readonly resource?: readonly string[];
	readonly trust?: readonly string[];
}

/** What a host says of a recipe. */
export interface HostCheck {
	/** As JSON. */
	readonly findings: readonly object[];
	readonly preflight: object;
	/** The same for people: a table of findings, and how much of everything there is. */
	readonly rows: readonly (readonly string[])[];
	readonly amounts: string;
	/** It came to its end. */
	readonly isWhole: boolean;
	/** One thing is an error, or it did not come to its end. */
	readonly isBad: boolean;
}

export async function checkedOnHost(
	{ checker }: Services,
	output: Output,
	recipePath: string,
	{ host, probe, resource, trust = [] }: HostCheckOptions & { readonly host: string },
	signal: AbortSignal,
): Promise<Result<HostCheck>> {
	const checked = await checker.check(
		{
			recipePath,
			hostName: host,
			probe: probe === true,
			resources: pairsOf(resource),
			trusted: trust,
		},
		output.progress,
		signal,
	);
	if (!checked.ok) {
		return checked;
	}
	const report = checked.value;
	const isWhole = report.failure === undefined;
	return ok({
		findings: report.kinds.map(plain(report)),
		preflight: facts(report),
		rows: report.kinds.map(line(report)),
		amounts: amounts(report),
		isWhole,
		isBad: hasErrors(report) || !isWhole,
	});
}

function plain(report: PreflightReport): (kind: PreflightKind) => object {
	return kind => {
		const { code, severity, part, key, rows, values, fix } = kind;
		const { sentence, advice } = wordsFor(kind);
		return {
			code,
			severity,
			part,
			message: sentence,
			advice,
			key,
			...(kind.dataset === undefined ? {} : { dataset: sourceOf(report, kind) }),
			...(rows.length === 0
				? {}
				: {
						row: rows[0],
						rows,
						rowDetails: rows.map(row => detailOfRow(kind, row)),
					}),
			...(Object.keys(values).length === 0 ? {} : { values }),
			...(fix === undefined ? {} : { fix: { kind: 'setKeys', values: fix } }),
		};
	};
}

function facts({ hostName, summary, failure, content }: PreflightReport): object {
	const { seconds, datasets, memory, disk, versions } = summary ?? {};
	return { host: hostName, content, failure, seconds, datasets, memory, disk, versions };
}

function line(report: PreflightReport): (kind: PreflightKind) => readonly string[] {
	return kind => {
		const { sentence, advice } = wordsFor(kind);
		const where = kind.dataset === undefined ? (kind.key ?? kind.part) : shortSource(report, kind);
		const rows = rowsInWords(kind);
		const said = `${rows === '' ? '' : `${rows}: `}${sentence}${firstDetail(kind)}. ${advice}.`;
		return [{ error: '✗', warning: '!', info: '·' }[kind.severity], where, said];
	};
}

function amounts(report: PreflightReport): string {
	const { summary, failure } = report;
	const said: string[][] = (summary?.datasets ?? []).map((dataset, index) => [
		shortSource(report, { dataset: index }),
		datasetWords(dataset),
	]);
	if (summary?.memory !== undefined) {
		const { change } = summary.memory;
		said.push(['memory', memoryWords(summary.memory)]);
		said.push(...(change === undefined ? [] : [['', `try ${settingsWords(change.set)}`]]));
	}
	if (summary?.disk !== undefined) {
		said.push(['disk', diskWords(summary.disk)]);
	}
	return `${table(said)}${failure === undefined ? '' : `${failure}\n`}`;
}

function sourceOf(report: PreflightReport, { dataset }: Pick<PreflightKind, 'dataset'>): string {
	return report.datasets[dataset ?? 0]?.source ?? '';
}

function shortSource(report: PreflightReport, kind: Pick<PreflightKind, 'dataset'>): string {
	const source = sourceOf(report, kind);
	return isHubLocation(source) ? source : relative(process.cwd(), source);
}
