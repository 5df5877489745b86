import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { datasetNames } from '../../core/dataset/container';
import { inNaturalOrder, savedFiles, shardsOf, splitsOf } from '../../core/dataset/datasetFiles';

/** Each file of a dataset is held open. */
const mostFiles = 1024;

/**
 * The files that a dataset consists of, in order.
 *
 * @param location a file, a folder of shards or of `save_to_disk`, or a glob
 */
export async function locateDataset(location: string): Promise<Result<string[]>> {
	const kind = await kindOf(location);
	if (kind === 'file') {
		return datasetNames.test(location)
			? ok([location])
			: err(new WindsockError('formatUnknown', { path: location }));
	}
	if (kind === 'folder') {
		return limited(location, await filesOfFolder(location));
	}
	if (/[*?{[]/.test(location)) {
		return limited(location, await filesOfGlob(location));
	}
	return datasetNames.test(location)
		? err(new WindsockError('fileMissing', { path: location }))
		: err(new WindsockError('formatUnknown', { path: location }));
}

/** Whether the location names several files, as a folder or a glob does. */
export async function isCollection(location: string): Promise<boolean> {
	return (await kindOf(location)) !== 'file' && !datasetNames.test(location);
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing'> {
	try {
		return (await stat(path)).isDirectory() ? 'folder' : 'file';
	} catch {
		return 'missing';
	}
}

async function filesOfFolder(folder: string): Promise<Result<string[]>> {
	const names = await readdir(folder);
	if (names.includes('dataset_dict.json')) {
		const splits = splitsOf(await readFile(join(folder, 'dataset_dict.json'), 'utf8'));
		const reason = `it holds the splits ${splits.join(', ')}, each a folder`;
		return err(new WindsockError('datasetUnclear', { path: folder, reason }));
	}
	if (names.includes('state.json')) {
		const saved = savedFiles(await readFile(join(folder, 'state.json'), 'utf8'));
		if (saved.length > 0) {
			return ok(saved.map(name => join(folder, name)));
		}
	}
	const shards = shardsOf(names);
	if (shards.ok) {
		return ok(shards.files.map(name => join(folder, name)));
	}
	if (names.includes('data') && (await kindOf(join(folder, 'data'))) === 'folder') {
		// As repositories of the Hub keep them.
		return filesOfFolder(join(folder, 'data'));
	}
	return err(new WindsockError('datasetUnclear', { path: folder, reason: shards.reason }));
}

const globRemedy =
	'Check the folder and the pattern: “*” stands for part of a name, “**” for folders within folders.';

async function filesOfGlob(pattern: string): Promise<Result<string[]>> {
	const found: string[] = [];
	// Node's glob takes a backslash for an escape; on Windows people mean a folder by it.
	const portable = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
	for await (const path of glob(portable)) {
		if (datasetNames.test(path)) {
			found.push(path);
		}
	}
	const reason = 'no file that holds rows fits the pattern';
	return found.length > 0
		? ok(inNaturalOrder(found))
		: err(new WindsockError('datasetUnclear', { path: pattern, reason, remedy: globRemedy }));
}

function limited(location: string, files: Result<string[]>): Result<string[]> {
	if (files.ok && files.value.length > mostFiles) {
		const reason = `it has ${files.value.length} files, and at most ${mostFiles} open as one list`;
		return err(new WindsockError('datasetUnclear', { path: location, reason }));
	}
	return files;
}
