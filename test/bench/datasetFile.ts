// The dataset editor's file on a generated file of 1.2 GB: index against `wc -l`, any row by its
// number, all findings, memory, near-duplicates, and a save against `cp` and `sync`, each pair in the same run.
// Expected before the first measurement: index 1.0, row 1 ms, memory 60 MB, findings 110 MB/s, save 1.1.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatasetFile } from '../../src/node/dataset/datasetFile';
import { DatasetModel } from '../../src/node/dataset/datasetModel';
import { workInBackground } from '../../src/node/dataset/work/dataWorkThread';
import { checks } from '../../src/core/dataset/findings/checks';
import { recogniseBytes } from '../../src/core/dataset/format';
import { largeDataset, type LargeDataset } from '../support/bench/largeDataset';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, quantile, seconds } from '../support/bench/statistics';

const rounds = 5;

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const workerFile = path.join(root, 'dist', 'workers', 'datasetWorker.js');
	const chat = await largeDataset('chat');
	const raw = await largeDataset('raw');
	return [
		...(await indexAgainstWc(chat, workerFile)),
		...(await indexAgainstWc(raw, workerFile)),
		...(await anyRow(chat, workerFile)),
		...(await allFindings(chat, workerFile)),
		memory(chat, root, false),
		memory(chat, root, true),
		...(await saveAgainstCopy(chat, workerFile)),
		...nearDuplicates(chat, root),
	];
}

async function index(file: LargeDataset, workerFile: string): Promise<number> {
	const start = performance.now();
	const opened = await DatasetFile.open(file.path, { workerFile });
	if (!opened.ok) {
		throw opened.error;
	}
	const indexed = await opened.value.indexed;
	const time = seconds(start);
	if (!indexed.ok || opened.value.rows.count !== file.rows) {
		throw new Error(`${opened.value.rows.count} of ${file.rows} rows are indexed`);
	}
	await opened.value.close();
	return time;
}

/** Alternating, so that what else the machine does meets both alike. */
async function indexAgainstWc(file: LargeDataset, workerFile: string): Promise<Measurement[]> {
	const own: number[] = [];
	const wc: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const start = performance.now();
		execFileSync('wc', ['-l', file.path]);
		const counted = seconds(start);
		const indexed = await index(file, workerFile);
		if (round > 0) {
			wc.push(counted);
			own.push(indexed);
		}
	}
	const name = `${file.rows.toLocaleString('en-US')} rows, ${(file.bytes / 1e9).toFixed(2)} GB`;
	return [
		{ what: `wc -l, ${name}`, value: median(wc), unit: 's' },
		{ what: `index, ${name}`, value: median(own), unit: 's' },
		{ what: 'index, share of wc -l', value: median(own) / median(wc), unit: '×', limit: 1.1 },
	];
}

async function anyRow(file: LargeDataset, workerFile: string): Promise<Measurement[]> {
	const opened = await DatasetFile.open(file.path, { workerFile });
	if (!opened.ok) {
		throw opened.error;
	}
	await opened.value.indexed;
	const times: number[] = [];
	for (let n = 0; n < 3000; n++) {
		// A fixed walk that jumps all over the file.
		const row = (n * 92_821) % file.rows;
		const start = performance.now();
		recogniseBytes(await opened.value.readRow(row));
		times.push(performance.now() - start);
	}
	await opened.value.close();
	return [
		{
			what: 'any row by its number, read and recognised, median',
			value: median(times),
			unit: 'ms',
		},
		{
			what: 'any row by its number, read and recognised, p99',
			value: quantile(times, 0.99),
			unit: 'ms',
			limit: 5,
		},
	];
}

/** The scan that the editor makes of every row: formats, all findings, and keys for duplicates and labels. */
async function allFindings(file: LargeDataset, workerFile: string): Promise<Measurement[]> {
	console.log(`  all findings: ${checks.map(({ code }) => code).join(', ')}`);
	const opened = await DatasetFile.open(file.path, { workerFile, scan: true });
	if (!opened.ok) {
		throw opened.error;
	}
	await opened.value.indexed;
	const start = performance.now();
	const scanned = await opened.value.scanned;
	const time = seconds(start);
	await opened.value.close();
	if (!scanned.ok) {
		throw scanned.error;
	}
	return [
		{ what: 'all findings over all rows, two threads', value: time, unit: 's' },
		{ what: 'all findings, speed', value: file.bytes / 1e6 / time, unit: 'MB/s', least: 120 },
	];
}

