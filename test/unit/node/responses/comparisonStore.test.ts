import {
	appendFile,
	mkdir,
	mkdtemp,
	readFile,
	rename,
	rm,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { ok, type Result } from '../../../../src/core/base/result';
import {
	summariseComparison,
	type ComparisonSummary,
} from '../../../../src/core/responses/comparison';
import {
	ComparisonStore,
	readComparison,
	type VoteInput,
} from '../../../../src/node/responses/comparisonStore';
import {
	workspaceFolder,
	type WorkspaceFolder,
} from '../../../../src/node/workspace/workspaceFolder';

let root: string;
let workspace: WorkspaceFolder;
let store: ComparisonStore;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-comparison-'));
	workspace = workspaceFolder(root);
	store = new ComparisonStore(workspace, silentLogger);
});
afterEach(async () => {
	store.dispose();
	await rm(root, { recursive: true, force: true });
});

async function summaryOf(folder: string): Promise<Result<ComparisonSummary>> {
	const comparison = await readComparison(folder);
	return comparison.ok ? ok(summariseComparison(comparison.value)) : comparison;
}

function line(model: string, promptId: string, response: string): string {
	return `${JSON.stringify({
		n: 1,
		promptId,
		promptIndex: Number(promptId.slice(1)),
		model,
		messages: [{ role: 'user', content: `Prompt ${promptId}` }],
		response,
		finishReason: 'stop',
		tokens: { prompt: 1, response: 2 },
	})}\n`;
}

async function makeComparison(id: string, models = ['base', 'sft@4', 'dpo']): Promise<string> {
	const directory = path.join(workspace.comparisons, id);
	await mkdir(path.join(directory, 'responses'), { recursive: true });
	await writeFile(
		path.join(directory, 'comparison.json'),
		JSON.stringify({
			schemaVersion: 1,
			id,
			name: `Comparison ${id}`,
			createdAt: `2026-11-2${id}T10:00:00Z`,
			models: models.map(label => ({ label, ref: `run:${label}` })),
			somethingNew: true,
		}),
	);
	await writeFile(
		path.join(directory, 'prompts.jsonl'),
		[0, 1].map(i => `{"id":"p${i}","prompt":"Prompt p${i}"}\n`).join(''),
	);
	for (const label of models) {
		await writeFile(
			path.join(directory, 'responses', `${label.replace('@', '%40')}.jsonl`),
			line(label, 'p0', `${label} says 0.`) + line(label, 'p1', 'All say the same.'),
		);
	}
	return directory;
}

function best(promptId: string, label: string, voter = 'ada'): VoteInput {
	return {
		kind: 'best',
		label,
		promptId,
		voter,
		order: ['dpo', 'base', 'sft@4'],
		blind: true,
	};
}

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
	const text = await readFile(path.join(workspace.preferences, file), 'utf8');
	return text
		.split('\n')
		.filter(row => row !== '')
		.map(row => JSON.parse(row) as Record<string, unknown>);
}

