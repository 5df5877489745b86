import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { recogniseBytes } from '../../../core/dataset/format';
import { ShingleReader } from '../../../core/dataset/near/wordShingles';
import {
	listsOfPhrase,
	longestPhrase,
	rankRows,
	type TermPostings,
} from '../../../core/responses/source/rankRows';
import { phraseIn, type PhraseInRow } from '../../../core/responses/source/phraseInRow';
import { DatasetFile } from '../../dataset/datasetFile';
import { sha256 } from '../../dataset/hash';
import { workInBackground } from '../../dataset/work/dataWorkThread';
import type { WorkContext } from '../../dataset/work/dataWork';
import { headName, segmentName, type PhraseIndexHead } from './indexPhrases';
import { SegmentFile, segmentVersion } from './segmentFile';

/** A row of a dataset that says something like a phrase; similar, which is no proof of cause. */
export interface PhraseSource extends PhraseInRow {
	/** From 1. */
	readonly row: number;
	/** BM25 over words and pairs of words; only comparable within one answer. */
	readonly score: number;
}

export interface PhraseIndexOptions extends WorkContext {
	/** Folder that indexes are kept in; what is in it can be made again. */
	readonly cache: string;
	/** The bundled `dataWorkWorker.js`. */
	readonly workFile?: string | undefined;
}

/** Indexes that are kept; the ones used longest ago go first. */
const mostKept = 12;
/** Rows that are read and looked at word by word. */
const candidates = 100;

/** An open dataset with the index of its words. `close` lets go of both. */
export class PhraseIndex {
	private constructor(
		readonly path: string,
		private readonly file: DatasetFile,
		private readonly segments: readonly SegmentFile[],
	) {}

	/** Makes the index where there is none of this file as it is now. Throws a WindsockError. */
	static async open(path: string, options: PhraseIndexOptions): Promise<PhraseIndex> {
		const opened = await DatasetFile.open(path);
		if (!opened.ok) {
			throw opened.error;
		}
		const file = opened.value;
		try {
			const indexed = await file.indexed;
			if (!indexed.ok) {
				throw indexed.error;
			}
			const folder = join(options.cache, nameOf(file));
			const segments =
				(await openSegments(folder, file.rows.count)) ??
				(await makeSegments(file, folder, options));
			return new PhraseIndex(path, file, segments);
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	get rows(): number {
		return this.file.rows.count;
	}

	/**
	 * The rows nearest to a phrase: by the longest run of its words that stands in them, then by BM25.
	 * Only its first 64 words count.
	 */
	async find(phrase: string, most: number): Promise<PhraseSource[]> {
		const reader = new ShingleReader();
		const words = reader.readWords(phrase).slice(0, longestPhrase);
		const terms = await Promise.all(
			listsOfPhrase(words).map(async (list): Promise<TermPostings> => ({
				lists: await Promise.all(this.segments.map(segment => segment.list(list))),
			})),
		);
		const lengths = this.segments.map(segment => segment.lengths);
		const found: PhraseSource[] = [];
		for (const { row, score } of rankRows(terms, lengths, candidates)) {
			const { example } = recogniseBytes(await this.file.readRow(row), this.file.mapping);
			const said = phraseIn(example, words, reader);
			if (said) {
				found.push({ row: row + 1, score, ...said });
			}
		}
		return found
			.toSorted((a, b) => b.sharedWords - a.sharedWords || b.score - a.score)
			.slice(0, most);
	}

	async close(): Promise<void> {
		await Promise.all(this.segments.map(segment => segment.close()));
		await this.file.close();
	}
}

/** By the file's path first, so that an index of it as it was can be told and removed. */
function nameOf({ path, fingerprint, mapping }: DatasetFile): string {
	const content = JSON.stringify([segmentVersion, fingerprint, mapping ?? null]);
	return `${sha256(path).slice(0, 16)}-${sha256(content).slice(0, 24)}`;
}

async function openSegments(folder: string, rows: number): Promise<SegmentFile[] | undefined> {
	const segments: SegmentFile[] = [];
	try {
		const head = JSON.parse(await readFile(join(folder, headName), 'utf8')) as PhraseIndexHead;
		for (let i = 0; i < head.segments; i++) {
			const segment = await SegmentFile.open(join(folder, segmentName(i)));
			if (segment) {
				segments.push(segment);
			}
		}
		if (segments.reduce((sum, { lengths }) => sum + lengths.length, 0) === rows) {
			const now = new Date();
			await utimes(folder, now, now);
			return segments;
		}
	} catch {
		// None there, or one that cannot be read: it is made again.
	}
	await Promise.all(segments.map(segment => segment.close()));
	return undefined;
}

async function makeSegments(
	file: DatasetFile,
	folder: string,
	{ workFile, progress, signal }: PhraseIndexOptions,
): Promise<SegmentFile[]> {
	await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
	const dataset = {
		path: file.path,
		...(file.fingerprint ? { fingerprint: file.fingerprint } : {}),
	};
	const task = { dataset, folder };
	const made = await workInBackground('indexPhrases', task, { workFile, progress, signal });
	if (!made.ok) {
		throw made.error;
	}
	await removeOld(folder);
	const segments = await openSegments(folder, made.value);
	if (!segments) {
		throw new Error('the index that was just written cannot be read');
	}
	return segments;
}

/** Goes through what is kept after an index was made: those of the file as it was, and too many. */
async function removeOld(folder: string): Promise<void> {
	const cache = dirname(folder);
	const own = basename(folder);
	const others = (await readdir(cache)).filter(name => name !== own && !name.endsWith('.tmp'));
	const aged = await Promise.all(
		others.map(async name => ({ name, used: (await stat(join(cache, name))).mtimeMs })),
	);
	const newest = aged.toSorted((a, b) => b.used - a.used);
	const ofSameFile = (name: string): boolean => name.startsWith(`${own.split('-')[0] ?? own}-`);
	for (const [place, { name }] of newest.entries()) {
		if (ofSameFile(name) || place >= mostKept - 1) {
			await rm(join(cache, name), { recursive: true, force: true });
		}
	}
}
