import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetChoices } from '../../../../src/node/dataset/datasetChoices';
import { locateDataset } from '../../../../src/node/dataset/locateDataset';
import {
	workspaceAnnotations,
	writableFolder,
} from '../../../../src/node/dataset/annotate/annotationPlace';
import { temporaryFolder } from './temporaryFolder';

async function folderWith(...names: string[]): Promise<string> {
	const folder = await temporaryFolder();
	for (const name of names) {
		await mkdir(join(folder, name, '..'), { recursive: true });
		await writeFile(join(folder, name), '{"text":"a"}\n');
	}
	return folder;
}

describe('a folder that is not one dataset', () => {
	it('offers each split and each kind, and every offer opens', async () => {
		const folder = await folderWith(
			'train-00000-of-00002.jsonl',
			'train-00001-of-00002.jsonl',
			'train2-00000-of-00002.jsonl',
			'train2-00001-of-00002.jsonl',
			'one.csv',
			'dataset_infos.json',
			'.hidden.jsonl',
		);
		const choices = await datasetChoices(folder);
		expect(choices.map(choice => basename(choice))).toEqual([
			'one.csv',
			'train-*-of-*.jsonl',
			'train2-*-of-*.jsonl',
		]);
		const located = await Promise.all(choices.map(locateDataset));
		expect(located.map(one => one.ok && one.value.length)).toEqual([1, 2, 2]);
	});

	it('offers the splits of save_to_disk, and what a folder of the Hub keeps in data', async () => {
		const saved = await folderWith('train/a.arrow', 'test/a.arrow', 'dataset_dict.json');
		await writeFile(join(saved, 'dataset_dict.json'), '{"splits": ["train", "test", "../x"]}');
		expect(await datasetChoices(saved)).toEqual([join(saved, 'train'), join(saved, 'test')]);
		const hub = await folderWith('data/a.parquet', 'data/b.csv', 'README.md');
		expect(await datasetChoices(hub)).toEqual([
			join(hub, 'data', 'a.parquet'),
			join(hub, 'data', 'b.csv'),
		]);
		expect(await datasetChoices(await folderWith('README.md'))).toEqual([]);
	});
});

describe('annotations of a glob', () => {
	it('go to the workspace under a name without signs, one for each glob', async () => {
		const folder = await folderWith('data/a.jsonl', 'data/b[1].jsonl');
		const place = await writableFolder(join(folder, 'data', '*.jsonl'), folder);
		expect(place).toBe(workspaceAnnotations(folder, join(folder, 'data', '*.jsonl')));
		expect(basename(place)).toMatch(/^_\.jsonl-[0-9a-f]{8}$/);
		expect(workspaceAnnotations(folder, join(folder, 'other', '*.jsonl'))).not.toBe(place);
	});

	it('stand beside a file whose name only looks like one', async () => {
		const folder = await folderWith('data/b[1].jsonl');
		const file = join(folder, 'data', 'b[1].jsonl');
		expect(await writableFolder(file, folder)).toBe(`${file}.annotations`);
	});
});
