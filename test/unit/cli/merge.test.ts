import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost, until } from '../../support/practiceHost';

let host: PracticeHost;
let runId: string;
const checkpoint = (name: string): string => host.runFile(runId, `checkpoints/${name}`);

beforeAll(async () => {
	host = await PracticeHost.create();
	const recipe = host.recipe(['max_steps: 4', 'save_steps: 2', 'name: lora']);
	runId = String((await json('launch', recipe, '--wait'))['runId']);
	writeFileSync(checkpoint('checkpoint-2/adapter_config.json'), '{}');
});
beforeEach(() => rmSync(checkpoint('merged-2'), { recursive: true, force: true }));
afterAll(() => host.dispose());

async function json(...argv: string[]): Promise<Record<string, unknown>> {
	const said = await windsockOn(host, [...argv, '--json']);
	expect(said.code, said.err).toBe(0);
	return JSON.parse(said.out) as Record<string, unknown>;
}

describe('an adapter that is merged', () => {
	it('is a model beside its checkpoint, which other runs start from', async () => {
		const path = checkpoint('merged-2');
		const said = await windsockOn(host, ['merge', 'lora', '--json']);
		expect(JSON.parse(said.out)).toMatchObject({ runId, step: 2, path });
		expect(said.err).toContain('Merging');
		expect((await json('checkpoints', 'lora'))['checkpoints']).toMatchObject([
			{ step: 2, adapter: true, merged: false, complete: true },
			{ step: 2, adapter: false, merged: true, complete: true },
		]);
		// Its own run has nothing more to say.
		expect(host.runFolders).toEqual([runId]);
		const recipe = host.recipe(['max_steps: 1', `model_name_or_path: path:${path}`, 'name: next']);
		const next = await json('launch', recipe, '--wait');
		// What a run starts from by name is the adapter still.
		const again = host.recipe(['max_steps: 1', 'model_name_or_path: run:lora', 'name: again']);
		const { run } = (await json('launch', again, '--wait')) as { run: { parent: string } };
		expect(run.parent).toBe(runId);
		const text = (await windsockOn(host, ['delete', 'lora'])).out;
		expect(text).toContain('Checkpoints at steps 2, 2 (merged).');
		expect(text).toContain('again (step 2)');
		expect(text).toContain('next');
		expect(next).toMatchObject({ run: { state: 'finished' } });
	});

	it('leaves its run and the log of it where it fails', async () => {
		writeFileSync(checkpoint('checkpoint-2/refuse'), '');
		const said = await windsockOn(host, ['merge', 'lora']);
		rmSync(checkpoint('checkpoint-2/refuse'));
		expect(said.code).toBe(1);
		expect(said.err).toContain('“merge lora@2” failed');
		expect((await windsockOn(host, ['logs', 'merge lora@2'])).out).toContain('it cannot be merged');
		expect(existsSync(checkpoint('merged-2'))).toBe(false);
	});

	it('ends on the host when it is cancelled', async () => {
		writeFileSync(checkpoint('checkpoint-2/wait'), '');
		const { merging, library } = host.services();
		const before = new Set(host.runFolders);
		const controller = new AbortController();
		const progress = { report: () => {} };
		const merged = merging.merge(runId, 2, { progress, signal: controller.signal });
		await until(() => library.list().some(run => run.kind === 'merge' && run.state === 'running'));
		controller.abort();
		expect(await merged).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		rmSync(checkpoint('checkpoint-2/wait'));
		library.dispose();
		expect(new Set(host.runFolders)).toEqual(before);
		expect(existsSync(checkpoint('merged-2'))).toBe(false);
	});

	it('is not what a whole model is', async () => {
		rmSync(checkpoint('checkpoint-2/adapter_config.json'));
		const said = await windsockOn(host, ['merge', 'lora', '--step', '2']);
		expect(said.err).toContain('not an adapter');
		expect(said.code).toBe(1);
	});
});
