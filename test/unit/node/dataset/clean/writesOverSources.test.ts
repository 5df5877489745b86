import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanDataset } from '../../../../../src/node/dataset/clean/cleanDataset';
import { temporaryFolder } from '../temporaryFolder';

const row = '{"text":"Hello"}\n';

async function cleaned(source: string, out: string): Promise<{ ok: boolean; left: string }> {
	const folder = await temporaryFolder();
	const file = join(folder, 'data', 'a.jsonl');
	await mkdir(join(folder, 'data'));
	await writeFile(file, row);
	await link(file, join(folder, 'hard.jsonl'));
	if (out === 'link.jsonl') {
		await symlink(file, join(folder, out));
	}
	const pipelinePath = join(folder, 'p.yaml');
	await writeFile(pipelinePath, `source: ${source}\nout: ${out}\nsteps:\n  - keep: nothing\n`);
	const { ok } = await cleanDataset({ pipelinePath, version: '9.9.9' });
	return { ok, left: await readFile(file, 'utf8') };
}

describe('a pipeline that would write over what it reads', () => {
	it.each([
		['data/a.jsonl', 'hard.jsonl'],
		['data', 'data/a.jsonl'],
		['"data/*.jsonl"', 'data/a.jsonl'],
	])('is refused where it reads %s and writes %s', async (source, out) => {
		expect(await cleaned(source, out)).toEqual({ ok: false, left: row });
	});

	it.skipIf(process.platform === 'win32')('is refused where it writes through a link', async () => {
		expect(await cleaned('data/a.jsonl', 'link.jsonl')).toEqual({ ok: false, left: row });
	});

	it('is run where it writes elsewhere', async () => {
		expect(await cleaned('data', 'b.jsonl')).toEqual({ ok: true, left: row });
	});

	it.each([
		['edits: more.jsonl', 'more.jsonl'],
		['decontaminate: [more.jsonl]', 'more.jsonl'],
	])('is refused where a step is “%s” and it writes %s', async (step, out) => {
		const folder = await temporaryFolder();
		await writeFile(join(folder, 'a.jsonl'), row);
		await writeFile(join(folder, 'more.jsonl'), '');
		const pipelinePath = join(folder, 'p.yaml');
		const text = `source: a.jsonl\nout: ${out}\nsteps:\n  - ${step}\n`;
		await writeFile(pipelinePath, text);
		const cleaned = await cleanDataset({ pipelinePath, version: '9.9.9' });
		expect(cleaned.ok ? undefined : cleaned.error.details['reason']).toContain('what is read');
		expect(await readFile(pipelinePath, 'utf8')).toBe(text);
	});
});
