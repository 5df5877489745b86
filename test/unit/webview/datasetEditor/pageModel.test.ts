import { noActions } from '../../../../src/core/dataset/edit/rowActions';
import { describe, expect, it } from 'vitest';
import type {
	DatasetHost,
	DatasetSnapshot,
	RowDetail,
	RowSummary,
} from '../../../../src/protocol/datasetEditor';
import {
	DatasetPageModel,
	type HostChannel,
	type ViewState,
} from '../../../../webview/datasetEditor/pageModel';

type Method = keyof DatasetHost['requests'];

/** A host with numbered rows that answers when it is told to. */
class RowsHost implements HostChannel {
	readonly asked: string[] = [];
	readonly labels = new Map<number, string>();
	selected: number | undefined;
	#held: (() => void)[] | undefined;

	constructor(private readonly count: number) {}

	/** Answers wait from now on, until `release`. */
	hold(): void {
		this.#held = [];
	}

	release(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const answer of held) {
			answer();
		}
	}

	async request<M extends Method>(
		method: M,
		params: DatasetHost['requests'][M]['params'],
	): Promise<DatasetHost['requests'][M]['result']> {
		this.asked.push(`${method} ${JSON.stringify(params)}`);
		const answer = this.#answer(method, params) as DatasetHost['requests'][M]['result'];
		const held = this.#held;
		return held ? new Promise(resolve => held.push(() => resolve(answer))) : answer;
	}

	notify<N extends keyof DatasetHost['notifications']>(
		method: N,
		params: DatasetHost['notifications'][N],
	): void {
		if (method !== 'rowSelected' || params === null) {
			throw new Error(`unexpected ${method}`);
		}
		this.selected = params.id;
	}

	#answer(method: Method, params: unknown): unknown {
		switch (method) {
			case 'loadRows': {
				const { from, to } = params as DatasetHost['requests']['loadRows']['params'];
				const length = Math.max(0, Math.min(to, this.count) - from);
				return {
					ok: true,
					value: { revision: 1, rows: Array.from({ length }, (_, i) => row(from + i)) },
				};
			}
			case 'loadExample': {
				const { index } = params as { index: number };
				return index < this.count
					? { ok: true, value: detail(index) }
					: { ok: false, message: 'gone' };
			}
			case 'setLabel': {
				const { id, label } = params as { id: number; label: string };
				this.labels.set(id, label);
				return { ok: true, value: null };
			}
			case 'loadReport':
				return { ok: true, value: { report: { examples: 0 }, me: 'ann', rows: this.count } };
			case 'findRow':
				return (params as { id: number }).id;
			case 'findMatches':
				return [];
			case 'setFilter':
			case 'editText':
				return method === 'editText' ? { ok: true, value: null } : undefined;
			default:
				throw new Error(`unexpected request ${method}`);
		}
	}
}

function row(index: number): RowSummary {
	return {
		id: index,
		number: index + 1,
		title: `row ${index + 1}`,
		format: 'text',
		label: undefined,
		marks: { rating: undefined, tags: [], hasNote: false, isSkipped: false },
		findings: [],
		isEdited: false,
	};
}

function detail(index: number): RowDetail {
	return {
		summary: row(index),
		example: { kind: 'text', body: { text: `row ${index + 1}`, paths: [['text']] }, fields: [] },
		findings: [],
		annotation: { mine: undefined, others: [], hidden: 0, suggestions: [] },
		raw: '',
		isRawCut: false,
		stamp: '',
		actions: noActions,
	};
}

function snapshot(rows: number, revision = 1, isIndexed = true): DatasetSnapshot {
	return {
		revision,
		dataset: {
			name: 'a.jsonl',
			container: 'jsonl',
			rows,
			bytesRead: 1,
			size: 1,
			isIndexed,
			checkedRows: rows,
			isChecked: true,
			formats: [],
			findings: [],
			kept: 0,
			dropped: 0,
			annotations: { detached: 0, tags: [], unwritten: undefined },
			readOnly: undefined,
			noLabels: undefined,
			fault: undefined,
			error: undefined,
			isChangedOnDisk: false,
			far: undefined,
			copyOf: undefined,
		},
		filter: { query: '' },
		review: undefined,
		shownRows: rows,
		isFiltering: false,
		rowsFiltered: 0,
		rowsSummarised: 0,
		rowsOutdated: 0,
		filterFailure: undefined,
		queries: [],
	};
}

function opened(host: RowsHost, state?: ViewState) {
	const remembered: ViewState[] = [];
	const model = new DatasetPageModel(host, state, view => remembered.push(view));
	return { model, remembered };
}

