import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
let runId: string;

async function windsock(...argv: string[]) {
	const said = await windsockOn(host, argv);
	return { ...said, json: () => JSON.parse(said.out) as Record<string, unknown> };
}

beforeAll(async () => {
	host = await PracticeHost.create();
	const recipe = host.recipe(['max_steps: 4', 'save_steps: 2', 'name: zephyr']);
	runId = String((await windsock('launch', recipe, '--wait', '--json')).json()['runId']);
	writeFileSync(host.runFile(runId, 'checkpoints/checkpoint-2/model.safetensors'), 'weights');
	mkdirSync(host.runFile(runId, 'checkpoints/checkpoint-4'));
});
afterAll(() => host.dispose());

describe('the command line', () => {
	it('lists the checkpoints of a run', async () => {
		const listed = await windsock('checkpoints', 'zephyr', '--json');
		expect(listed.json()).toMatchObject({
			schemaVersion: 1,
			runId,
			checkpoints: [
				{ step: 2, complete: true, adapter: false },
				{ step: 4, complete: false, adapter: false, bytes: 0 },
			],
		});
		const text = (await windsock('checkpoints', 'last')).out;
		expect(text).toMatch(/^2 .* model +complete$/m);
		expect(text).toMatch(/^4 .* model +not complete$/m);
	});

	it('pulls the newest complete checkpoint, and says what came', async () => {
		const out = join(host.folder, 'pulled');
		const pulled = await windsock('pull', 'last', '--out', out, '--json');
		expect(pulled.json()).toMatchObject({ runId, out, step: 2, files: 2 });
		expect(readFileSync(join(out, 'model.safetensors'), 'utf8')).toBe('weights');
		expect((await windsock('pull', 'last', '--out', out)).out).toContain(`is in ${out}`);
		const none = await windsock('pull', 'last', '--step', '4', '--out', out);
		expect(none.code).toBe(1);
		expect(none.err).toContain('complete are: 2');
	});

	it('removes one checkpoint', async () => {
		const removed = await windsock('checkpoints', 'last', '--remove', '4', '--json');
		expect(removed.json()).toMatchObject({ runId, removed: { step: 4 } });
		expect(existsSync(host.runFile(runId, 'checkpoints/checkpoint-4'))).toBe(false);
		expect(existsSync(host.runFile(runId, 'checkpoints/checkpoint-2'))).toBe(true);
	});

	it('previews what no run names, and removes it only when told to', async () => {
		const store = join(host.home, '.windsock', 'store');
		const spec = readFileSync(host.runFile(runId, 'spec.json'), 'utf8');
		const { datasets } = (JSON.parse(spec) as { train: { datasets: { path: string }[] } }).train;
		const data = datasets[0]?.path ?? '';
		const orphan = join(store, `${createHash('sha256').update('x').digest('hex')}.jsonl`);
		writeFileSync(orphan, 'x');
		const longAgo = new Date('2020-01-01');
		utimesSync(data, longAgo, longAgo);
		utimesSync(orphan, longAgo, longAgo);
		const kept = await windsock('gc', 'local', '--json');
		expect(kept.json()).toMatchObject({
			host: 'local',
			removed: false,
			bytes: 1,
			items: [{ kind: 'input', files: 1, bytes: 1, runs: [] }],
		});
		rmSync(host.runFile(runId, 'spec.json'));
		const preview = await windsock('gc', 'local');
		expect(preview.out).toMatch(/input .* zephyr$/m);
		expect(preview.out).toContain('would go with --yes');
		expect(existsSync(data)).toBe(true);
		expect((await windsock('gc', 'local', '--yes')).out).toContain('Removed');
		expect(existsSync(data) || existsSync(orphan)).toBe(false);
		expect((await windsock('gc', 'local')).out).toContain('Nothing to remove on local');
	});
});
