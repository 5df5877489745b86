import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseMetricLine } from '../../core/contract/parseRunFiles';
import type { MetricPoint } from '../../core/training/runLibrary';
import { readTensorBoardEvents } from './tensorBoardEvents';
import { looksLikeTfRecords } from './tfRecords';
import { counted, readTrainerState, type ReadMetrics } from './trainerState';

export interface MetricFile extends ReadMetrics {
	readonly format: 'metrics.jsonl' | 'trainer_state.json' | 'TensorBoard events';
	/** The files that were read. */
	readonly paths: readonly string[];
}

/**
 * Reads metrics that a training left behind, whoever wrote them: our metrics.jsonl, transformers'
 * trainer_state.json, TensorBoard event files, or a folder that holds one of these. What a file is
 * follows from its content. Fails with fileMissing, fileUnreadable or metricsFormatUnknown.
 */
export async function readMetricFile(path: string): Promise<Result<MetricFile>> {
	try {
		const paths = (await stat(path)).isDirectory() ? await metricFilesIn(path) : [path];
		const contents = await Promise.all(paths.map(file => readFile(file)));
		const read = readContents(contents);
		return read ? ok({ ...read, paths }) : err(new WindsockError('metricsFormatUnknown', { path }));
	} catch (error) {
		const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
		const code = isMissing ? 'fileMissing' : 'fileUnreadable';
		return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
	}
}

function readContents(contents: readonly Uint8Array[]): Omit<MetricFile, 'paths'> | undefined {
	const [first] = contents;
	if (!first) {
		return undefined;
	}
	if (looksLikeTfRecords(first)) {
		return { format: 'TensorBoard events', ...readTensorBoardEvents(contents) };
	}
	const text = new TextDecoder().decode(first);
	const lines = readMetricLines(text);
	if (lines) {
		return { format: 'metrics.jsonl', ...lines };
	}
	const state = readTrainerState(text);
	return state && { format: 'trainer_state.json', ...state };
}

/** Undefined when no line is one of ours. A last line without its end may still be growing. */
function readMetricLines(text: string): ReadMetrics | undefined {
	const lines = text.split('\n');
	const last = lines.length - 1;
	const points: MetricPoint[] = [];
	let broken = 0;
	let torn = 0;
	for (const [i, line] of lines.entries()) {
		if (line.trim() === '') {
			continue;
		}
		const point = parseMetricLine(line);
		if (point) {
			points.push(point);
		} else if (i === last) {
			torn++;
		} else {
			broken++;
		}
	}
	return points.length === 0
		? undefined
		: { points, skipped: counted({ 'broken lines': broken, 'unfinished lines': torn }) };
}

/** What a folder offers, the most exact first; event files belong together. */
async function metricFilesIn(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder)).sort();
	if (names.includes('metrics.jsonl')) {
		return [join(folder, 'metrics.jsonl')];
	}
	if (names.includes('trainer_state.json')) {
		return [join(folder, 'trainer_state.json')];
	}
	const newest = names
		.filter(name => /^checkpoint-\d+$/.test(name))
		.sort((a, b) => Number(b.slice(11)) - Number(a.slice(11)))[0];
	if (newest !== undefined) {
		return [join(folder, newest, 'trainer_state.json')];
	}
	return names.filter(name => name.includes('tfevents')).map(name => join(folder, name));
}
