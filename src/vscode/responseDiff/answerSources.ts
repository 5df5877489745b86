import { basename } from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { ModelData, TrainedDataset } from '../../core/responses/source/searchedDataset';
import type { FoundSource, PhraseIndexes } from '../../node/responses/source/phraseIndexes';
import type { SearchedDataset, SourcesView } from '../../protocol/answerSources';

/** What looking for sources needs of the editor and of the workspace. */
export interface SourcePorts {
	readonly indexes: Pick<PhraseIndexes, 'find'>;
	/** What a model was trained on, by its reference. */
	dataOf(ref: string): ModelData;
	/** Paths of datasets; undefined when the user declined. */
	pickDatasets(): Promise<readonly string[] | undefined>;
	openRow(dataset: string, row: number): void;
}

type Searched = Pick<TrainedDataset, 'location'> & Partial<TrainedDataset>;

/** Rows that are shown. */
const limit = 20;
/** More of a phrase is not read: only its first words count. */
const longestPhrase = 2000;
/** Milliseconds between two reports of progress to the page. */
const pace = 100;

/** The search for sources of one page. One at a time: the next ends the one before. */
export class AnswerSources implements Disposable {
	#running: AbortController | undefined;
	#phrase = '';
	#found: readonly FoundSource[] = [];
	/** Chosen by hand; searched where a model's own data is not known. */
	#chosen: readonly string[] = [];

	constructor(
		private readonly ports: SourcePorts,
		private readonly show: (view: SourcesView | undefined) => void,
		private readonly warn: (message: string) => void,
	) {}

	/** @param ref the model that said it; undefined while names are hidden */
	async find(text: string, ref: string | undefined): Promise<void> {
		this.#stop();
		if (ref === undefined) {
			this.show({ kind: 'hidden' });
			return;
		}
		this.#phrase = text.trim().slice(0, longestPhrase);
		const { datasets, why } = this.ports.dataOf(ref);
		const searched: readonly Searched[] =
			datasets.length > 0 ? datasets : this.#chosen.map(location => ({ location }));
		if (searched.length === 0) {
			this.show({
				kind: 'noDatasets',
				phrase: this.#phrase,
				why: why ?? 'Its training data is not known.',
			});
			return;
		}
		await this.#search(searched);
	}

	/** Searches datasets that the user picks for the same words. */
	async choose(): Promise<void> {
		const picked = await this.ports.pickDatasets();
		if (picked && picked.length > 0) {
			this.#chosen = picked;
			await this.#search(picked.map(location => ({ location })));
		}
	}

	open(place: number): void {
		const source = this.#found[place];
		if (source) {
			this.ports.openRow(source.path, source.row);
		}
	}

	/** Ends the search, and takes away what it found. */
	close(): void {
		this.#stop();
		this.show(undefined);
	}

	dispose(): void {
		this.#running?.abort();
	}

	#stop(): void {
		this.#running?.abort();
		this.#running = undefined;
		this.#found = [];
	}

	async #search(datasets: readonly Searched[]): Promise<void> {
		this.#stop();
		const running = new AbortController();
		this.#running = running;
		const phrase = this.#phrase;
		const isCurrent = (): boolean => this.#running === running;
		let shown = 0;
		const report = (message: string, fraction?: number): void => {
			if (isCurrent() && Date.now() - shown >= pace) {
				shown = Date.now();
				const share = fraction === undefined ? {} : { fraction };
				this.show({ kind: 'searching', phrase, message, ...share });
			}
		};
		report('Looking for the nearest rows');
		try {
			const paths = datasets.map(({ location }) => location);
			const context = { limit, progress: { report }, signal: running.signal };
			const { searched, failed, sources } = await this.ports.indexes.find(phrase, paths, context);
			if (!isCurrent()) {
				return;
			}
			this.#found = sources;
			this.show({
				kind: 'found',
				phrase,
				datasets: datasets.map(({ location, run, method }): SearchedDataset => {
					const rows = searched.find(({ path }) => path === location)?.rows;
					const problem = failed.find(({ path }) => path === location)?.error;
					return {
						name: nameOf(location),
						...(run === undefined ? {} : { of: `${method ?? ''} run “${run}”`.trim() }),
						...(problem ? { problem: messageFor(problem) } : { rows }),
					};
				}),
				rows: sources.map(({ path, row, place, sharedWords, phraseWords, excerpt }) => ({
					dataset: nameOf(path),
					row,
					place,
					sharedWords,
					phraseWords,
					excerpt,
				})),
			});
		} catch (error) {
			if (isCurrent()) {
				const message = WindsockError.is(error) ? messageFor(error) : reasonOf(error);
				this.warn(`sources were not found: ${message}`);
				this.show({ kind: 'failed', phrase, message });
			}
		}
	}
}

function nameOf(location: string): string {
	return isHubLocation(location) ? location : basename(location);
}
