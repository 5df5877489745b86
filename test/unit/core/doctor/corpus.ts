import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { diagnose } from '../../../../src/core/doctor/diagnose';
import type { DoctorFinding } from '../../../../src/core/doctor/finding';
import type { KnownRun } from '../../../../src/core/doctor/runFacts';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { readMetricFile } from '../../../../src/node/metrics/readMetricFile';
import faults from '../../../fixtures/doctor/faults.json';

export type Fault = keyof typeof faults;

interface Label {
	readonly id: string;
	readonly method: 'sft' | 'dpo';
	/** Empty: the run is sound. */
	readonly faults: readonly Fault[];
	readonly what: string;
	readonly file: 'metrics.jsonl' | 'trainer_state.json';
	readonly arguments: Readonly<Record<string, unknown>>;
	/** The step from which the fault is there, where it begins at one. */
	readonly at?: number;
}

/** A log of the corpus with what the doctor may know of its run. */
export interface CorpusLog extends Label {
	readonly points: readonly MetricPoint[];
	readonly known: KnownRun;
}

export interface Judged {
	readonly log: CorpusLog;
	readonly findings: readonly DoctorFinding[];
	/** The planted faults that no finding names. */
	readonly missed: readonly Fault[];
	/** Findings of a sound run that count as false alarms. */
	readonly alarms: readonly DoctorFinding[];
}

const codesThatCount = new Set(Object.values(faults).flatMap(({ codes }) => codes));

export async function readCorpus(set: string): Promise<readonly CorpusLog[]> {
	const folder = join(import.meta.dirname, '../../../fixtures/doctor', set);
	const labels = JSON.parse(await readFile(join(folder, 'labels.json'), 'utf8')) as {
		readonly logs: readonly Label[];
	};
	const texts = new Map(
		gunzipSync(await readFile(join(folder, 'logs.jsonl.gz')))
			.toString('utf8')
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as { readonly id: string; readonly text: string })
			.map(({ id, text }) => [id, text] as const),
	);
	const place = await mkdtemp(join(tmpdir(), 'windsock-corpus-'));
	try {
		const logs: CorpusLog[] = [];
		for (const label of labels.logs) {
			const path = join(place, label.file);
			await writeFile(path, texts.get(label.id) ?? '');
			const read = await readMetricFile(path);
			if (!read.ok) {
				throw read.error;
			}
			logs.push({ ...label, points: read.value.points, known: knownOf(label) });
		}
		return logs;
	} finally {
		await rm(place, { recursive: true });
	}
}

/** Of a run of ours its recipe is known, of a foreign file nothing. */
function knownOf({ file, method, arguments: given }: Label): KnownRun {
	if (file === 'trainer_state.json') {
		return {};
	}
	return { method, arguments: given, maxSteps: Number(given['max_steps']) };
}

/**
 * A fault is found when a finding has one of its codes. In a sound run each finding that is more
 * than a note is a false alarm, and a note as well where it would have counted as finding a fault.
 */
export function judge(log: CorpusLog): Judged {
	const findings = diagnosed(log, log.points);
	return {
		log,
		findings,
		missed: log.faults.filter(fault => !isFound(fault, findings)),
		alarms:
			log.faults.length > 0
				? []
				: findings.filter(({ code, severity }) => severity !== 'info' || codesThatCount.has(code)),
	};
}

function diagnosed(log: CorpusLog, points: readonly MetricPoint[]): readonly DoctorFinding[] {
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	return diagnose(metrics, log.known);
}

function isFound(fault: Fault, findings: readonly DoctorFinding[]): boolean {
	return findings.some(({ code }) => faults[fault].codes.includes(code));
}

/**
 * Logging intervals from the beginning of a fault to its finding, had the doctor looked on: 1 when
 * it stands with the first logged line that the fault is in. Undefined where a fault has no
 * beginning, or was not found.
 */
export function latency(log: CorpusLog): number | undefined {
	const begin = beginOf(log);
	const [fault] = log.faults;
	if (begin === undefined || fault === undefined) {
		return undefined;
	}
	let intervals = 0;
	for (const [i, { kind }] of log.points.entries()) {
		if (kind === 'train' && i >= begin) {
			intervals++;
			// What belongs to a line, such as the speed, comes right behind it.
			const next = log.points.findIndex((point, k) => k > i && isOfTraining(point));
			const seen = log.points.slice(0, next < 0 ? log.points.length : next);
			if (isFound(fault, diagnosed(log, seen))) {
				return intervals;
			}
		}
	}
	// Our trainer ends a run at its first NaN, before a line of training is due.
	return intervals === 0 && isFound(fault, diagnosed(log, log.points)) ? 1 : undefined;
}

/** Position of the first point that the fault is in. */
function beginOf(log: CorpusLog): number | undefined {
	const [fault] = log.faults;
	const found = log.points.findIndex(point => {
		if (!isOfTraining(point)) {
			return false;
		}
		if (fault === 'nan' || fault === 'hiddenNan') {
			return [point.values['loss'], point.values['grad_norm']].some(
				value => value !== undefined && !Number.isFinite(value),
			);
		}
		return fault === 'resume' ? point.attempt > 1 : log.at !== undefined && point.step >= log.at;
	});
	return found < 0 ? undefined : found;
}

function isOfTraining({ kind }: MetricPoint): boolean {
	return kind === 'step' || kind === 'train';
}
