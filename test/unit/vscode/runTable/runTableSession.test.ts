import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import { markdownTable } from '../../../../src/core/metrics/export/markdownTable';
import type { TextTable } from '../../../../src/core/metrics/export/textTable';
import type { MetricSource } from '../../../../src/core/metrics/metricSource';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { RunsWithFiles } from '../../../../src/core/runTable/foreignRuns';
import type { MetricDigest } from '../../../../src/core/runTable/metricDigest';
import type { RunTableSource } from '../../../../src/core/runTable/runTableSource';
import type { TableRun } from '../../../../src/core/runTable/tableRun';
import type { RunInputs } from '../../../../src/core/training/runDiff';
import type { MessagePort } from '../../../../src/protocol/rpc';
import type { TableSnapshot, TableUpdate } from '../../../../src/protocol/runTable';
import { RunTableSession, type TableMemory } from '../../../../src/vscode/runTable/runTableSession';
import { point } from '../../core/metrics/builders';
import { conditionsOf, dpoRun } from '../../core/comparability/runs';

const unexpected = (): never => {
	throw new Error('not expected here');
};

/** Runs in memory; their digests are there once they are read. */
class MemorySource implements RunTableSource {
	readonly changes = new Emitter<{ readonly runId: string }>();
	readonly onDidChange = this.changes.event;
	readonly runs = new Map<string, { inputs: RunInputs; digest: MetricDigest; isRead: boolean }>();
	readonly watched: string[] = [];
	readonly ended = new Set<string>();
	reads = 0;

	add(id: string, inputs: RunInputs, evalLoss: number): void {
		const digest: MetricDigest = [
			{ metric: 'loss', kind: 'eval', points: 1, last: evalLoss, lastStep: 1 },
			{ metric: 'learning_rate', kind: 'train', points: 1, last: 1, lastStep: 1 },
		];
		this.runs.set(id, { inputs, digest, isRead: false });
		this.ended.add(id);
	}

	ids(): readonly string[] {
		return this.list().map(({ summary }) => summary.id);
	}

	list(): readonly TableRun[] {
		return [...this.runs.keys()].flatMap(id => this.get(id) ?? []);
	}
	get(id: string): TableRun | undefined {
		const run = this.runs.get(id);
		return (
			run && {
				summary: {
					id,
					name: id.toLowerCase(),
					hostName: 'local',
					createdAt: '2026-01-01T00:00:00Z',
					state: this.ended.has(id) ? 'finished' : 'running',
					message: '',
				},
				data: [],
				evalData: [],
				recipe: { ...run.inputs.spec.train?.arguments },
				conditions: () => conditionsOf(run.inputs),
				...(run.isRead ? { digest: run.digest } : {}),
			}
		);
	}
	async read(id: string): Promise<TableRun | undefined> {
		this.reads++;
		const run = this.runs.get(id);
		if (run !== undefined) {
			run.isRead = true;
		}
		return Promise.resolve(this.get(id));
	}
	inputs(id: string): RunInputs | undefined {
		return this.runs.get(id)?.inputs;
	}
	watch(id: string): { dispose(): void } {
		this.watched.push(id);
		return { dispose: () => void this.watched.splice(this.watched.indexOf(id), 1) };
	}
}

interface Sent {
	readonly kind: string;
	readonly method?: string;
	readonly params?: TableSnapshot & TableUpdate;
	readonly result?: unknown;
}

