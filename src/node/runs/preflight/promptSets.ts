import { createHash } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { TrainPromptSet } from '../../../core/contract/runFiles.generated';
import { parsePromptSet } from '../../../core/responses/promptSet';
import type { InputFile } from '../../transfer/uploadInputs';
import { workspaceFolder } from '../../workspace/workspaceFolder';
import type { PreparedHost } from '../preparedHost';
import { readText } from '../recipeFile';

const mostSets = 50;
const mostBytes = 8e6;

export interface SentPromptSets {
	readonly inputs: readonly InputFile[];
	readonly records: TrainPromptSet[];
}

/**
 * The prompt sets of a project, in its folder `prompts` and in its comparisons: what stands in them must not be trained on.
 * Only what is asked goes to the host; reference answers stay here. What is no prompt set is passed
 * over, and so is what is too large to be one.
 */
export async function promptSetsOf(
	root: string,
	{ layout }: PreparedHost,
	scratch: string,
): Promise<SentPromptSets> {
	const inputs: InputFile[] = [];
	const records: TrainPromptSet[] = [];
	const sent = new Set<string>();
	for (const path of await setsOf(root)) {
		const text = await readText(path);
		const set = text.ok ? parsePromptSet(text.value, path) : text;
		if (!set.ok) {
			continue;
		}
		const lines = set.value.map(({ messages }) => `${JSON.stringify({ messages })}\n`).join('');
		const bytes = Buffer.from(lines);
		const name = `${createHash('sha256').update(bytes).digest('hex')}.jsonl`;
		if (sent.has(name)) {
			continue;
		}
		sent.add(name);
		const copy = join(scratch, name);
		await writeFile(copy, bytes);
		inputs.push({ path: copy, name, size: bytes.length, label: basename(path) });
		const source = relative(root, path).split(sep).join('/');
		records.push({ path: `${layout.store}/${name}`, source });
	}
	return { inputs, records };
}

/** A comparison keeps a copy of its set; one that still stands in `prompts` is named from there. */
async function setsOf(root: string): Promise<string[]> {
	const { comparisons } = workspaceFolder(root);
	const answered = (await filesIn(comparisons)).filter(path => basename(path) === 'prompts.jsonl');
	return [...(await filesIn(join(root, 'prompts'))), ...answered].slice(0, mostSets);
}

async function filesIn(folder: string): Promise<string[]> {
	// A project without prompts has no such folder.
	const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
	const found: string[] = [];
	for (const name of names.filter(one => one.endsWith('.jsonl')).toSorted()) {
		const path = join(folder, name);
		const facts = await stat(path).catch(() => undefined);
		if (facts?.isFile() === true && facts.size <= mostBytes) {
			found.push(path);
		}
	}
	return found;
}
