import { computed, effect, signal } from '@preact/signals';
import {
	completionsAt,
	scalarFields,
	type Completion,
} from '../../src/core/dataset/query/completions';
import { parseQuery } from '../../src/core/dataset/query/parseQuery';
import type { QueryFault } from '../../src/core/dataset/query/queryFault';
import { hasTerm, withTerm, withoutTerms } from '../../src/core/dataset/query/quickTerms';
import type { TextMatches } from '../../src/core/dataset/query/matchSpans';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import type { DatasetPageModel, HostChannel } from './pageModel';

/** What the query field knows: what is typed, what may be meant, and what was found of it. */
export class QueryModel {
	/** As it is typed; the page shows rows for it once it can be read. */
	readonly text = signal('');
	readonly fault = signal<QueryFault | undefined>(undefined);
	/** What hangs under the field. */
	readonly popup = signal<'none' | 'completions' | 'history' | 'help'>('none');
	readonly caret = signal(0);
	/** Place of the entry that Enter takes; -1 for none. */
	readonly active = signal(-1);
	/** Where the query hits the texts of the row that is shown. */
	readonly matches = signal<readonly TextMatches[]>([]);
	/** Number of the match that F3 has come to; -1 before the first. */
	readonly match = signal(-1);
	readonly completions = computed(() =>
		completionsAt(this.text.value, this.caret.value, {
			fields: this.fields(),
			tags: this.page.snapshot.value?.dataset.annotations.tags ?? [],
		}),
	);
	readonly history = computed(() =>
		(this.page.snapshot.value?.queries ?? []).filter(query => query !== this.text.value.trim()),
	);
	#asked = 0;
	#fieldsOf: { readonly stamp: string; readonly fields: readonly string[] } = {
		stamp: '',
		fields: [],
	};

	constructor(
		private readonly page: DatasetPageModel,
		private readonly host: HostChannel,
	) {
		// Other parts of the page write queries too.
		queueMicrotask(() => {
			effect(() => {
				const { query } = page.filter.value;
				if (query !== this.text.peek().trim()) {
					this.text.value = query;
					this.fault.value = undefined;
				}
			});
			effect(() => void this.#findMatches());
		});
	}

	/** Entries of what hangs under the field. */
	entries(): readonly Completion[] {
		switch (this.popup.value) {
			case 'completions':
				return this.completions.value.items;
			case 'history':
				return this.history.value.slice(0, 12).map(text => ({ text, meaning: '' }));
			default:
				return [];
		}
	}

	/** Shows the rows for what is typed, if it can be read; says what is wrong with it else. */
	apply(): boolean {
		const query = this.text.value.trim();
		const parsed = parseQuery(query);
		this.fault.value = parsed.ok ? undefined : parsed.error;
		if (parsed.ok && query !== this.page.filter.value.query) {
			void this.page.setFilter({ ...this.page.filter.value, query });
		}
		return parsed.ok;
	}

	/** Rows were changed since the query found them: what it would find now is another. */
	get isOutdated(): boolean {
		const { value } = this.page.snapshot;
		return value !== undefined && value.rowsOutdated !== 0;
	}

	/** Looks for the rows anew. */
	async runAgain(): Promise<void> {
		await this.page.setFilter({ ...this.page.filter.value });
	}

	/** Keeps the query that is applied for the next time. */
	keep(): void {
		const { query } = this.page.filter.value;
		if (query !== '' && query !== this.page.snapshot.value?.queries[0]) {
			void this.host.request('keepQuery', { query });
		}
	}

	/** Takes an entry of what hangs under the field; answers where the caret goes. */
	take(entry: Completion): number {
		const isWhole = this.popup.value === 'history';
		const { start, end } = this.completions.value;
		const text = this.text.value;
		this.text.value = isWhole ? entry.text : text.slice(0, start) + entry.text + text.slice(end);
		this.active.value = -1;
		const caret = isWhole ? entry.text.length : start + entry.text.length;
		this.caret.value = caret;
		this.popup.value = !isWhole && /[:.]$/.test(entry.text) ? 'completions' : 'none';
		return caret;
	}

	/** Puts what was probably meant in the place of the fault. */
	mend({ start, end, suggestion }: QueryFault): void {
		const text = this.text.value;
		this.text.value = text.slice(0, start) + (suggestion ?? '') + text.slice(end);
		this.apply();
	}

	has(term: string): boolean {
		return hasTerm(this.page.filter.value.query, term);
	}

	/** Asks for the term, instead of others that it shuts out; or not any more when it was asked for. */
	toggle(term: string, others: readonly string[] = []): void {
		const { query } = this.page.filter.value;
		const next = this.has(term)
			? withoutTerms(query, [term])
			: withTerm(withoutTerms(query, others), term);
		this.text.value = next;
		this.apply();
		this.keep();
	}

	clear(): void {
		this.text.value = '';
		this.popup.value = 'none';
		this.apply();
	}

	/** Goes to the next or the previous match, and on into the next row behind the last one. */
	async stepMatch(by: 1 | -1): Promise<void> {
		const count = this.matches.value.reduce((sum, { spans }) => sum + spans.length, 0);
		const next = this.match.value + by;
		if (next >= 0 && next < count) {
			this.match.value = next;
			return;
		}
		await this.page.step(by);
	}

	async askForRow(): Promise<void> {
		await this.host.request('askForRows', { what: 'row' });
	}

	async askForSample(): Promise<void> {
		await this.host.request('askForRows', { what: 'sample' });
	}

	async #findMatches(): Promise<void> {
		const asked = ++this.#asked;
		const detail = this.page.detail.value;
		const { query } = this.page.filter.value;
		this.match.value = -1;
		if (!detail || query === '') {
			this.matches.value = [];
			return;
		}
		const matches = await this.host.request('findMatches', { id: detail.summary.id });
		if (asked === this.#asked) {
			this.matches.value = matches;
		}
	}

	/** Ways to the scalar fields of the row that is shown, or of the last one while none is. */
	fields(): readonly string[] {
		const detail = this.page.detail.value;
		if (detail && detail.stamp !== this.#fieldsOf.stamp) {
			this.#fieldsOf = { stamp: detail.stamp, fields: fieldsIn(detail) };
		}
		return this.#fieldsOf.fields;
	}
}

function fieldsIn({ raw, isRawCut }: RowDetail): readonly string[] {
	try {
		return isRawCut ? [] : scalarFields(JSON.parse(raw));
	} catch {
		return []; // The row is no JSON; it has no fields.
	}
}