function open(source: RunTableSource, memory: TableMemory = {}) {
	const sent: Sent[] = [];
	const toHost = new Emitter<unknown>();
	const port: MessagePort = {
		// As VS Code does it.
		post: message => void sent.push(JSON.parse(JSON.stringify(message)) as Sent),
		onMessage: toHost.event,
	};
	const kept: TableMemory[] = [];
	const copied: TextTable[] = [];
	const session = new RunTableSession(source, port, memory, {
		remember: now => void kept.push(now),
		pickColumns: unexpected,
		showMetrics: unexpected,
		compareInputs: unexpected,
		compareData: unexpected,
		copy: table => void copied.push(table),
		showLog: unexpected,
		copyNames: unexpected,
		launch: unexpected,
	});
	return {
		session,
		sent,
		kept,
		copied,
		say: (method: string, params: unknown = {}) =>
			toHost.fire({ kind: 'notification', method, params }),
		ask: async (method: string, params: unknown) => {
			toHost.fire({ kind: 'request', id: 1, method, params });
			await vi.advanceTimersByTimeAsync(0);
			return sent.at(-1)?.result;
		},
		ready: async () => {
			toHost.fire({ kind: 'ready' });
			await vi.advanceTimersByTimeAsync(300);
		},
		lastTable: () => sent.findLast(({ method }) => method === 'tableTaken')?.params,
	};
}

const beta = (value: number): RunInputs =>
	dpoRun({ arguments: { chat_template_path: 'zephyr.jinja', beta: value } });

