import { readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	compareFiles,
	type ComparedFiles,
	type NamedAnswerFile,
} from '../../core/responses/formats/comparisonFromFiles';
import { readAnswerFile } from '../../core/responses/formats/readAnswerFile';

const mostBytes = 256 * 2 ** 20;
const mostFiles = 500;
const deepest = 4;
/** Names that say what a file is and not whose. */
const generalNames = new Set(['model_outputs', 'annotations', 'outputs', 'answers', 'leaderboard']);

export interface FilesRead extends ComparedFiles {
	/** Files of the folders that hold nothing of the kind. */
	readonly passedOver: readonly string[];
}

/**
 * Reads answers, annotations, judgments and prompts of MT-Bench, AlpacaEval, Arena-Hard and LLM
 * Comparator, told apart by what they hold. Folders give what is in them. Never writes.
 */
export async function readComparedFiles(
	paths: readonly string[],
	signal?: AbortSignal,
): Promise<Result<FilesRead>> {
	const files: NamedAnswerFile[] = [];
	const passedOver: string[] = [];
	try {
		for (const named of paths) {
			const isFolder = (await stat(named)).isDirectory();
			for (const file of isFolder ? await filesIn(named) : [named]) {
				signal?.throwIfAborted();
				const read = await readOne(file);
				if (read) {
					files.push(read);
				} else if (isFolder) {
					passedOver.push(file);
				} else {
					return err(new WindsockError('answersUnknown', { path: file }));
				}
			}
		}
		files.unshift(...(await questionsBeside(files)));
	} catch (error) {
		return WindsockError.is(error) ? err(error) : unreadable(error, paths);
	}
	const name = path.basename(path.resolve(paths[0] ?? '.')).replace(/\.jsonl?$/, '');
	return files.length === 0
		? err(new WindsockError('answersUnknown', { path: paths.join(', ') }))
		: ok({ ...compareFiles(files, name), passedOver });
}

function unreadable(error: unknown, paths: readonly string[]): Result<never> {
	const where = error instanceof Error && 'path' in error ? String(error.path) : paths.join(', ');
	if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
		return err(new WindsockError('fileMissing', { path: where }, { cause: error }));
	}
	if (error instanceof Error && error.name === 'AbortError') {
		return err(new WindsockError('cancelled'));
	}
	const details = { path: where, reason: reasonOf(error) };
	return err(new WindsockError('fileUnreadable', details, { cause: error }));
}

async function readOne(file: string): Promise<NamedAnswerFile | undefined> {
	const { size } = await stat(file);
	if (size > mostBytes) {
		const reason = `it has more than ${mostBytes / 2 ** 20} MiB`;
		throw new WindsockError('fileUnreadable', { path: file, reason });
	}
	const read = readAnswerFile(await readFile(file, 'utf8'));
	return read && { ...read, path: file, name: nameOf(file) };
}

/** Whose answers a file has, where it does not say so itself. */
function nameOf(file: string): string {
	const own = path.basename(file).replace(/\.jsonl?$/, '');
	const folder = path.basename(path.dirname(path.resolve(file)));
	return generalNames.has(own) && folder !== '' ? folder : own;
}

async function filesIn(folder: string, depth = 0): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const found: string[] = [];
	for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
		const place = path.join(folder, entry.name);
		const isHidden = entry.name.startsWith('.') || entry.name === 'node_modules';
		if (entry.isDirectory() && !isHidden && depth < deepest) {
			found.push(...(await filesIn(place, depth + 1)));
		} else if (entry.isFile() && !isHidden && /\.jsonl?$/.test(entry.name)) {
			found.push(place);
		}
		if (found.length > mostFiles) {
			const reason = `it holds more than ${mostFiles} files of JSON`;
			throw new WindsockError('fileUnreadable', { path: folder, reason });
		}
	}
	return found;
}

/** MT-Bench's answers only name their questions, which stand in the folder above. */
async function questionsBeside(files: readonly NamedAnswerFile[]): Promise<NamedAnswerFile[]> {
	if (files.some(({ prompts }) => prompts.length > 0)) {
		return [];
	}
	for (const { format, path: file } of files) {
		if (format !== 'mt-bench-answers') {
			continue;
		}
		const folder = path.dirname(path.resolve(file));
		for (const place of [folder, path.dirname(folder)]) {
			const beside = path.join(place, 'question.jsonl');
			const read = await readOne(beside).catch(() => undefined);
			if (read?.format === 'mt-bench-questions') {
				return [read];
			}
		}
	}
	return [];
}
