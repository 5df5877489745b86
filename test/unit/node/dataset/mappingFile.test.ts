import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertDataset } from '../../../../src/node/dataset/convertDataset';
import { inspectDataset } from '../../../../src/node/dataset/inspectDataset';
import { mappingFor, writeMapping } from '../../../../src/node/dataset/mappingFile';
import { temporaryFolder } from './temporaryFolder';

const mapping = { as: 'question', prompt: 'ask', reply: 'say' } as const;

async function workspaceWith(rows: string): Promise<{ folder: string; file: string }> {
	const folder = await temporaryFolder();
	const file = join(folder, 'data', 'own.jsonl');
	await mkdir(join(folder, 'data'));
	await writeFile(file, rows);
	return { folder, file };
}

describe('how a dataset is to be read', () => {
	it('is kept for each dataset, and is forgotten again', async () => {
		const { folder, file } = await workspaceWith('');
		const other = join(folder, 'data', 'train-*.jsonl');
		expect(await mappingFor(file)).toBeUndefined();
		expect(await writeMapping(file, mapping, folder)).toMatchObject({ ok: true });
		expect(await writeMapping(other, { as: 'json' }, folder)).toMatchObject({ ok: true });
		expect(JSON.parse(await readFile(join(folder, '.windsock', 'mappings.json'), 'utf8'))).toEqual({
			schemaVersion: 1,
			datasets: { 'data/own.jsonl': mapping, 'data/train-*.jsonl': { as: 'json' } },
		});
		await writeMapping(file, undefined, folder);
		expect([await mappingFor(file), await mappingFor(other)]).toEqual([undefined, { as: 'json' }]);
	});

	it('is never written over a file of another version', async () => {
		const { folder, file } = await workspaceWith('');
		await mkdir(join(folder, '.windsock'));
		const path = join(folder, '.windsock', 'mappings.json');
		await writeFile(path, '{"schemaVersion": 2, "datasets": {}}');
		expect(await writeMapping(file, mapping, folder)).toMatchObject({ ok: false });
		expect(await readFile(path, 'utf8')).toContain('"schemaVersion": 2');
	});

	it('counts for inspect and convert', async () => {
		const { folder, file } = await workspaceWith('{"ask":"Why?","say":"So."}\n{"text":"a"}\n');
		const before = await inspectDataset(file);
		expect(before.ok && before.value.formats).toEqual({ json: 1, text: 1 });
		await writeMapping(file, mapping, folder);
		const after = await inspectDataset(file);
		expect(after.ok && after.value.formats).toEqual({ mapped: 1, text: 1 });
		const out = join(folder, 'out.jsonl');
		const converted = await convertDataset({ path: file, out, target: 'trl-sft' });
		expect(converted.ok && [converted.value.rowsIn, converted.value.changed]).toEqual([2, 1]);
		const [line = ''] = (await readFile(out, 'utf8')).split('\n');
		expect(JSON.parse(line)).toMatchObject({
			messages: [
				{ role: 'user', content: 'Why?' },
				{ role: 'assistant', content: 'So.' },
			],
		});
	});
});
