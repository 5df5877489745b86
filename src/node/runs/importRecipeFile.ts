import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	importRecipe,
	type ImportedRecipe,
	type ImportRequest,
} from '../../core/training/import/importRecipe';
import type { DatasetInfo } from '../../core/training/import/llamaFactoryRecipe';
import { readText } from './recipeFile';

export interface RecipeImport extends Pick<ImportRequest, 'method' | 'gpusBefore' | 'gpusNow'> {
	/** The other tool's file. */
	readonly path: string;
	/** The recipe to write. Undefined: nothing is written. */
	readonly out: string | undefined;
}

export type WrittenRecipe = ImportedRecipe & {
	/** Paths that were written, the recipe first. */
	readonly written: readonly string[];
};

/** Makes a recipe of another tool's file; a file that is there is never written over. */
export async function importRecipeFile(request: RecipeImport): Promise<Result<WrittenRecipe>> {
	const { path, out, method, gpusBefore, gpusNow } = request;
	const text = await readText(path);
	if (!text.ok) {
		return text;
	}
	const stem = basename(out ?? path, extname(out ?? path));
	const imported = importRecipe(text.value, {
		source: out === undefined ? basename(path) : nearName(path, out),
		method,
		gpusBefore,
		gpusNow,
		datasetInfo: await datasetInfoBeside(path),
		stem,
	});
	if (!imported.ok || out === undefined) {
		return imported.ok ? ok({ ...imported.value, written: [] }) : imported;
	}
	const folder = dirname(resolve(out));
	const files = [
		[resolve(out), imported.value.text] as const,
		...imported.value.files.map(file => [join(folder, file.name), file.text] as const),
	];
	const there = files.find(([file]) => existsSync(file));
	if (there !== undefined) {
		const reason = 'it is there already';
		const remedy = 'Choose another name, or remove it; nothing was written.';
		return err(new WindsockError('fileUnwritable', { path: there[0], reason, remedy }));
	}
	try {
		await mkdir(folder, { recursive: true });
		for (const [file, content] of files) {
			await writeFile(file, content, { flag: 'wx' });
		}
	} catch (error) {
		const details = { path: out, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return ok({ ...imported.value, written: files.map(([file]) => file) });
}

/** As it is written in the comment: without the folders of this machine where it is near. */
function nearName(path: string, out: string): string {
	const near = relative(dirname(resolve(out)), resolve(path)).replaceAll('\\', '/');
	const isFar = near.split('/').filter(part => part === '..').length > 3;
	return isFar ? basename(path) : near;
}

/** LLaMA-Factory names datasets in `data/dataset_info.json`, which may lie beside or above. */
async function datasetInfoBeside(path: string): Promise<DatasetInfo | undefined> {
	let folder = dirname(resolve(path));
	for (let up = 0; up < 4; up++) {
		const file = join(folder, 'data', 'dataset_info.json');
		if (existsSync(file)) {
			try {
				return JSON.parse(await readFile(file, 'utf8')) as DatasetInfo;
			} catch {
				// It only helps to name files; the report says that the paths are to be checked.
				return undefined;
			}
		}
		folder = dirname(folder);
	}
	return undefined;
}
