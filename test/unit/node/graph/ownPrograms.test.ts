import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadGraph } from '../../../../src/node/graph/loadedGraph';
import { ownPrograms, type OwnPrograms } from '../../../../src/node/graph/ownPrograms';
import { temporaryFile } from '../dataset/temporaryFolder';

const plain = 'method: sft\ndataset_path: data.jsonl\n';
const command = `after_checkpoint:
  evaluate:
    - name: score
      command: [python3, score.py, "{checkpoint}", "--a\\u202E\\nb"]
      results: out.json
      files: [score.py]
`;

async function programs(recipe: string, script: string): Promise<OwnPrograms | undefined> {
	const path = await temporaryFile(
		'graph.yaml',
		'graph: mine\nnodes:\n  one: { recipe: one.yaml }\n  two: { recipe: one.yaml, set: { seed: 2 } }\n',
	);
	const folder = dirname(path);
	await writeFile(join(folder, 'data.jsonl'), '{"text":"a"}\n');
	await writeFile(join(folder, 'one.yaml'), recipe);
	await writeFile(join(folder, 'score.py'), script);
	const loaded = await loadGraph(path);
	if (!loaded.ok) {
		throw loaded.error;
	}
	return ownPrograms(loaded.value, folder);
}

describe('the programs that the recipes of a graph run', () => {
	it('are none where the recipes only train', async () => {
		expect(await programs(plain, '')).toBeUndefined();
	});

	it('are shown once each, with nothing hidden in them', async () => {
		const found = await programs(plain + command, 'print(1)');
		expect(found?.shown).toEqual(['python3 score.py {checkpoint} --a\\u{202e}\\u{a}b']);
	});

	it('are others when a command or a file that it takes along is another', async () => {
		const one = await programs(plain + command, 'print(1)');
		expect((await programs(plain + command, 'print(1)'))?.hash).toBe(one?.hash);
		expect((await programs(plain + command, 'print(2)'))?.hash).not.toBe(one?.hash);
		const other = command.replace('score.py, "{', 'score.py, -v, "{');
		expect((await programs(plain + other, 'print(1)'))?.hash).not.toBe(one?.hash);
	});

	it('are scripts, too, by their content', async () => {
		const recipe = 'method: script\nscript: score.py\nscript_arguments: [x]\n';
		const found = await programs(recipe, '1');
		expect(found?.shown).toEqual(['score.py x']);
		expect((await programs(recipe, '2'))?.hash).not.toBe(found?.hash);
	});
});
