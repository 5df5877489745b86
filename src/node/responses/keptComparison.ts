import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { responseFileName } from '../../core/contract/responseFileName';
import type { ComparedFiles } from '../../core/responses/formats/comparisonFromFiles';

const toolNames = [
	['mt-bench', 'MT-Bench'],
	['alpaca-eval', 'AlpacaEval'],
	['arena-hard', 'Arena-Hard'],
	['llm-comparator', 'LLM Comparator'],
	['windsock', 'Windsock'],
] as const;

/**
 * Keeps the answers of files as a comparison of the workspace, to be read and voted on. The same files
 * are the same comparison: opened again, it has their answers of now and the votes of before.
 * Returns its id.
 */
export async function keepComparison(
	parent: string,
	{ files, lines }: Required<Pick<ComparedFiles, 'files' | 'lines'>>,
	now: number = Date.now(),
): Promise<Result<string>> {
	const paths = files.map(file => path.resolve(file.path)).toSorted();
	const hash = createHash('sha256').update(paths.join('\n')).digest('hex');
	const id = `files-${hash.slice(0, 16)}`;
	const folder = path.join(parent, id);
	const answers = path.join(folder, 'responses');
	const header = {
		schemaVersion: 1,
		id,
		name: neutralName(files),
		createdAt: new Date(now).toISOString(),
		models: lines.header.models,
	};
	try {
		await rm(answers, { recursive: true, force: true });
		await mkdir(answers, { recursive: true });
		await writeFile(path.join(folder, 'prompts.jsonl'), whole(lines.prompts));
		for (const [label, responses] of lines.responses) {
			await writeFile(path.join(answers, responseFileName(label)), whole(responses));
		}
		const text = `${JSON.stringify(header, undefined, '\t')}\n`;
		await writeFile(path.join(folder, 'comparison.json'), text);
		return ok(id);
	} catch (error) {
		const details = { path: folder, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
}

function whole(rows: readonly string[]): string {
	return rows.map(row => `${row}\n`).join('');
}

/** Names no model: the list of comparisons is seen while names are hidden. */
function neutralName(files: ComparedFiles['files']): string {
	const tools = toolNames.filter(([start]) => files.some(({ format }) => format.startsWith(start)));
	const count = files.length === 1 ? '1 file' : `${files.length} files`;
	return `${tools.map(([, name]) => name).join(', ')}, ${count}`;
}