describe('votes', () => {
	test('a vote is appended and becomes a pair with its provenance on the same line', async () => {
		const directory = await makeComparison('1');
		expect(await store.vote('1', best('p0', 'sft@4'))).toMatchObject({
			ok: true,
			value: { pairs: 1 },
		});
		const votes = await readFile(path.join(directory, 'votes', 'ada.jsonl'), 'utf8');
		expect(votes.trim().split('\n')).toHaveLength(1);
		const pairs = await rowsOf('votes.jsonl');
		expect(pairs.map(pair => Object.keys(pair))).toEqual([['prompt', 'chosen', 'rejected']]);
		expect(pairs[0]).toEqual({
			prompt: [{ role: 'user', content: 'Prompt p0' }],
			chosen: [{ role: 'assistant', content: 'sft@4 says 0.' }],
			rejected: [{ role: 'assistant', content: 'base says 0.' }],
		});
		expect(await rowsOf('votes.provenance.jsonl')).toMatchObject([
			{
				comparisonId: '1',
				promptId: 'p0',
				chosen: { ref: 'run:sft@4' },
				rejected: { label: 'base' },
			},
		]);
	});

	test('undo takes the pair away, and the files follow all comparisons in order', async () => {
		await makeComparison('2');
		await makeComparison('1');
		await store.vote('2', best('p0', 'base'));
		await store.vote('1', best('p0', 'dpo'));
		await store.vote('1', best('p0', 'dpo', 'bob/../x'));
		expect((await rowsOf('votes.provenance.jsonl')).map(row => row['comparisonId'])).toEqual([
			'1',
			'2',
		]);
		const { order, promptId, voter, blind } = best('p0', 'base');
		await store.vote('2', { kind: 'undo', order, promptId, voter, blind });
		expect(await rowsOf('votes.jsonl')).toHaveLength(1);
		const { mtimeMs } = await stat(store.preferencesPath);
		expect(await store.rewritePreferences()).toMatchObject({ ok: true, value: { pairs: 1 } });
		expect((await stat(store.preferencesPath)).mtimeMs).toBe(mtimeMs);
	});

	test('equal answers, ties and both bad make no pair and are listed', async () => {
		await makeComparison('1');
		expect(await store.vote('1', best('p1', 'base'))).toMatchObject({
			ok: true,
			value: { pairs: 0, skipped: [{ reason: 'identical' }, { reason: 'identical' }] },
		});
		await expect(stat(store.preferencesPath)).rejects.toThrow('ENOENT');
	});

	test('rows edited by hand are set aside, never overwritten', async () => {
		await makeComparison('1');
		await store.vote('1', best('p0', 'dpo'));
		const edited = (await readFile(store.preferencesPath, 'utf8')).replace('says', 'said');
		await writeFile(store.preferencesPath, edited);
		const aside = path.join(workspace.preferences, 'votes.edited-1.jsonl');
		expect(await store.vote('1', best('p0', 'dpo', 'bob'))).toMatchObject({
			value: { pairs: 1, setAside: aside },
		});
		expect(await readFile(aside, 'utf8')).toBe(edited);
		expect(await rowsOf('votes.jsonl')).toHaveLength(1);
		expect(await store.rewritePreferences()).not.toHaveProperty('value.setAside');
	});

	test('pairs of a comparison that cannot be read now stay', async () => {
		await makeComparison('1');
		const second = await makeComparison('2');
		await store.vote('1', best('p0', 'dpo'));
		await store.vote('2', best('p0', 'dpo'));
		await writeFile(path.join(second, 'comparison.json'), '{"torn');
		expect(await store.vote('1', best('p0', 'dpo', 'bob'))).toMatchObject({ value: { pairs: 2 } });
	});

	test('votes given at once all count', async () => {
		await makeComparison('1');
		await Promise.all(['a', 'b', 'c', 'd'].map(voter => store.vote('1', best('p0', 'dpo', voter))));
		expect(await store.rewritePreferences()).toMatchObject({
			value: { pairs: 1, skipped: [{}, {}, {}] },
		});
	});

	test('a torn last line in a votes file does not swallow the next vote', async () => {
		const directory = await makeComparison('1');
		await store.vote('1', best('p0', 'dpo'));
		await appendFile(path.join(directory, 'votes', 'ada.jsonl'), '{"torn');
		expect(await store.vote('1', best('p1', 'dpo'))).toMatchObject({ value: { pairs: 1 } });
		const comparison = await store.open('1');
		expect(comparison.ok && comparison.value.votes).toHaveLength(2);
		expect(comparison.ok && comparison.value.brokenLines).toMatchObject([{ file: 'ada.jsonl' }]);
	});
});

