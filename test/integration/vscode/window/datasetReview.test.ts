import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const dataset = 'data/chats.jsonl';
const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
const text = numbers.map(n => `{"id":"r${n}","text":"Example ${n}"}\n`).join('');
/** Another annotator keeps everything. */
const others = numbers
	.map(n => `{"kind":"label","value":"keep","id":"id:r${n}","time":"2026-01-01T00:00:00.000Z"}\n`)
	.join('');

interface Line {
	readonly kind: string;
	readonly value?: string;
}

describe('a review in a window', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;

	beforeAll(async () => {
		bench = await WindowBench.start();
		workspace = await TemporaryWorkspace.create(projectRoot);
		await workspace.write(dataset, text);
		await workspace.write(`${dataset}.annotations/mia-0a1b2c3d.jsonl`, others);
		editor = await bench.open(workspace);
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor.dump(task.name.replaceAll(/\W+/g, '-'));
		}
	});

	afterAll(async () => {
		await editor?.close();
		await bench?.stop();
		await workspace?.remove();
	});

	it('goes through ten rows by keys, and every decision is in the log', async () => {
		await editor.openFile(dataset);
		await (await editor.inWebview('dataset-row-1')).click();
		await (await editor.inWebview('start-review')).click();
		await editor.pick('In Order');
		const progress = await editor.inWebview('review-progress');
		await (await editor.inWebview('example-body')).click();
		const keys = ['k', 'd', 'f', 'k', 'k', 'd', 'k', 's', 'k', 'k'];
		for (const [i, key] of keys.entries()) {
			const frame = await editor.frameWith('[data-testid="review-bar"]');
			await frame.getByRole('heading', { name: `Row ${i + 1}`, exact: true }).waitFor();
			await frame.locator('[data-testid="review-bar"][data-takes-keys="true"]').waitFor();
			if (i === 0) {
				const said = await (await editor.inWebview('others-said')).innerText();
				expect(said).toContain('shown once you have decided');
				expect(said).not.toMatch(/mia|keep/);
			}
			if (i === 4) {
				await editor.press('4');
				const rating = await editor.inWebview('review-rate-4');
				await waitFor(
					'the rating',
					async () => (await rating.getAttribute('aria-pressed')) === 'true',
				);
				expect(await progress.innerText()).toContain('/ 10');
				await editor.screenshot('dataset-review');
			}
			await editor.press(key);
		}
		const summary = await editor.inWebview('review-summary');
		expect(await summary.innerText()).toContain('9 of 10 reviewed');
		const folder = workspace.path(`${dataset}.annotations`);
		await waitFor('ten decisions on disk', async () => (await decisions(folder)).length === 10);
		expect(await decisions(folder)).toEqual([
			'keep',
			'drop',
			'fix',
			'keep',
			'keep',
			'drop',
			'keep',
			'skip',
			'keep',
			'keep',
		]);
		expect(await readFile(workspace.path(dataset), 'utf8')).toBe(text);
	});

	it('says how far annotators agree and opens what they disagree on', async () => {
		// Of ten one is skipped; six of the other nine are kept by both.
		const agreement = await (await editor.inWebview('agreement-table')).innerText();
		expect(agreement).toMatch(/mia.*\s9\s+67%\s+3\s+none below 20 shared/);
		await editor.screenshot('dataset-review-end');
		await (await editor.inWebview('review-disagreements')).click();
		const frame = await editor.frameWith('[data-testid="review-bar"]');
		await frame.getByRole('heading', { name: 'Row 2', exact: true }).waitFor();
		expect(await (await editor.inWebview('review-progress')).innerText()).toBe('0 / 3');
		expect(await (await editor.inWebview('others-said')).innerText()).toMatch(/mia\s+keep/);
		await (await editor.inWebview('example-body')).click();
		await editor.press('k');
		await frame.getByRole('heading', { name: 'Row 3', exact: true }).waitFor();
		await editor.press('u');
		await frame.getByRole('heading', { name: 'Row 2', exact: true }).waitFor();
		const drop = await editor.inWebview('review-drop');
		await waitFor(
			'the decision before',
			async () => (await drop.getAttribute('aria-pressed')) === 'true',
		);
	});
});

async function decisions(folder: string): Promise<string[]> {
	const names = await readdir(folder);
	const [name = ''] = names.filter(one => one.endsWith('.jsonl') && !one.startsWith('mia'));
	const lines = (await readFile(path.join(folder, name), 'utf8')).trim().split('\n');
	return lines
		.map(line => JSON.parse(line) as Line)
		.filter(({ kind }) => kind === 'label' || kind === 'skip')
		.map(({ kind, value }) => value ?? kind);
}
