// From a phrase of an answer to the rows of training data that say it, over 200,000 rows as long as
// UltraChat's are on average in replies. Expected beforehand: some 40 s to index in one thread, some 30 ms a
// phrase, most of it for reading the hundred nearest rows.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { seededRandom } from '../../src/core/responses/shuffle';
import { PhraseIndex } from '../../src/node/responses/source/phraseIndex';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { quantile } from '../support/bench/statistics';

const rows = 200_000;
const wordsPerRow = 400;
const phrases = 60;

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'windsock-phrase-bench-'));
	try {
		const file = path.join(folder, 'sft.jsonl');
		const planted = await writeRows(file);
		const options = {
			cache: path.join(folder, 'cache'),
			workFile: path.join(root, 'dist', 'workers', 'dataWorkWorker.js'),
			progress: { report: () => undefined },
			signal: new AbortController().signal,
		};
		let began = performance.now();
		await (await PhraseIndex.open(file, options)).close();
		const indexing = performance.now() - began;
		began = performance.now();
		const index = await PhraseIndex.open(file, options);
		const reopening = performance.now() - began;
		const times: number[] = [];
		let found = 0;
		for (const { row, phrase } of planted) {
			began = performance.now();
			const hits = await index.find(phrase, 10);
			times.push(performance.now() - began);
			found += hits.some(hit => hit.row === row) ? 1 : 0;
		}
		await index.close();
		return [
			{
				what: 'phrase → rows of 200,000, once indexed (p95)',
				value: quantile(times, 0.95),
				unit: 'ms',
				limit: 500,
			},
			{
				what: 'planted phrases among the ten nearest',
				value: found / planted.length,
				unit: '×',
				least: 0.95,
			},
			{ what: 'indexing, once', value: indexing / 1000, unit: 's' },
			{ what: 'opening it again', value: reopening, unit: 'ms' },
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Words as often as in a language: the n-th one as 1/n (Zipf). */
async function writeRows(
	file: string,
): Promise<{ readonly row: number; readonly phrase: string }[]> {
	const random = seededRandom(17);
	const vocabulary = Array.from({ length: 50_000 }, (_, i) => `w${i.toString(36)}`);
	const word = (): string =>
		vocabulary[Math.floor(Math.exp(random() * Math.log(vocabulary.length)))] ?? 'w0';
	const planted: { row: number; phrase: string }[] = [];
	const stream = createWriteStream(file);
	for (let row = 0; row < rows; row++) {
		const words = Array.from({ length: wordsPerRow }, word);
		if (row % Math.floor(rows / phrases) === 100) {
			planted.push({ row: row + 1, phrase: words.slice(200, 208).join(' ') });
		}
		const line = JSON.stringify({
			messages: [
				{ role: 'user', content: words.slice(0, 40).join(' ') },
				{ role: 'assistant', content: words.slice(40).join(' ') },
			],
		});
		if (!stream.write(`${line}\n`)) {
			await once(stream, 'drain');
		}
	}
	stream.end();
	await once(stream, 'finish');
	return planted;
}
