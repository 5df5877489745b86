import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost, until } from '../../support/practiceHost';
import { tmpfs } from '../../support/tmpfs';

let host: PracticeHost;

beforeAll(async () => {
	host = await PracticeHost.create();
});
afterAll(() => host.dispose());

async function windsock(...argv: string[]) {
	const said = await windsockOn(host, argv);
	return { ...said, json: () => JSON.parse(said.out) as Record<string, unknown> };
}

/** A run that has ended with one checkpoint of known size. */
async function trained(name: string): Promise<string> {
	const recipe = host.recipe(['max_steps: 4', 'save_steps: 2', `name: ${name}`]);
	const runId = String((await windsock('launch', recipe, '--wait', '--json')).json()['runId']);
	writeFileSync(host.runFile(runId, 'checkpoints/checkpoint-2/model.safetensors'), 'weights');
	return runId;
}

/** Keeps a folder from being deleted until the answer is called; undefined where nothing can. */
function hold(folder: string): (() => void) | undefined {
	if (process.getuid?.() === 0) {
		// Rights do not hold root back, a mount does.
		const disk = tmpfs(folder, 1 << 20);
		return disk && (() => disk.unmount());
	}
	mkdirSync(folder);
	writeFileSync(join(folder, 'kept'), 'kept');
	chmodSync(folder, 0o555);
	return () => chmodSync(folder, 0o755);
}

describe('deleting a run', () => {
	it('says first what goes and who names its checkpoints, and goes only when told to', async () => {
		const runId = await trained('base-sft');
		const next = ['launch', host.recipe(['max_steps: 2', 'name: next']), '--wait', '--json'];
		const child = (await windsock(...next, '--model', 'run:base-sft@2')).json()['runId'];
		mkdirSync(join(host.workspace, 'recipes'), { recursive: true });
		const recipe = 'method: dpo\nmodel_name_or_path: run:base-sft\ndataset_path: a.jsonl\n';
		writeFileSync(join(host.workspace, 'recipes', 'dpo.yaml'), recipe);
		writeFileSync(
			join(host.workspace, 'other.yaml'),
			'jobs:\n  model_name_or_path: run:base-sft\n',
		);
		const comparison = join(host.workspace, '.windsock', 'comparisons', 'c1');
		mkdirSync(comparison, { recursive: true });
		const header = {
			name: 'before and after',
			models: [
				{ label: 'tiny', ref: 'tiny' },
				{ label: 'sft', ref: `run:${runId}@2` },
			],
		};
		writeFileSync(join(comparison, 'comparison.json'), JSON.stringify(header));

		const preview = await windsock('delete', 'base-sft', '--json');
		expect(preview.json()).toMatchObject({
			runId,
			removed: false,
			preview: {
				name: 'base-sft',
				hostName: 'local',
				checkpoints: [{ step: 2, complete: true }],
				answers: 0,
				namedBy: {
					comparisons: [{ id: 'c1', name: 'before and after', models: [`run:${runId}@2`] }],
					recipes: [{ path: 'recipes/dpo.yaml', model: 'run:base-sft' }],
					runs: [{ id: child, name: 'next', step: 2 }],
				},
			},
		});
		const text = (await windsock('delete', 'base-sft')).out;
		expect(text).toContain('Checkpoint at step 2.');
		expect(text).toContain('recipes/dpo.yaml (run:base-sft)');
		expect(text).toContain('next (step 2)');
		expect(text).toContain('before and after');
		expect(text).toContain('--yes');
		expect(host.runFolders).toContain(runId);

		const deleted = (await windsock('delete', 'base-sft', '--yes', '--json')).json();
		expect(deleted).toMatchObject({
			removed: true,
			freed: { files: expect.any(Number) as number },
		});
		expect((deleted['freed'] as { bytes: number }).bytes).toBeGreaterThan('weights'.length);
		expect(host.runFolders).not.toContain(runId);
		expect(existsSync(host.mirrorFile(runId, 'spec.json'))).toBe(false);
		expect(host.runFolders).toContain(child);
	});

	it('refuses a run that goes on', async () => {
		const recipe = host.recipe(['max_steps: 4000', 'name: going']);
		const runId = String((await windsock('launch', recipe, '--json')).json()['runId']);
		for (const words of [['delete'], ['delete', '--yes'], ['archive', '--yes']]) {
			const said = await windsock(words[0] ?? '', runId, ...words.slice(1));
			expect(said.code).toBe(1);
			expect(said.err).toContain('still going');
		}
		expect(host.runFolders).toContain(runId);
		await windsock('stop', runId);
		expect((await windsock('delete', runId, '--yes')).code).toBe(0);
	});

	it('says how much is left where it fails half-way, and can be repeated', async ({ skip }) => {
		const runId = await trained('stuck');
		const release = hold(host.runFile(runId, 'checkpoints/checkpoint-2/held'));
		if (release === undefined) {
			skip('nothing here can keep a folder from being deleted');
		}
		const said = await windsock('delete', runId, '--yes');
		expect(said.code).toBe(1);
		expect(said.err).toContain('only in part');
		expect(said.err).toContain('checkpoint-2/held');
		expect(existsSync(host.runFile(runId, 'log.txt'))).toBe(false);
		expect((await windsock('runs')).out).toMatch(new RegExp(`${runId} +finished`));
		release?.();
		expect((await windsock('delete', runId, '--yes')).code).toBe(0);
		expect(host.runFolders).not.toContain(runId);
	});

	it('can take a run off the list and leave its host alone', async () => {
		const runId = await trained('elsewhere');
		await windsock('delete', runId, '--only-here', '--json');
		expect(existsSync(host.mirrorFile(runId, 'spec.json'))).toBe(false);
		expect(host.runFolders).toContain(runId);
		expect((await windsock('attach', runId)).code).toBe(0);
	});
});

