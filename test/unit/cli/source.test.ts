import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let folder: string;
let host: PracticeHost;

beforeAll(async () => {
	host = await PracticeHost.create();
	folder = await mkdtemp(join(tmpdir(), 'windsock-source-'));
	vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
	const row = (reply: string): string =>
		JSON.stringify({ messages: [{ role: 'assistant', content: reply }] });
	await writeFile(
		join(folder, 'sft.jsonl'),
		[row('A plain answer.'), row('It takes a nuanced, careful view of things.')].join('\n'),
	);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
	host.dispose();
	await rm(folder, { recursive: true, force: true });
});

describe('windsock source', () => {
	it('lists the rows that say most of a phrase, and that this proves no cause', async () => {
		const windsock = (...argv: string[]): Promise<Said> => windsockOn(host, ['source', ...argv]);
		const file = join(folder, 'sft.jsonl');
		const said = await windsock('a nuanced careful opinion', file);
		expect(said.code).toBe(0);
		expect(said.out).toContain(`${file}:2`);
		expect(said.out).toContain('3/4');
		expect(said.out).toContain('Similar, not proof of cause.');
		expect(said.out).not.toContain('Plain');
		const json = await windsock('a nuanced careful opinion', file, '--json');
		expect(JSON.parse(json.out)).toMatchObject({
			datasets: [{ path: file, rows: 2 }],
			sources: [{ row: 2, sharedWords: 3, place: 'assistant' }, { row: 1 }],
		});
		expect((await windsock('marmoset', file)).out).toContain('No row has a word of it.');
		expect((await windsock('x', join(folder, 'nothing.jsonl'))).code).toBe(1);
		expect(await readdir(join(folder, 'cache', 'windsock', 'phrases'))).toHaveLength(1);
	});
});