describe('the page of the dataset editor', () => {
	it('shows the first row of a new dataset and tells the host which it is', async () => {
		const host = new RowsHost(3);
		const { model } = opened(host);
		await model.receive(snapshot(3));
		expect(model.detail.value?.summary.number).toBe(1);
		expect(host.selected).toBe(0);
	});

	it('goes back to the row it showed before it was hidden, once that row is known', async () => {
		const host = new RowsHost(900);
		const { model } = opened(host, { index: 700, filter: { query: '' }, isRaw: true });
		await model.receive(snapshot(200, 1, false));
		expect(model.selected.value).toBeUndefined();
		await model.receive(snapshot(900, 2));
		expect(model.detail.value?.summary.number).toBe(701);
		expect(model.isRaw.value).toBe(true);
	});

	it('stays at its row when the file is read anew', async () => {
		const { model } = opened(new RowsHost(5));
		await model.receive(snapshot(5));
		await model.select(3);
		await model.receive(snapshot(0, 2, false));
		await model.receive(snapshot(2, 3, false));
		expect(model.selected.value).toBeUndefined();
		await model.receive(snapshot(5, 4));
		expect(model.detail.value?.summary.number).toBe(4);
	});

	it('labels the row that was just selected, though it is not loaded yet', async () => {
		const host = new RowsHost(3);
		const { model } = opened(host);
		await model.receive(snapshot(3));
		host.hold();
		const selecting = model.select(2);
		const labelling = model.toggleLabel('drop');
		host.release();
		await selecting;
		await labelling;
		expect([...host.labels]).toEqual([[2, 'drop']]);
	});

	it('shows the last of two rows selected in a hurry, whichever answer comes last', async () => {
		const host = new RowsHost(9);
		const { model } = opened(host);
		await model.receive(snapshot(9));
		await Promise.all([model.select(5), model.select(3)]);
		expect(model.detail.value?.summary.number).toBe(4);
	});

	it('loads rows once, and again after they changed', async () => {
		const host = new RowsHost(500);
		const { model } = opened(host);
		await model.receive(snapshot(500));
		await model.loadRange(0, 30);
		await model.loadRange(2, 32);
		const loads = (): number => host.asked.filter(line => line.startsWith('loadRows')).length;
		expect(loads()).toBe(1);
		await model.loadRange(90, 120);
		expect(loads()).toBe(2);
		expect(model.row(119)?.number).toBe(120);
		await model.receive(snapshot(500, 2));
		expect(loads()).toBe(4);
	});

	it('forgets rows of an older filter that arrive late', async () => {
		const host = new RowsHost(500);
		const { model } = opened(host);
		await model.receive(snapshot(500));
		host.hold();
		const late = model.loadRange(200, 230);
		const filtering = model.setFilter({ query: 'label:keep' });
		host.release();
		await Promise.all([late, filtering]);
		expect(model.row(210)).toBeUndefined();
	});

	it('ends an edit without a request when the text is the same, and Escape gives it up', async () => {
		const host = new RowsHost(1);
		const { model } = opened(host);
		await model.receive(snapshot(1));
		model.startEditing({ message: 0, block: 0 });
		await model.commit(0, { paths: [['text']] }, 'row 1', 'row 1');
		expect(model.editing.value).toBeUndefined();
		expect(host.asked.some(line => line.startsWith('editText'))).toBe(false);
		model.startEditing({ message: 0, block: 0 });
		model.cancelEditing();
		await model.commit(0, { paths: [['text']] }, 'row 1', 'row one');
		expect(host.asked.filter(line => line.startsWith('editText'))).toEqual([
			'editText {"id":0,"paths":[["text"]],"before":"row 1","text":"row one"}',
		]);
	});

	it('sends nothing when only the text field has changed the line ends', async () => {
		const host = new RowsHost(1);
		const { model } = opened(host);
		await model.receive(snapshot(1));
		await model.commit(0, { paths: [['text']] }, 'a\r\nb\rc\nd', 'a\nb\nc\nd');
		expect(host.asked.some(line => line.startsWith('editText'))).toBe(false);
	});

	it('starts no edit in a read-only dataset', async () => {
		const { model } = opened(new RowsHost(1));
		const readOnly = snapshot(1);
		await model.receive({ ...readOnly, dataset: { ...readOnly.dataset, readOnly: 'because' } });
		model.startEditing({ message: 0, block: 0 });
		expect(model.editing.value).toBeUndefined();
	});

	it('remembers place, filter and raw view, and no data', async () => {
		const { model, remembered } = opened(new RowsHost(5));
		await model.receive(snapshot(5));
		await model.select(4);
		model.toggleRaw();
		expect(remembered.at(-1)).toEqual({ index: 4, filter: { query: '' }, isRaw: true });
	});

	it('shows the annotations in numbers until a row is chosen', async () => {
		const { model } = opened(new RowsHost(5));
		await model.receive(snapshot(5));
		await model.reviewing.showReport();
		expect(model.report.value?.me).toBe('ann');
		await model.select(3);
		expect(model.report.value).toBeUndefined();
	});
});