describe('reading', () => {
	test('a comparison fills while its answers arrive, a torn line waits', async () => {
		const directory = await makeComparison('1', ['base']);
		const file = path.join(directory, 'responses', 'base.jsonl');
		const whole = line('base', 'p7', 'Late answer with “ü”.');
		const changes: string[] = [];
		const changed = (count: number): Promise<void> =>
			new Promise(resolve => {
				const subscription = store.onDidChange(({ comparisonId }) => {
					changes.push(comparisonId);
					if (changes.length >= count) {
						subscription.dispose();
						resolve();
					}
				});
			});
		await store.open('1');
		const watch = store.watch('1');
		const bytes = Buffer.from(whole);
		let next = changed(1);
		await appendFile(file, bytes.subarray(0, -4));
		await next;
		const torn = await store.open('1');
		expect(torn.ok && torn.value.responses.get('base')?.size).toBe(2);
		expect(torn.ok && torn.value.brokenLines).toEqual([]);
		next = changed(2);
		await appendFile(file, bytes.subarray(-4));
		await next;
		const full = await store.open('1');
		expect(full.ok && full.value.responses.get('base')?.get('p7')?.response).toContain('“ü”');
		expect(full.ok && full.value.prompts.map(prompt => prompt.id)).toEqual(['p0', 'p1', 'p7']);
		watch.dispose();
	});

	test('broken lines are counted and a rewritten file is read anew', async () => {
		const directory = await makeComparison('1', ['base']);
		const file = path.join(directory, 'responses', 'base.jsonl');
		await appendFile(file, 'nonsense\n');
		const first = await store.open('1');
		expect(first.ok && first.value.brokenLines).toMatchObject([{ file: 'base.jsonl', line: 3 }]);
		await writeFile(file, line('base', 'p0', 'Anew.'));
		const second = await store.open('1');
		expect(second.ok && second.value.responses.get('base')?.size).toBe(1);
		expect(second.ok && second.value.brokenLines).toEqual([]);
	});

	test('a folder of answers without a header is a comparison too', async () => {
		const folder = path.join(root, 'out');
		await mkdir(folder);
		await writeFile(path.join(folder, 'a%2Fb.jsonl'), line('', 'p0', 'One.').trimEnd());
		await writeFile(path.join(folder, 'c.jsonl'), line('', 'p0', 'One.'));
		expect(await summaryOf(folder)).toMatchObject({
			ok: true,
			value: {
				name: 'out',
				prompts: 1,
				identicalAnswers: 1,
				models: [{ label: 'a/b', answers: 1 }, { label: 'c' }],
			},
		});
	});

	test('a folder without answers, a newer header and a path outside are refused', async () => {
		expect(await summaryOf(root)).toMatchObject({
			ok: false,
			error: { code: 'comparisonMissing' },
		});
		expect(await store.open('../..')).toMatchObject({ ok: false });
		const directory = await makeComparison('1');
		await writeFile(path.join(directory, 'comparison.json'), '{"schemaVersion": 2}');
		expect(await store.open('1')).toMatchObject({ ok: false, error: { code: 'fileUnreadable' } });
		expect(await store.list()).toEqual([]);
	});

	test('comparisons are listed newest first', async () => {
		await makeComparison('1');
		await makeComparison('2');
		expect((await store.list()).map(comparison => comparison.header.id)).toEqual(['2', '1']);
	});
});

test('pairs stay when votes or comparisons cannot be read for a while', async () => {
	const directory = await makeComparison('1');
	await store.vote('1', best('p0', 'dpo'));
	const pairs = await readFile(store.preferencesPath, 'utf8');
	expect(pairs).not.toBe('');
	for (const folder of [path.join(directory, 'votes'), workspace.comparisons]) {
		await rename(folder, `${folder}.away`);
		await symlink(folder, folder);
		const fresh = new ComparisonStore(workspace, silentLogger);
		await fresh.rewritePreferences();
		fresh.dispose();
		expect(await readFile(store.preferencesPath, 'utf8')).toBe(pairs);
		await rm(folder);
		await rename(`${folder}.away`, folder);
	}
});

test('a comparison is one folder of the workspace and nothing above it', async () => {
	await mkdir(workspace.comparisons, { recursive: true });
	for (const folder of [path.dirname(workspace.comparisons), workspace.comparisons]) {
		await writeFile(path.join(folder, 'comparison.json'), '{}');
	}
	for (const id of ['..', '.', '../x', '']) {
		expect((await store.open(id)).ok).toBe(false);
	}
});
