import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JsonlIndexer } from '../../../../src/core/dataset/jsonlIndex';
import { RowRanges } from '../../../../src/core/dataset/rowRanges';
import { ScanTable, type ScanBatch } from '../../../../src/core/dataset/rowScan';
import { openFileSource } from '../../../../src/node/dataset/byteSource';
import type { PartDescription } from '../../../../src/node/dataset/partReading';
import { jobOf, planJobs, ScannedParts, type ScanJob } from '../../../../src/node/dataset/scanJobs';
import { scanShared, type SecondThread } from '../../../../src/node/dataset/scanOnTwoThreads';

const folder = mkdtempSync(path.join(tmpdir(), 'windsock-scan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = Array.from({ length: 400 }, (_, n) =>
	JSON.stringify({
		id: n,
		messages: [
			{ role: 'user', content: `Question ${n % 90}` },
			{
				role: 'assistant',
				content: n % 7 === 0 ? 'Fine. that is so.' : `Answer ${'x'.repeat(n)}.`,
			},
		],
	}),
).join('\n');

async function prepared(): Promise<{
	readonly parts: readonly PartDescription[];
	readonly ranges: readonly RowRanges[];
}> {
	const ranges = [0, 1].map(() => new RowRanges());
	const parts = await Promise.all(
		ranges.map(async (own, number): Promise<PartDescription> => {
			const file = path.join(folder, `${number}.jsonl`);
			writeFileSync(file, text);
			const indexer = new JsonlIndexer(own);
			indexer.push(Buffer.from(text));
			indexer.finish();
			const source = await openFileSource(file);
			await source.close();
			return { path: file, kind: 'jsonl', stamp: source.stamp };
		}),
	);
	return { parts, ranges };
}

/** Does its jobs in this thread, each only after others had their turn. */
function otherThread(scanned: ScannedParts, turns: () => number): SecondThread & { jobs: number } {
	let before: Promise<unknown> = Promise.resolve();
	const thread = {
		jobs: 0,
		scan: (job: ScanJob): Promise<readonly ScanBatch[]> => {
			thread.jobs++;
			const answer = before.then(() => scanLater(job));
			before = answer;
			return answer;
		},
		close: () => undefined,
	};
	const scanLater = async (job: ScanJob): Promise<readonly ScanBatch[]> => {
		for (let turn = turns(); turn > 0; turn--) {
			await new Promise(resolve => setImmediate(resolve));
		}
		const batches: ScanBatch[] = [];
		for await (const batch of scanned.scan(job, {})) {
			batches.push(batch);
		}
		return batches;
	};
	return thread;
}

async function tableOf(batches: AsyncIterable<ScanBatch>): Promise<ScanTable> {
	const table = new ScanTable();
	for await (const batch of batches) {
		table.append(batch);
	}
	table.complete();
	return table;
}

describe('a scan on two threads', () => {
	it.each([
		['is quick', () => 0],
		['is slow', () => 40],
		['comes and goes', (): number => (turnsSeen++ * 7) % 23],
	])(
		'gives what one thread gives, in the order of the rows, when the other %s',
		async (_, turns) => {
			const { parts, ranges } = await prepared();
			const jobs = planJobs(parts, ranges, 3000);
			const own = new ScannedParts(parts);
			const other = new ScannedParts(parts);
			const second = otherThread(other, turns);
			try {
				const shared = await tableOf(scanShared(jobs, ranges, own, second, {}));
				const alone = await tableOf(inOrder(parts, ranges, own));
				expect(shared.slice(0, shared.count)).toEqual(alone.slice(0, alone.count));
				expect(shared.findingCounts).toEqual(alone.findingCounts);
				expect(shared.count).toBe(800);
				expect(second.jobs).toBeGreaterThan(1);
				expect(second.jobs).toBeLessThan(jobs.length);
			} finally {
				await own.close();
				await other.close();
			}
		},
	);

	it('fails with the reason of the other thread', async () => {
		const { parts, ranges } = await prepared();
		const own = new ScannedParts(parts);
		const broken: SecondThread = {
			scan: () => Promise.reject(new Error('out of memory')),
			close: () => undefined,
		};
		try {
			const jobs = planJobs(parts, ranges, 3000);
			await expect(tableOf(scanShared(jobs, ranges, own, broken, {}))).rejects.toThrow(
				'out of memory',
			);
		} finally {
			await own.close();
		}
	});
});

let turnsSeen = 0;

async function* inOrder(
	parts: readonly PartDescription[],
	ranges: readonly RowRanges[],
	scanned: ScannedParts,
): AsyncGenerator<ScanBatch> {
	for (const job of planJobs(parts, ranges)) {
		yield* scanned.scan(jobOf(job, ranges), {});
	}
}