/** In a process of its own, as the extension host is one: resident memory before and after. */
function memory(file: LargeDataset, root: string, scan: boolean): Measurement {
	const script = `
		const { DatasetFile } = await import(${JSON.stringify(pathToFileURL(import.meta.filename).href)});
		globalThis.gc();
		const before = process.memoryUsage.rss();
		const opened = await DatasetFile.open(${JSON.stringify(file.path)}, {
			workerFile: ${JSON.stringify(path.join(root, 'dist', 'workers', 'datasetWorker.js'))},
			scan: ${scan},
		});
		await opened.value.scanned;
		globalThis.gc();
		await new Promise(resolve => setTimeout(resolve, 1000));
		console.log((process.memoryUsage.rss() - before) / 1e6);
		process.exit(0);`;
	const child = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
		encoding: 'utf8',
	});
	if (child.status !== 0) {
		throw new Error(child.stderr);
	}
	return {
		what: `memory over idle once ${scan ? 'scanned for findings too' : 'indexed'}`,
		value: Number(child.stdout.trim()),
		unit: 'MB',
		...(scan ? {} : { limit: 120 }),
	};
}

/** In a process of its own, which sees the most memory that it and its worker held. */
function nearDuplicates(file: LargeDataset, root: string): Measurement[] {
	const workFile = path.join(root, 'dist', 'workers', 'dataWorkWorker.js');
	const script = `
		const { workInBackground } = await import(${JSON.stringify(pathToFileURL(import.meta.filename).href)});
		const start = performance.now();
		const found = await workInBackground(
			'nearDuplicates',
			{ dataset: { path: ${JSON.stringify(file.path)} }, against: [], threshold: 0.8 },
			{
				workFile: ${JSON.stringify(workFile)},
				progress: { report() {} },
				signal: new AbortController().signal,
			},
		);
		const time = (performance.now() - start) / 1000;
		if (!found.ok || found.value.rows !== ${file.rows}) throw found.error ?? new Error('rows are missing');
		console.log(JSON.stringify({ time, memory: process.resourceUsage().maxRSS / 1e6 }));
		process.exit(0);`;
	const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
		encoding: 'utf8',
	});
	if (child.status !== 0) {
		throw new Error(child.stderr);
	}
	const { time, memory: most } = JSON.parse(child.stdout) as { time: number; memory: number };
	return [
		{ what: 'near-duplicates, all rows, verified', value: time, unit: 's', limit: 20 },
		{ what: 'near-duplicates, most memory of the process', value: most, unit: 'GB', limit: 1.5 },
	];
}

async function saveAgainstCopy(file: LargeDataset, workerFile: string): Promise<Measurement[]> {
	const folder = mkdtempSync(path.join(path.dirname(file.path), 'save-'));
	try {
		const target = path.join(folder, 'data.jsonl');
		const other = path.join(folder, 'copy.jsonl');
		copyFileSync(file.path, target);
		execFileSync('sync', [target]);
		const own: number[] = [];
		const copies: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const start = performance.now();
			execFileSync('cp', [target, other]);
			execFileSync('sync', [other]);
			copies.push(seconds(start));
			rmSync(other);
			own.push(await editAndSave(target, file.rows, workerFile, round));
		}
		return [
			{ what: 'cp and sync', value: median(copies), unit: 's' },
			{ what: 'save after 100 scattered edits', value: median(own), unit: 's' },
			{
				what: 'save, share of cp and sync',
				value: median(own) / median(copies),
				unit: '×',
				limit: 1.2,
			},
		];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function editAndSave(
	target: string,
	rows: number,
	workerFile: string,
	round: number,
): Promise<number> {
	const opened = await DatasetModel.open(target, {
		open: { workerFile },
		annotations: undefined,
		now: () => new Date(),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	const model = opened.value;
	await model.file.scanned;
	for (let n = 0; n < 100; n++) {
		const id = Math.floor(((n + 0.5) * rows) / 100);
		const edited = await model.editText(id, [['messages', 0, 'content']], `Edit ${round} ${n}`);
		if (!edited.ok) {
			throw edited.error;
		}
	}
	const start = performance.now();
	const saved = await model.save({ overwrite: false });
	const time = seconds(start);
	model.dispose();
	if (!saved.ok) {
		throw saved.error;
	}
	return time;
}

// For the processes that are started here.
export { DatasetFile, workInBackground };
