import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
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
	await editor.openFile('data/dpo_en_demo.json');
	await openWithWindsock(session, 'dpo_en_demo.json');
	await (await editor.inWebview('dataset-row-0')).click();
	const chosen = await editor.inWebview('pair-chosen');
	const rejected = await editor.inWebview('pair-rejected');
	const [left, right] = [await chosen.boundingBox(), await rejected.boundingBox()];
	assert.ok(left && right && left.x + left.width <= right.x + 1, 'the pair stands side by side');
	await session.picture('preference-pairs');
}

async function openAlpaca(session: WalkSession): Promise<void> {
	const { editor } = session;
	await editor.openFile('data/alpaca_en_demo.json');
	await openWithWindsock(session, 'alpaca_en_demo.json');
	await (await editor.inWebview('dataset-row-1')).click();
	await (await editor.inWebview('message-0')).waitFor();
	const rows = (
		JSON.parse(
			await readFile(session.workspace.path('data/alpaca_en_demo.json'), 'utf8'),
		) as unknown[]
	).length;
	await expectCount(session, rows);
	await session.picture('alpaca');
}

/** `.json` opens as text by default; the dataset editor is one command away. */
async function openWithWindsock(session: WalkSession, name: string): Promise<void> {
	const { editor } = session;
	await editor.runCommand('Windsock: Open Dataset…');
	await waitFor('the dataset editor', async () => {
		const tab = editor.page.locator('.tab.active').filter({ hasText: name });
		return (await tab.count()) === 1;
	});
}

async function expectCount(session: WalkSession, rows: number): Promise<void> {
	const count = await session.editor.inWebview('dataset-count');
	await waitFor(`a count of ${rows}`, async () =>
		(await count.innerText()).replaceAll(/\D/g, ' ').includes(String(rows)),
	);
}

async function editOneMessage(session: WalkSession): Promise<void> {
	const { editor, workspace } = session;
	const before = await readFile(workspace.path(sftFile));
	const rowsBefore = before.toString('utf8').split('\n');
	await editor.openFile(sftFile);
	await expectCount(session, rowsBefore.length - 1);
	await (await editor.inWebview(`dataset-row-${editedRow}`)).click();
	const original = await messageText(session);
	await session.picture('chat-view');

	await typeInMessage(session, newText);
	await waitForText(session, newText);
	await editor.tab('v1_sft_demo.jsonl').and(editor.page.locator('.dirty')).waitFor();
	await editor.press('Control+z');
	await waitForText(session, original);
	assert.ok(before.equals(await readFile(workspace.path(sftFile))), 'undo left the file as it was');

	await typeInMessage(session, newText);
	await waitForText(session, newText);
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

async function chatFrame(session: WalkSession): Promise<Frame> {
	return session.editor.frameWith('[data-testid="message-text-1"]');
}

async function messageText(session: WalkSession): Promise<string> {
	return (await chatFrame(session)).locator('[data-testid="message-text-1"]').innerText();
}

async function waitForText(session: WalkSession, text: string): Promise<void> {
	await waitFor(`the message to say “${text}”`, async () =>
		(await messageText(session)).includes(text.slice(0, 40)),
	);
}

async function typeInMessage(session: WalkSession, text: string): Promise<void> {
	const frame = await chatFrame(session);
	await frame.locator('[data-testid="message-edit-1"]').click();
	const field = frame.locator('[data-testid="message-1"] textarea');
	await field.waitFor();
	await field.press('Control+a');
	await field.pressSequentially(text);
	await field.press('Control+Enter');
	await field.waitFor({ state: 'detached' });
}

async function labelTwo(session: WalkSession): Promise<void> {
	const { editor, workspace } = session;
	await (await editor.inWebview('dataset-row-0')).click();
	await (await editor.inWebview('label-keep')).click();
	await (await editor.inWebview('dataset-row-1')).click();
	await (await editor.inWebview('label-drop')).click();
	const file = workspace.path(`${sftFile}.annotations/walker.jsonl`);
	const labels = await waitFor('two labels on disk', async () => {
		const events = await readLines<AnnotationEvent>(file);
		const values = events.filter(event => event.kind === 'label').map(event => event.value);
		return values.length >= 2 && values;
	});
	assert.deepEqual(labels, ['keep', 'drop']);
	await session.picture('labelled');
	session.note('labelled 2 examples: one keep, one drop');
}
