import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
let runId: string;

const windsock = (...words: string[]): Promise<Said> => windsockOn(host, [...words, '--json']);

beforeAll(async () => {
	host = await PracticeHost.create();
	const recipe = host.recipe(['max_steps: 4', 'save_steps: 4']);
	const said = await windsock('launch', recipe, '--wait');
	({ runId } = JSON.parse(said.out) as { runId: string });
});
afterAll(() => host.dispose());

describe('a push to the Hub', () => {
	it('says what would leave the host, and sends nothing of itself', async () => {
		const before = host.runFolders;
		const said = await windsock('push', runId, '--repo', 'ada/mine', '--private');
		expect(said.code, said.err).toBe(0);
		expect(JSON.parse(said.out)).toMatchObject({
			step: 4,
			plan: { repo: 'ada/mine', user: 'ada', private: true, bytes: 1234 },
		});
		expect(said.out).not.toContain('pushed');
		expect(host.runFolders).toEqual(before);
		const words = await windsockOn(host, ['push', runId, '--repo', 'ada/mine']);
		expect(words.out).toContain('1.23 kB in 1 file to https://hub/ada/mine (new, public: anybody');
		expect(words.out).toContain('--yes does it');
	});

	it('goes as a run of its own that is gone when it went well', async () => {
		const before = host.runFolders;
		const said = await windsock('push', runId, '--repo', 'ada/mine', '--yes');
		expect(said.code, said.err).toBe(0);
		expect(said.err).toContain('model.safetensors');
		expect(JSON.parse(said.out)).toMatchObject({
			pushed: { url: 'https://hub/ada/mine', commit: 'c'.repeat(40) },
		});
		expect(host.runFolders).toEqual(before);
	});

	it('is refused in words where the host is not logged in, or the name is none', async () => {
		const refused = await windsock('push', runId, '--repo', 'ada/refused', '--yes');
		expect(refused.code).toBe(1);
		expect(refused.err).toContain('not logged in');
		const named = await windsock('push', runId, '--repo', 'mine', '--yes');
		expect(named.err).toContain('OWNER/NAME');
		const missing = await windsock('push', runId, '--repo', 'ada/mine', '--checkpoint', '3');
		expect(missing.code).toBe(1);
	});

	it('wants shards to be merged first', async () => {
		const folder = host.runFile(runId, 'checkpoints/checkpoint-4');
		mkdirSync(`${folder}/pytorch_model_fsdp_0`);
		writeFileSync(`${folder}/pytorch_model_fsdp_0/.metadata`, '');
		const listed = await windsock('checkpoints', runId);
		expect(JSON.parse(listed.out)).toMatchObject({ checkpoints: [{ step: 4, sharded: true }] });
		const refused = await windsock('push', runId, '--repo', 'ada/mine');
		expect(refused.err).toContain('is in shards');
		const merged = await windsock('merge', runId);
		expect(merged.code, merged.err).toBe(0);
		expect(readFileSync(host.runFile(runId, 'checkpoints/merged-4/config.json'), 'utf8')).toBe(
			'{}',
		);
		const pushed = await windsock('push', runId, '--repo', 'ada/mine', '--merged');
		expect(JSON.parse(pushed.out)).toMatchObject({ step: 4, plan: { repo: 'ada/mine' } });
	});
});
