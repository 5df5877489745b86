import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { readComparedFiles } from '../../../../src/node/responses/comparedFiles';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { keepComparison } from '../../../../src/node/responses/keptComparison';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';

let root: string;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-kept-'));
});
afterEach(async () => {
	await rm(root, { recursive: true, force: true });
});

async function write(model: string, texts: readonly string[]): Promise<string> {
	const file = path.join(root, `${path.basename(model)}.json`);
	const rows = texts.map((output, i) => ({ instruction: `Ask ${i}`, output, generator: model }));
	await writeFile(file, JSON.stringify(rows));
	return file;
}

async function keep(...paths: readonly string[]): Promise<string> {
	const read = await readComparedFiles(paths);
	if (!read.ok || !read.value.lines) {
		throw new Error('not read');
	}
	const { files, lines } = read.value;
	const kept = await keepComparison(workspaceFolder(root).comparisons, { files, lines });
	if (!kept.ok) {
		throw kept.error;
	}
	return kept.value;
}

test('files opened as a comparison can be voted on, and opened again keep the votes', async () => {
	const store = new ComparisonStore(workspaceFolder(root), silentLogger);
	try {
		const paths = [await write('org/alpha', ['a', 'b']), await write('beta', ['c', 'd'])];
		const id = await keep(...paths);
		const opened = await store.open(id);
		expect(opened.ok && opened.value.header).toMatchObject({
			// The list of comparisons is seen while names are hidden.
			name: 'AlpacaEval, 2 files',
			models: [{ label: 'org/alpha' }, { label: 'beta' }],
		});
		expect(opened.ok && opened.value.prompts.map(({ messages }) => messages[0]?.content)).toEqual([
			'Ask 0',
			'Ask 1',
		]);
		const order = ['beta', 'org/alpha'];
		const vote = { voter: 'me', promptId: '0', order, blind: true } as const;
		expect((await store.vote(id, { ...vote, kind: 'best', label: 'beta' })).ok).toBe(true);
		await write('beta', ['changed']);
		expect(await keep(...paths.toReversed())).toBe(id);
		const again = await store.open(id);
		expect(again.ok && again.value.votes).toMatchObject([{ best: 'beta' }]);
		expect(again.ok && again.value.responses.get('beta')?.get('0')?.response).toBe('changed');
		expect(again.ok && again.value.responses.get('beta')?.has('1')).toBe(false);
		expect(await readdir(workspaceFolder(root).comparisons)).toEqual([id]);
	} finally {
		store.dispose();
	}
});
