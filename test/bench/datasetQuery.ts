// Two expressions over all assistant messages of a generated file of 1.2 GB, with two threads,
// against DuckDB with two threads by the faster of its two ways: as JSON, and as raw lines. DuckDB is
// measured where it is installed:
//   npm install --prefix ~/.cache/windsock/bench/peers @duckdb/node-api
// Expected before the first measurement: 0.5 of DuckDB's time with a literal, 2 without one.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { Overlay } from '../../src/core/dataset/overlay';
import { DatasetFile } from '../../src/node/dataset/datasetFile';
import { QueryThreads } from '../../src/node/dataset/query/queryThreads';
import { searchRows } from '../../src/node/dataset/query/searchRows';
import { largeDataset, type LargeDataset } from '../support/bench/largeDataset';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, seconds } from '../support/bench/statistics';

const rounds = 3;

/** As our query has it and as DuckDB's RE2 has it. */
const expressions = [
	{ name: 'with a literal', source: "I (?:don't|do not) have personal" },
	{ name: 'without a literal', source: '[.!?] [a-z]+ [a-z]' },
] as const;

/** What the bench uses of `@duckdb/node-api`. */
interface DuckDb {
	readonly DuckDBInstance: {
		create(
			path: string,
			options: Record<string, string>,
		): Promise<{ connect(): Promise<DuckConnection> }>;
	};
}
interface DuckConnection {
	runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
}

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const chat = await largeDataset('chat');
	const duck = await duckDb();
	const measured: Measurement[] = [];
	for (const expression of expressions) {
		measured.push(...(await one(chat, root, duck, expression)));
	}
	return measured;
}

async function one(
	file: LargeDataset,
	root: string,
	duck: DuckConnection | undefined,
	{ name, source }: (typeof expressions)[number],
): Promise<Measurement[]> {
	const own: number[] = [];
	const peers = new Map<string, number[]>();
	const found = new Set<number>();
	for (let round = 0; round <= rounds; round++) {
		const { rows, time } = await search(file, root, `role:assistant content:/${source}/`);
		found.add(rows);
		if (round > 0) {
			own.push(time);
		}
		for (const [way, sql] of duck ? ways(file, source) : []) {
			const begun = performance.now();
			const [[passed] = []] = (await duck?.runAndReadAll(sql))?.getRows() ?? [];
			if (round > 0) {
				peers.set(way, [...(peers.get(way) ?? []), seconds(begun)]);
				found.add(way === 'json' ? Number(passed) : (found.values().next().value ?? 0));
			}
		}
	}
	if (found.size !== 1) {
		throw new Error(`not all found the same rows: ${[...found].join(', ')}`);
	}
	const best = Math.min(...[...peers.values()].map(median));
	return [
		{ what: `regex ${name}, /${source}/`, value: median(own), unit: 's' },
		{ what: `regex ${name}, speed`, value: file.bytes / 1e6 / median(own), unit: 'MB/s' },
		...[...peers].map(([way, times]) => ({
			what: `DuckDB, 2 threads, ${way}`,
			value: median(times),
			unit: 's' as const,
		})),
		...(peers.size === 0
			? []
			: [
					{
						what: `regex ${name}, share of DuckDB`,
						value: median(own) / best,
						unit: '×' as const,
						limit: 1,
					},
				]),
	];
}

/** The file is indexed before, as it is in the editor; threads start within the time. */
async function search(
	file: LargeDataset,
	root: string,
	query: string,
): Promise<{ readonly rows: number; readonly time: number }> {
	const opened = await DatasetFile.open(file.path, {
		workerFile: path.join(root, 'dist', 'workers', 'datasetWorker.js'),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	await opened.value.indexed;
	const start = performance.now();
	const threads = new QueryThreads({
		workerFile: path.join(root, 'dist', 'workers', 'queryWorker.js'),
		threads: 2,
	});
	const dataset = {
		file: opened.value,
		overlay: new Overlay(file.rows),
		labels: undefined,
		findingsOf: () => 0,
	};
	let rows = 0;
	const { signal } = new AbortController();
	await searchRows(dataset, { query, threads, signal }, ({ ids }) => (rows += ids.length));
	const time = seconds(start);
	threads.dispose();
	await opened.value.close();
	return { rows, time };
}

/** Raw lines find the words in any message, so that only the time is compared. */
function ways(file: LargeDataset, source: string): [way: string, sql: string][] {
	const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
	const columns = "{'messages': 'STRUCT(content VARCHAR, role VARCHAR)[]'}";
	return [
		[
			'json',
			`SELECT count(*) FROM read_json(${text(file.path)}, format = 'newline_delimited', columns = ${columns}, maximum_object_size = 100000000)
			WHERE len(list_filter(messages, m -> m.role = 'assistant' AND regexp_matches(m.content, ${text(source)}))) > 0`,
		],
		[
			'raw lines',
			`SELECT count(*) FROM read_csv(${text(file.path)}, header = false, delim = chr(1), quote = '', escape = '', columns = {'line': 'VARCHAR'}, auto_detect = false, max_line_size = 100000000)
			WHERE regexp_matches(line, ${text(source)})`,
		],
	];
}

async function duckDb(): Promise<DuckConnection | undefined> {
	const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
	const folder = path.join(cache, 'windsock', 'bench', 'peers');
	if (!existsSync(path.join(folder, 'node_modules', '@duckdb', 'node-api'))) {
		return undefined;
	}
	const peer = createRequire(path.join(folder, 'package.json'))('@duckdb/node-api') as DuckDb;
	const instance = await peer.DuckDBInstance.create(':memory:', { threads: '2' });
	return instance.connect();
}
