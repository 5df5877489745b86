import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readAfterCheckpoint } from '../../core/training/afterCheckpoint';
import type { LoadedGraph } from './loadedGraph';

/** What the recipes of a graph run by themselves: scripts, and commands after a checkpoint. */
export interface OwnPrograms {
	/** Of the commands and of the content of every file that they take along. */
	readonly hash: string;
	/** Each once, as one line in which nothing is invisible. */
	readonly shown: readonly string[];
}

/**
 * Undefined where no recipe of the graph runs anything of its own.
 *
 * @param root the project that scripts are sent with, where a recipe names none
 */
export async function ownPrograms(
	loaded: LoadedGraph,
	root: string,
): Promise<OwnPrograms | undefined> {
	const hash = createHash('sha256');
	const shown = new Set<string>();
	for (const work of loaded.work.values()) {
		if (work.kind !== 'train') {
			continue;
		}
		const { method, arguments: given, afterCheckpoint } = work.recipe;
		const folder = dirname(work.path);
		const add = async (
			words: readonly string[],
			files: readonly string[],
			from: string,
		): Promise<void> => {
			shown.add(visible(words.join(' ')));
			hash.update(JSON.stringify(words));
			for (const file of files) {
				// What is not there now may be there then: that is other content.
				const content = await readFile(resolve(from, file)).catch(() => undefined);
				hash.update(JSON.stringify([file, content?.length ?? null])).update(content ?? '');
			}
		};
		if (method === 'script' && typeof given['script'] === 'string') {
			const words = given['script_arguments'];
			const script = given['script'];
			const project = given['project'];
			const from = typeof project === 'string' ? resolve(folder, project) : root;
			const all = [script, ...(Array.isArray(words) ? words.map(String) : [])];
			await add(all, [script], from);
		}
		for (const { command, files } of readAfterCheckpoint(afterCheckpoint).value?.evaluate ?? []) {
			await add(command, files, folder);
		}
	}
	return shown.size === 0 ? undefined : { hash: hash.digest('hex'), shown: [...shown] };
}

/** Line breaks and signs that turn the reading order would hide what a command says. */
function visible(text: string): string {
	return text.replaceAll(
		/[\p{C}\p{Zl}\p{Zp}]/gu,
		sign => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`,
	);
}
