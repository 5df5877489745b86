import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash, idByContent } from '../../../src/core/dataset/exampleId';
import { sha256 } from '../../../src/node/dataset/hash';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let folder: string;
let file: string;
let host: PracticeHost;
const rows = [
	'{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"As an AI I cannot."}]}',
	'{"messages":[{"role":"user","content":"Bye"},{"role":"assistant","content":"Bye. see you"}]}',
	'{"text":"as an AI"}',
];

beforeAll(async () => {
	host = await PracticeHost.create();
	folder = await mkdtemp(join(tmpdir(), 'windsock-find-'));
	file = join(folder, 'a.jsonl');
	await writeFile(file, rows.join('\n'));
});
afterAll(async () => {
	host.dispose();
	await rm(folder, { recursive: true, force: true });
});

function windsock(...argv: string[]): Promise<Said> {
	return windsockOn(host, ['find', ...argv]);
}

describe('windsock find', () => {
	it('lists the rows that pass, and how many', async () => {
		const said = await windsock(file, 'role:assistant content:/as an ai/i');
		expect(said.code).toBe(0);
		expect(said.out).toBe('1  messages    Hi\n1 of 3 rows\n');
		expect((await windsock(file, '"as an ai"', '--count')).out).toBe('2 of 3 rows\n');
		expect((await windsock(file, '"as an ai"', '--limit', '1')).out).toContain('… 1 more');
	});

	it('gives the same as JSON, with findings and labels where they are asked for', async () => {
		const said = await windsock(file, 'finding:lowerCaseStart', '--json');
		const { dataset } = JSON.parse(said.out) as { dataset: { found: unknown[]; matched: number } };
		expect(dataset.matched).toBe(1);
		expect(dataset.found).toMatchObject([
			{ row: 2, format: 'messages', title: 'Bye', findings: ['lowerCaseStart'] },
		]);
		const annotations = `${file}.annotations`;
		const { mkdir } = await import('node:fs/promises');
		await mkdir(annotations, { recursive: true });
		const id = idByContent(contentHash(rows[2] ?? '', sha256), 0);
		const event = { id, time: '2026-01-01T00:00:00Z', event: 'e1', kind: 'label', value: 'fix' };
		await writeFile(join(annotations, 'ann-1.jsonl'), `${JSON.stringify(event)}\n`);
		expect((await windsock(file, 'label:fix')).out).toContain('3  text  fix  as an AI');
	});

	it('says where a query is wrong, and exits with 1; with 2 for a wrong limit', async () => {
		const said = await windsock(file, 'role:asistant');
		expect(said.code).toBe(1);
		expect(said.err).toContain('“asistant” is not a role. Did you mean “assistant”?');
		expect((await windsock(file, 'x', '--limit', 'many')).code).toBe(2);
	});
});
