import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { textsOf } from '../../../core/dataset/example';
import { ShingleReader } from '../../../core/dataset/near/wordShingles';
import { PostingsBuilder } from '../../../core/responses/source/postings';
import type { Progress } from '../../../core/training/launchRequest';
import { OpenRows, type DatasetRows } from '../../dataset/work/datasetRows';
import { writeSegment } from './segmentFile';

export interface PhraseIndexTask {
	readonly dataset: DatasetRows;
	/** Folder that the index stands in afterwards; it is there whole or not at all. */
	readonly folder: string;
}

/** Segment files of an index, in the order of their rows. */
export function segmentName(number: number): string {
	return `segment-${number}.bin`;
}

/** What an index is of. */
export interface PhraseIndexHead {
	readonly rows: number;
	readonly segments: number;
}

export const headName = 'index.json';
/** Terms of a segment: some 100 MB while it is made. */
const segmentTerms = 8_000_000;

/** Writes which words and pairs of words stand in which rows of a dataset. Throws a WindsockError. */
export async function indexPhrases(
	{ dataset, folder }: PhraseIndexTask,
	{ progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<number> {
	const opened = await OpenRows.open(dataset);
	const unfinished = `${folder}.${randomBytes(4).toString('hex')}.tmp`;
	try {
		await mkdir(unfinished, { recursive: true, mode: 0o700 });
		const builder = new PostingsBuilder();
		const words = new ShingleReader();
		let segments = 0;
		const flush = async (): Promise<void> => {
			await writeSegment(join(unfinished, segmentName(segments++)), builder.take());
		};
		for await (const { from, rows } of opened.portions('indexing the words', signal)) {
			for (const bytes of rows) {
				const { example } = opened.recognise(bytes);
				// The hashes of one text are valid until the next is read.
				builder.add(textsOf(example).map(text => words.readWords(text).slice()));
			}
			if (builder.terms >= segmentTerms) {
				await flush();
			}
			progress.report('Indexing the words', (from + rows.length) / Math.max(1, opened.count));
		}
		if (builder.rows > 0) {
			await flush();
		}
		const head: PhraseIndexHead = { rows: opened.count, segments };
		await writeFile(join(unfinished, headName), JSON.stringify(head), { mode: 0o600 });
		await rm(folder, { recursive: true, force: true });
		await rename(unfinished, folder);
		return opened.count;
	} catch (error) {
		if (WindsockError.is(error)) {
			throw error;
		}
		const details = { path: folder, reason: reasonOf(error) };
		throw new WindsockError('fileUnwritable', details, { cause: error });
	} finally {
		await rm(unfinished, { recursive: true, force: true });
		await opened.close();
	}
}
