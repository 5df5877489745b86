import { build } from 'esbuild';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowRewrite } from '../../../../src/core/dataset/edit/rowRewrite';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { rewritePreview } from '../../../../src/node/dataset/rewritePreview';
import { applyRewrite, planRewrite } from '../../../../src/node/dataset/rewriteRows';
import { deleteRows } from '../../../../src/node/dataset/rowEditing';
import { startRewriter } from '../../../../src/node/dataset/rewriteThread';
import { temporaryFile, temporaryFolder } from './temporaryFolder';

async function opened(rows: readonly string[]): Promise<DatasetModel> {
	const file = await temporaryFile('a.jsonl', rows.join('\n'));
	const options = { open: {}, annotations: undefined, now: () => new Date(0) };
	const model = await DatasetModel.open(file, options);
	if (!model.ok) {
		throw model.error;
	}
	onTestFinished(() => model.value.dispose());
	await model.value.file.scanned;
	return model.value;
}

function idsOf(model: DatasetModel): number[] {
	return Array.from({ length: model.rowCount }, (_, i) => model.rowAt(i).id);
}

async function textsOf(model: DatasetModel): Promise<string[]> {
	const rows = Array.from({ length: model.rowCount }, (_, i) => model.rowAt(i));
	return (await model.readRows(rows)).map(row => new TextDecoder().decode(row));
}

function replacing(find: string, replacement: string): RowRewrite {
	const search = { find, isRegex: false, matchCase: true, wholeWord: false };
	return { kind: 'replace', search, replacement };
}

async function planned(model: DatasetModel, rewrite: RowRewrite) {
	const plan = await planRewrite(model, idsOf(model), rewrite, { workerFile: undefined });
	if (!plan.ok) {
		throw plan.error;
	}
	return plan.value;
}

const rows = Array.from(
	{ length: 450 },
	(_, i) => `{"text": "row ${i}${i % 3 ? '' : ' old old'}"}`,
);

describe('a change of many rows', () => {
	it('changes nothing before it is made, and is one step of undo', async () => {
		const model = await opened(rows);
		const plan = await planned(model, replacing('old', 'new'));
		expect(plan).toMatchObject({ places: 300, deleted: 0 });
		expect(plan.rows.map(({ number }) => number).slice(0, 3)).toEqual([1, 4, 7]);
		const { before, after } = rewritePreview(plan, 10);
		expect(before.match(/^\/\/ Row \d+/gm)).toHaveLength(10);
		expect(after).toContain('// 10 of 150 rows, spread evenly');
		expect(await textsOf(model)).toEqual(rows);
		const change = await applyRewrite(model, plan, 'Replace');
		expect(await textsOf(model)).toEqual(rows.map(row => row.replaceAll('old', 'new')));
		await (change.ok ? change.value?.undo() : undefined);
		expect(await textsOf(model)).toEqual(rows);
		await (change.ok ? change.value?.redo() : undefined);
		expect((await textsOf(model))[3]).toBe('{"text": "row 3 new new"}');
	});

	it('is refused whole when one of its rows changed after the preview', async () => {
		const model = await opened(rows);
		const plan = await planned(model, replacing('old', 'new'));
		await model.editText(3, [['text']], 'by hand', undefined);
		const made = await applyRewrite(model, plan, 'Replace');
		expect(!made.ok && made.error.code).toBe('fileChanged');
		expect((await textsOf(model))[0]).toBe(rows[0]);
		await deleteRows(model, [6]);
		const again = await planned(model, replacing('old', 'new'));
		expect(again.rows.map(({ id }) => id)).not.toContain(6);
	});

	it('deletes a row of which a fix leaves nothing, and undo brings it back in its place', async () => {
		const chat = (reply: string): string =>
			`{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "${reply}"}]}`;
		const own = [chat('Hello.'), chat('As an AI, I do not have feelings.'), chat('Bye.')];
		const model = await opened(own);
		const plan = await planned(model, { kind: 'fix', fix: 'stripPreface' });
		expect(plan).toMatchObject({ deleted: 1 });
		const { before, after } = rewritePreview(plan);
		expect(before).toContain('As an AI');
		expect(after).toBe('// Row 2: deleted\n\n');
		const change = await applyRewrite(model, plan, 'Strip Prefaces');
		expect(await textsOf(model)).toEqual([own[0], own[2]]);
		await (change.ok ? change.value?.undo() : undefined);
		expect(await textsOf(model)).toEqual(own);
	});

	it('says that an expression is none, and stops when it is cancelled', async () => {
		const model = await opened(rows);
		const search = { find: '(', isRegex: true, matchCase: true, wholeWord: false };
		const none = { workerFile: undefined };
		const wrong = await planRewrite(
			model,
			idsOf(model),
			{ kind: 'replace', search, replacement: '' },
			none,
		);
		expect(!wrong.ok && wrong.error.code).toBe('searchInvalid');
		const stopped = await planRewrite(model, idsOf(model), replacing('a', 'b'), {
			...none,
			signal: AbortSignal.abort(),
		});
		expect(!stopped.ok && stopped.error.code).toBe('cancelled');
	});

	it('ends an expression that takes for ever, in its own thread', async () => {
		const workerFile = path.join(await temporaryFolder(), 'rewriteWorker.js');
		await build({
			entryPoints: ['src/node/dataset/rewriteWorker.ts'],
			bundle: true,
			platform: 'node',
			outfile: workerFile,
			logLevel: 'error',
		});
		const search = { find: '(a+)+$', isRegex: true, matchCase: true, wholeWord: false };
		const rewrite = { kind: 'replace', search, replacement: '' } as const;
		const rewriter = startRewriter({ rewrite, mapping: undefined }, workerFile, 1_000);
		onTestFinished(() => rewriter.close());
		const row = (text: string) => new TextEncoder().encode(JSON.stringify({ text }));
		expect((await rewriter.rewrite([row('baa'), row('b')]))?.map(one => one !== null)).toEqual([
			true,
			false,
		]);
		expect(await rewriter.rewrite([row(`${'a'.repeat(60)}b`)])).toBeUndefined();
	});
});
