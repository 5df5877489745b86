import { basename } from 'node:path';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { PreflightKind, PreflightReport } from '../../core/training/preflight/preflightReport';
import { firstDetail, rowsInWords, wordsFor } from '../../core/training/preflight/preflightWords';
import { settingsWords } from '../../core/training/preflight/summaryWords';
import type { PreflightEntry, PreflightSnapshot } from '../../protocol/preflight';

export function preflightSnapshot(report: PreflightReport, isRunning: boolean): PreflightSnapshot {
	const { summary, failure, kinds, recipePath, hostName } = report;
	return {
		recipe: basename(recipePath),
		hostName,
		isRunning,
		...(failure === undefined ? {} : { failure }),
		...(summary === undefined ? {} : { seconds: summary.seconds }),
		entries: kinds.map((kind, index) => entryOf(report, kind, index)),
		datasets: (summary?.datasets ?? []).map((dataset, index) => ({
			...dataset,
			name: datasetName(report.datasets[index]?.source ?? ''),
		})),
		...(summary?.memory === undefined ? {} : { memory: summary.memory }),
		...(summary?.disk === undefined ? {} : { disk: summary.disk }),
		versions: Object.entries(summary?.versions ?? {}),
	};
}

function entryOf(report: PreflightReport, kind: PreflightKind, index: number): PreflightEntry {
	const { severity, dataset, rows, key, part, fix } = kind;
	const words = wordsFor(kind);
	const source = dataset === undefined ? undefined : report.datasets[dataset]?.source;
	const wholes = {
		data: 'data',
		recipe: basename(report.recipePath),
		host: report.hostName,
		trust: 'foreign code',
	};
	return {
		index,
		severity,
		...words,
		sentence: `${words.sentence}${firstDetail(kind)}`,
		about: source === undefined ? (key ?? wholes[part]) : datasetName(source),
		rows: rowsInWords(kind),
		opens:
			rows.length > 0 && source !== undefined ? 'rows' : key === undefined ? 'nothing' : 'recipe',
		...(fix === undefined ? {} : { fix: settingsWords(fix) }),
	};
}

export function datasetName(source: string): string {
	return isHubLocation(source) ? source : basename(source);
}
