import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choicesOf, splitsOf } from '../../core/dataset/datasetFiles';

/** Paths and globs of the datasets in a folder that is not one itself; none when it has none. */
export async function datasetChoices(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const files = entries.filter(entry => !entry.isDirectory()).map(({ name }) => name);
	if (files.includes('dataset_dict.json')) {
		const splits = splitsOf(await readFile(join(folder, 'dataset_dict.json'), 'utf8'));
		const folders = new Set(entries.filter(entry => entry.isDirectory()).map(({ name }) => name));
		return splits.filter(split => folders.has(split)).map(split => join(folder, split));
	}
	const choices = choicesOf(files);
	const isHub = choices.length === 0 && entries.some(({ name }) => name === 'data');
	return isHub ? datasetChoices(join(folder, 'data')) : choices.map(choice => join(folder, choice));
}
