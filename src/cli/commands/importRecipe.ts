import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { importRecipeFile } from '../../node/runs/importRecipeFile';
import { table, type Answer } from '../output';

export interface ImportOptions {
	readonly out?: string;
	readonly method?: 'sft' | 'dpo';
	readonly gpusBefore?: number;
	readonly gpus?: number;
}

/** Makes a recipe of another tool's file and says what became of each key. */
export async function importRecipe(file: string, options: ImportOptions): Promise<Result<Answer>> {
	const imported = await importRecipeFile({
		path: resolve(file),
		out: options.out === undefined ? undefined : resolve(options.out),
		method: options.method,
		gpusBefore: options.gpusBefore,
		gpusNow: options.gpus,
	});
	if (!imported.ok) {
		return imported;
	}
	const { tool, method, text, keys, written, files } = imported.value;
	const rows = keys
		.filter(({ outcome }) => outcome !== 'kept')
		.map(({ key, outcome, to, note }) => [outcome, key, to.join(', '), note]);
	const theirs = keys.filter(({ outcome }) => outcome !== 'added').length;
	const kept = keys.length - rows.length;
	const shown =
		written.length > 0 ? written.map(path => `written: ${path}\n`).join('') : `${text}\n`;
	return ok({
		json: { imported: { tool, method, keys, written, recipe: text, files } },
		text: `${shown}${tool}, ${method}: ${kept} of ${theirs} keys kept as they are\n${table(rows)}`,
	});
}
