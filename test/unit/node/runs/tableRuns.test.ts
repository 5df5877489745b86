import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparability } from '../../../../src/core/comparability/comparability';
import { cellOf } from '../../../../src/core/runTable/tableRun';
import type { RunHosts } from '../../../../src/node/runs/runHosts';
import { WorkspaceRunLibrary } from '../../../../src/node/runs/runLibrary';
import { TableRuns } from '../../../../src/node/runs/tableRuns';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import { dpoRun } from '../../core/comparability/runs';

const ids = ['01JD0000000000000000000AAA', '01JD0000000000000000000AAB'] as const;
let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'windsock-table-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(id: string, spec: object, files: Readonly<Record<string, string>> = {}): void {
	const folder = join(root, '.windsock', 'runs', id);
	mkdirSync(folder, { recursive: true });
	const all = {
		'spec.json': JSON.stringify(spec),
		'mirror.json': JSON.stringify({ hostName: 'local', runDir: '/r' }),
		...files,
	};
	for (const [name, text] of Object.entries(all)) {
		writeFileSync(join(folder, name), text);
	}
}

function table(): TableRuns {
	// It asks no host.
	return new TableRuns(new WorkspaceRunLibrary(workspaceFolder(root), {} as RunHosts));
}

const line = (n: number, kind: string, values: object): string =>
	`${JSON.stringify({ n, attempt: 1, step: n, time: n, wall: n, kind, values })}\n`;

describe('the runs of a table', () => {
	it('have what is cheap at once, and what lies in files once they are read', async () => {
		put(
			ids[0],
			{ ...dpoRun({ recipeText: 'method: dpo\nlabels: ignore\n' }).spec, id: ids[0] },
			{
				'metrics.jsonl': `${line(1, 'train', { loss: 2 })}torn\n${line(2, 'eval', { eval_loss: 'NaN' })}${line(3, 'train', { loss: 1 })}`,
				'status.json': JSON.stringify({
					state: 'finished',
					attempt: 1,
					madeWith: {
						gpus: ['H100', 'H100'],
						chatTemplate: 'a'.repeat(64),
						arguments: { beta: 0.3 },
					},
				}),
			},
		);
		const runs = table();
		const [before] = runs.list();
		expect(before?.digest).toBeUndefined();
		expect(before && cellOf(before, { kind: 'fact', fact: 'data' })).toBe('pairs.jsonl');
		const run = await runs.read(ids[0]);
		expect(run?.digest).toMatchObject([
			{ metric: 'loss', kind: 'train', last: 1, lowest: 1, highest: 2 },
			{ metric: 'loss', kind: 'eval', last: Number.NaN },
		]);
		expect(run && cellOf(run, { kind: 'fact', fact: 'gpus' })).toBe('2 × H100');
		expect(run && cellOf(run, { kind: 'recipe', key: 'labels' })).toBe('ignore');
		expect(run?.conditions().beta[0]?.condition).toMatchObject({ text: '0.3' });
	});

	it('are read again when their metrics grew, and not when nothing changed', async () => {
		const spec = { ...dpoRun().spec, id: ids[0] };
		put(ids[0], spec, { 'metrics.jsonl': line(1, 'train', { loss: 2 }) });
		const runs = table();
		const first = await runs.read(ids[0]);
		expect((await runs.read(ids[0]))?.digest).toBe(first?.digest);
		put(ids[0], spec, {
			'metrics.jsonl': line(1, 'train', { loss: 2 }) + line(2, 'train', { loss: 1 }),
		});
		expect((await runs.read(ids[0]))?.digest?.[0]?.last).toBe(1);
	});

	it.each([
		['no datasets', { arguments: {} }],
		['datasets that are none', { arguments: {}, datasets: [null] }],
		['arguments that are none', { arguments: 7, datasets: [] }],
		['a path that is no text', { arguments: {}, datasets: [{ split: 'train', path: {} }] }],
		[
			'evaluations that are none',
			{ arguments: {}, datasets: [], afterCheckpoint: { evaluate: [7] } },
		],
	])('survive a record with %s, of which nothing is taken to be the same', async (_what, train) => {
		put(ids[0], { id: ids[0], kind: 'train', name: 'x', environment: {}, train });
		put(ids[1], { ...dpoRun().spec, id: ids[1] });
		const runs = table();
		await Promise.all(ids.map(id => runs.read(id)));
		const [good, broken] = runs.list();
		expect(good?.summary.id).toBe(ids[1]);
		const found =
			broken &&
			comparability(broken.conditions(), broken.conditions(), { metric: 'loss', kind: 'eval' });
		expect(found).toMatchObject({ isComparable: false });
		expect(runs.inputs(ids[0])).toBeDefined();
	});
});