describe('a run table session', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('sends rows at once, and columns of metrics when some run turns out to have them', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		const { sent, ready, lastTable } = open(source);
		expect(sent).toEqual([]);
		await ready();
		expect(sent[0]?.params?.rows).toMatchObject([{ id: 'A', isPending: true }]);
		expect(sent[0]?.params?.columns.map(({ title }) => title)).toEqual([
			'State',
			'beta',
			'Started',
			'Host',
		]);
		const table = lastTable();
		expect(table?.columns.map(({ title }) => title)).toContain('eval loss');
		expect(table?.rows[0]?.isPending).toBeUndefined();
		expect(table?.pending).toBe(0);
	});

	it('shows a difference only where the conditions match, and else names what differs', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		source.add('B', beta(0.1), 0.4);
		source.add('C', beta(0.01), 0.3);
		const columns = [
			'["metric","last","eval","loss"]',
			'["metric","last","train","learning_rate"]',
		];
		const { kept, say, ready, lastTable } = open(source, { columns });
		await ready();
		expect(lastTable()?.rows[1]?.remarks).toBeUndefined();
		say('baselinePinned', { runId: 'A' });
		expect(lastTable()?.baseline).toBe('A');
		expect(lastTable()?.rows.map(({ remarks }) => remarks)).toEqual([
			undefined,
			[null, { isComparable: false, texts: [] }],
			[
				{ isComparable: false, texts: ['β 0.1 ≠ 0.01'] },
				{ isComparable: false, texts: [] },
			],
		]);
		expect(kept.at(-1)).toEqual({ columns, baseline: 'A' });
		say('baselinePinned', {});
		expect(lastTable()?.baseline).toBeUndefined();
		expect(kept.at(-1)).toEqual({ columns });
	});

	it('has files of other tools behind the runs, without a difference that nobody can vouch for', async () => {
		const runs = new MemorySource();
		runs.add('A', beta(0.1), 0.5);
		const metrics = new RunMetrics();
		metrics.append(packPoints([point({ n: 1, kind: 'eval', values: { eval_loss: 0.4 } })]));
		const file: MetricSource = {
			id: 'file:/runs/tb',
			name: 'tb',
			where: '/runs/tb',
			metrics,
			skipped: [],
		};
		const changes = new Emitter<{ readonly id: string }>();
		const source = new RunsWithFiles(runs, { onDidChange: changes.event, list: () => [file] });
		const columns = ['["metric","last","eval","loss"]', 'state', 'host'];
		const { ready, lastTable, ask } = open(source, { columns, baseline: 'A' });
		await ready();
		expect(lastTable()?.rows.map(({ cells }) => cells)).toEqual([
			[0.5, 'Finished', 'local'],
			[0.4, null, '/runs/tb'],
		]);
		expect(lastTable()?.rows[1]?.remarks?.[0]).toMatchObject({
			isComparable: false,
			texts: ['method not recorded', 'eval set not recorded', 'template not recorded'],
		});
		expect(await ask('compareInputs', { runIds: ['A', file.id] })).toBeNull();
		source.dispose();
	});

	it('copies rows with what it shows of them, differences and reasons included', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		source.add('B', beta(0.1), 0.4);
		source.add('C', beta(0.01), 0.3);
		const columns = ['["metric","last","eval","loss"]', 'host'];
		const { copied, say, ready } = open(source, { columns, baseline: 'A' });
		await ready();
		say('copyAsked', { runIds: ['A', 'B', 'C', 'GONE'] });
		expect(copied[0] && markdownTable(copied[0])).toBe(
			[
				'| Run | eval loss | difference | Host |',
				'| :-- | --: | --: | :-- |',
				'| a | 0.5 | – | local |',
				'| b | 0.4 | −0.1 (better) | local |',
				'| c | 0.3 | β 0.1 ≠ 0.01 | local |',
				'',
				'Differences are to “a”, only where eval set, template, mask, β, loss and lengths are on record and the same.',
				'',
			].join('\n'),
		);
	});

	it('sends only rows that changed, and a whole table when runs come or go', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		source.add('B', beta(0.1), 0.4);
		const { sent, ready } = open(source);
		await ready();
		sent.length = 0;
		source.changes.fire({ runId: 'B' });
		await vi.advanceTimersByTimeAsync(300);
		expect(sent.map(({ method, params }) => [method, params?.rows.map(({ id }) => id)])).toEqual([
			['rowsChanged', ['B']],
		]);
		sent.length = 0;
		source.runs.delete('A');
		source.changes.fire({ runId: 'A' });
		await vi.advanceTimersByTimeAsync(300);
		expect(sent.map(({ method }) => method)).toEqual(['tableTaken']);
	});

	it('reads the files of a run that goes on at most every two seconds, and follows it', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		source.ended.delete('A');
		const { session, ready } = open(source);
		await ready();
		expect(source.watched).toEqual(['A']);
		const before = source.reads;
		for (let n = 0; n < 30; n++) {
			source.changes.fire({ runId: 'A' });
			await vi.advanceTimersByTimeAsync(100);
		}
		expect(source.reads - before).toBeLessThanOrEqual(2);
		session.hide();
		expect(source.watched).toEqual([]);
	});

	it('sends, reads and follows nothing while it is hidden', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		const { session, sent, ready } = open(source);
		await ready();
		session.hide();
		sent.length = 0;
		const before = source.reads;
		source.changes.fire({ runId: 'A' });
		await vi.advanceTimersByTimeAsync(5000);
		expect(sent).toEqual([]);
		expect(source.reads).toBe(before);
	});

	it('tells in what runs differ, and that one of them is gone', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		source.add('B', beta(0.01), 0.4);
		const { ask, ready } = open(source);
		await ready();
		expect(await ask('compareInputs', { runIds: ['A', 'B'] })).toEqual([
			{ title: 'Recipe', rows: [{ key: 'beta', values: ['0.1', '0.01'] }] },
		]);
		expect(await ask('compareInputs', { runIds: ['A', 'GONE'] })).toBeNull();
	});

	it('keeps columns in the order they were arranged, and offers all that runs have', async () => {
		const source = new MemorySource();
		source.add('A', beta(0.1), 0.5);
		const { session, kept, say, ready, lastTable } = open(source);
		await ready();
		say('columnsArranged', { ids: ['host', 'state', 'no column'] });
		expect(lastTable()?.columns.map(({ id }) => id)).toEqual(['host', 'state']);
		expect(session.shownColumns).toEqual(['host', 'state']);
		expect(kept.at(-1)?.columns).toEqual(['host', 'state']);
		const titles = session.columnChoices().map(({ title }) => title);
		expect(titles).toContain('eval loss, lowest');
		expect(titles).toContain('chat_template_path');
	});
});