describe('archiving a run', () => {
	it('removes its checkpoints, keeps its records here and there, and can be undone in the list', async () => {
		const runId = await trained('old');
		mkdirSync(host.runFile(runId, 'code'));
		writeFileSync(host.runFile(runId, 'code/train.py'), 'print()');
		const preview = (await windsock('archive', 'old', '--json')).json();
		const big = { files: 3, bytes: expect.any(Number) as number };
		expect(preview).toMatchObject({ removed: false, preview: { onHost: { big } } });
		const archived = (await windsock('archive', 'old', '--yes', '--json')).json();
		expect(archived).toMatchObject({ removed: true, freed: { files: 3 } });
		expect(existsSync(host.runFile(runId, 'checkpoints'))).toBe(false);
		expect(existsSync(host.runFile(runId, 'code'))).toBe(false);
		expect(existsSync(host.runFile(runId, 'metrics.jsonl'))).toBe(true);
		const { runs } = (await windsock('runs', '--json')).json() as {
			runs: { id: string; archivedAt?: string; state: string }[];
		};
		const shown = runs.find(run => run.id === runId);
		expect(shown).toMatchObject({ state: 'finished', archivedAt: expect.any(String) as string });
		expect((await windsock('metrics', runId)).out).toContain('step');
		expect((await windsock('runs')).out).toMatch(new RegExp(`${runId} +archived`));
		await windsock('archive', 'old', '--undo', '--json');
		expect((await windsock('runs')).out).toMatch(new RegExp(`${runId} +finished`));
		expect((await windsock('runs', '--json')).out).not.toContain('archivedAt');
	});

	it('is seen by a window that is open already', async () => {
		const runId = await trained('seen');
		const { library } = host.services();
		const looking = library.lookForOthers();
		await windsock('archive', runId, '--yes');
		await until(() => library.get(runId)?.archivedAt !== undefined);
		looking.dispose();
		library.dispose();
	});
});
