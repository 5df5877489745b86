import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetPage } from '../../support/bench/datasetPage';
import { waitFor } from '../../support/bench/waitFor';
import { readLines } from '../runFiles';
import type { WalkSession } from '../walkSession';

const sftFile = 'data/v1_sft_demo.jsonl';
const editedRow = 3;
const newText = 'Ask me again tomorrow: “today” is full.';

interface AnnotationEvent {
	readonly kind: string;
	readonly value?: unknown;
}

/** Three datasets of three formats; one edit that touches one row; two labels. */
export async function lookAtData(session: WalkSession): Promise<void> {
	await openPairs(session);
	await openAlpaca(session);
	await editOneMessage(session);
	await labelTwo(session);
}

async function openPairs(session: WalkSession): Promise<void> {
	const { editor } = session;
	await openFromView(session, 'dpo_en_demo.json');
	await new DatasetPage(editor).selectRow(1);
	const chosen = await editor.inWebview('pair-chosen');
	const rejected = await editor.inWebview('pair-rejected');
	const [left, right] = [await chosen.boundingBox(), await rejected.boundingBox()];
	assert.ok(left && right && left.x + left.width <= right.x + 1, 'the pair stands side by side');
	await session.picture('preference-pairs');
}

async function openAlpaca(session: WalkSession): Promise<void> {
	const { editor } = session;
	await openFromView(session, 'alpaca_en_demo.json');
	const dataset = new DatasetPage(editor);
	await dataset.selectRow(2);
	await (await editor.inWebview('message-0')).waitFor();
	const rows = (
		JSON.parse(
			await readFile(session.workspace.path('data/alpaca_en_demo.json'), 'utf8'),
		) as unknown[]
	).length;
	await dataset.waitForCount(rows);
	await session.picture('alpaca');
}

/** `.json` opens as text from the explorer; the Datasets view knows which of them hold rows. */
async function openFromView(session: WalkSession, name: string): Promise<void> {
	const { editor } = session;
	await editor.showViews();
	await editor.treeItem('Datasets', new RegExp(`${name}.*rows`)).click();
	await editor.page.locator('.tab.active').filter({ hasText: name }).waitFor();
}

async function editOneMessage(session: WalkSession): Promise<void> {
	const { editor, workspace } = session;
	const dataset = new DatasetPage(editor);
	const before = await readFile(workspace.path(sftFile));
	const rowsBefore = before.toString('utf8').split('\n');
	await editor.openFile(sftFile);
	await dataset.waitForCount(rowsBefore.length - 1);
	await dataset.selectRow(editedRow + 1);
	const original = await dataset.messageText(1);
	await session.picture('chat-view');

	await dataset.replaceText(1, newText);
	await dataset.waitForText(1, newText);
	await editor.tab('v1_sft_demo.jsonl').and(editor.page.locator('.dirty')).waitFor();
	await editor.press('Control+z');
	await dataset.waitForText(1, original);
	assert.ok(before.equals(await readFile(workspace.path(sftFile))), 'undo left the file as it was');

	await dataset.replaceText(1, newText);
	await dataset.waitForText(1, newText);
	await editor.save();
	const rowsAfter = (await readFile(workspace.path(sftFile), 'utf8')).split('\n');
	const changed = rowsAfter.flatMap((row, index) => (row === rowsBefore[index] ? [] : [index]));
	assert.equal(rowsAfter.length, rowsBefore.length);
	assert.deepEqual(changed, [editedRow], 'exactly the edited row has other bytes');
	assert.ok(rowsAfter[editedRow]?.includes(JSON.stringify(newText).slice(1, -1)));
	await session.picture('edited-and-saved');
	session.note(
		`edited 1 of ${rowsBefore.length - 1} rows; the other ${rowsBefore.length - 2} kept their bytes`,
	);
}

async function labelTwo(session: WalkSession): Promise<void> {
	const { editor, workspace } = session;
	const dataset = new DatasetPage(editor);
	await dataset.selectRow(1);
	await dataset.label('keep');
	await dataset.selectRow(2);
	await dataset.label('drop');
	const folder = workspace.path(`${sftFile}.annotations`);
	const labels = await waitFor('two labels on disk', async () => {
		// Named by the author and the clone, so that two clones never write one file; the edit that
		// was saved stands in a file of its own.
		const names = (await readdir(folder)).sort();
		assert.deepEqual(
			names.map(name => name.replace(/-[0-9a-f]{8}\.jsonl$/, '')),
			['edits-walker', 'walker'],
		);
		const [, name = ''] = names;
		const events = await readLines<AnnotationEvent>(path.join(folder, name));
		const values = events.filter(event => event.kind === 'label').map(event => event.value);
		return values.length >= 2 && values;
	});
	assert.deepEqual(labels, ['keep', 'drop']);
	await session.picture('labelled');
	session.note('labelled 2 examples: one keep, one drop');
}
