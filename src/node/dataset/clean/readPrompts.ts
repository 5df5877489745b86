import { basename } from 'node:path';
import { recogniseBytes } from '../../../core/dataset/format';
import { normalisePrompt, promptOf } from '../../../core/dataset/clean/normalisedPrompt';
import { DatasetFile } from '../datasetFile';
import { checkCancelled } from '../expected';
import { readPortions } from '../rowReader';

/**
 * The prompts of evaluations and other sets, normalised, with the file that each stands in. Throws
 * a WindsockError for a file that cannot be read.
 */
export async function readPrompts(
	paths: readonly string[],
	signal?: AbortSignal,
): Promise<Map<string, string>> {
	const prompts = new Map<string, string>();
	for (const path of paths) {
		const opened = await DatasetFile.open(path);
		if (!opened.ok) {
			throw opened.error;
		}
		const file = opened.value;
		try {
			const indexed = await file.indexed;
			if (!indexed.ok) {
				throw indexed.error;
			}
			for await (const { rows } of readPortions(file.rows, row => file.sizeOf(row))) {
				checkCancelled(signal, 'reading prompts');
				for (const bytes of rows) {
					const prompt = promptOf(recogniseBytes(bytes, file.mapping));
					if (prompt !== undefined) {
						prompts.set(normalisePrompt(prompt), basename(path));
					}
				}
			}
		} finally {
			await file.close();
		}
	}
	return prompts;
}
