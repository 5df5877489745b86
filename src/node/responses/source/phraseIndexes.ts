import { stat } from 'node:fs/promises';
import type { WindsockError } from '../../../core/base/errors';
import type { Disposable } from '../../../core/base/disposable';
import { isHubLocation } from '../../../core/dataset/hub/hubLocation';
import { expected } from '../../dataset/expected';
import type { WorkContext } from '../../dataset/work/dataWork';
import { PhraseIndex, type PhraseSource } from './phraseIndex';

/** A row of one of several datasets. */
export interface FoundSource extends PhraseSource {
	readonly path: string;
}

export interface SourceSearch {
	readonly searched: readonly { readonly path: string; readonly rows: number }[];
	/** Datasets that could not be searched; the others were. */
	readonly failed: readonly { readonly path: string; readonly error: WindsockError }[];
	/** Nearest first, over all datasets. */
	readonly sources: readonly FoundSource[];
}

interface OpenIndex {
	readonly index: PhraseIndex;
	/** Changes when the file does. */
	readonly stamp: string;
}

const mostOpen = 4;

/** Finds phrases in datasets, and keeps the last ones open: the next phrase is answered at once. */
export class PhraseIndexes implements Disposable {
	readonly #open = new Map<string, OpenIndex>();
	/** Searches follow each other, so that none closes what another reads. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly places: { readonly cache: string; readonly workFile: string | undefined },
	) {}

	/** Throws `cancelled` when `signal` aborts; what else fails is said per dataset. */
	async find(
		phrase: string,
		paths: readonly string[],
		{ limit, ...context }: WorkContext & { readonly limit: number },
	): Promise<SourceSearch> {
		const search = this.#last.then(() => this.#find(phrase, paths, limit, context));
		this.#last = search.catch(() => undefined);
		return search;
	}

	dispose(): void {
		void this.#last.then(() => this.#closeAll(0));
	}

	async #find(
		phrase: string,
		paths: readonly string[],
		limit: number,
		context: WorkContext,
	): Promise<SourceSearch> {
		const searched: { path: string; rows: number }[] = [];
		const failed: { path: string; error: WindsockError }[] = [];
		const sources: FoundSource[] = [];
		for (const path of paths) {
			const found = await expected(async () => {
				const index = await this.#index(path, context);
				searched.push({ path, rows: index.rows });
				return index.find(phrase, limit);
			});
			if (found.ok) {
				sources.push(...found.value.map(one => ({ path, ...one })));
			} else if (found.error.code === 'cancelled') {
				throw found.error;
			} else {
				failed.push({ path, error: found.error });
			}
		}
		return {
			searched,
			failed,
			sources: sources
				.toSorted((a, b) => b.sharedWords - a.sharedWords || b.score - a.score)
				.slice(0, limit),
		};
	}

	async #index(path: string, context: WorkContext): Promise<PhraseIndex> {
		const stamp = await stampOf(path);
		const known = this.#open.get(path);
		this.#open.delete(path);
		if (known?.stamp === stamp) {
			this.#open.set(path, known);
			return known.index;
		}
		await known?.index.close();
		const index = await PhraseIndex.open(path, { ...this.places, ...context });
		this.#open.set(path, { index, stamp });
		await this.#closeAll(mostOpen);
		return index;
	}

	async #closeAll(but: number): Promise<void> {
		for (const [path, { index }] of this.#open) {
			if (this.#open.size > but) {
				this.#open.delete(path);
				await index.close();
			}
		}
	}
}

async function stampOf(path: string): Promise<string> {
	if (isHubLocation(path)) {
		return '';
	}
	try {
		const { mtimeMs, size, ino } = await stat(path);
		return `${mtimeMs} ${size} ${ino}`;
	} catch {
		// Opening it says what is wrong.
		return 'absent';
	}
}
