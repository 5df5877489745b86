import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { sftLines } from '../../../support/bench/curves';
import { runId, writeRun } from '../../../support/bench/mirroredRuns';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const steps = 240;
const mark = '21';
const name = 'sft-clicked';
const answeredStep = 120;
const silentStep = 200;

/** As transformers prints them: of each step its epoch only. */
const log = [
	'[windsock] attempt 1 on gpu1',
	'loading the model',
	...sftLines(steps).flatMap(({ step, kind, values }) =>
		kind === 'train'
			? [`{'loss': '${Number(values['loss']).toPrecision(4)}', 'epoch': '${step / 100}'}`]
			: [],
	),
	'[windsock] attempt 1 ended: finished. Finished.',
	'',
].join('\n');

function checkpoint(step: number): ReturnType<typeof sftLines>[number] {
	return { step, kind: 'marker', values: { checkpoint: step }, label: 'checkpoint' };
}

describe('clicks on the charts of a run monitor', () => {
	const id = runId({ mark });
	const window = testWindow(async workspace => {
		const lines = [...sftLines(steps), checkpoint(answeredStep), checkpoint(silentStep)].toSorted(
			(a, b) => a.step - b.step,
		);
		await writeRun(workspace, { mark, name, method: 'sft', lines, log });
		const folder = '.windsock/comparisons/01JDK7Z3Q8W1NDS0CK0000CMP1';
		const model = {
			label: 'step 120',
			ref: `run:${id}@${answeredStep}`,
			file: 'responses/120.jsonl',
		};
		await workspace.write(
			`${folder}/comparison.json`,
			JSON.stringify({
				schemaVersion: 1,
				id: '01JDK7Z3Q8W1NDS0CK0000CMP1',
				name: 'answers on the way',
				createdAt: '2026-11-22T09:00:00.000Z',
				models: [model],
			}),
		);
		await workspace.write(`${folder}/prompts.jsonl`, '{"id": "p1", "prompt": "Say a word."}\n');
		await workspace.write(
			`${folder}/responses/step%20120.jsonl`,
			'{"promptId": "p1", "response": "Word.", "finishReason": "stop"}\n',
		);
		return {};
	});
	const byTestId = (frame: Frame, testId: string): Locator =>
		frame.locator(`[data-testid="${testId}"]`);

	async function open(): Promise<Frame> {
		const { editor } = window;
		await editor.runCommand('View: Close All Editors');
		await editor.runCommand('Windsock: Show Metrics');
		await editor.tab(name).waitFor();
		const frame = await editor.frameWith('[data-testid="panels"]');
		await chartOf(frame).locator('canvas').first().waitFor();
		return frame;
	}
	/** One line, so that what is drawn in a column is that line. */
	const chartOf = (frame: Frame): Locator =>
		byTestId(frame, 'panel-grad_norm').locator('[role=application]');

	/** Where the line stands at a share of the chart's width, in pixels of the chart. */
	async function lineAt(chart: Locator, share: number): Promise<{ x: number; y: number }> {
		return chart
			.locator('canvas')
			.first()
			.evaluate((element, at) => {
				const canvas = element as HTMLCanvasElement;
				const ratio = globalThis.devicePixelRatio;
				const x = Math.round(canvas.width * at);
				const pixels = canvas.getContext('2d')?.getImageData(x, 0, 1, canvas.height).data ?? [];
				let best = { y: 0, colour: 0 };
				for (let y = 0; y < canvas.height; y++) {
					const [r = 0, g = 0, b = 0, a = 0] = pixels.slice(4 * y, 4 * y + 4);
					const colour = (Math.max(r, g, b) - Math.min(r, g, b)) * a;
					best = colour > best.colour ? { y, colour } : best;
				}
				return { x: x / ratio, y: best.y / ratio };
			}, share);
	}

	/** The step of the line that the log's editor has selected, by the epoch printed in it. */
	async function selectedStep(): Promise<number> {
		const { page } = window.editor;
		const line = page.locator('.editor-instance .view-line', {
			has: page.locator('span', { hasText: "'epoch'" }),
		});
		await line.first().waitFor();
		const status = await page.locator('#status\\.editor\\.selection').innerText();
		const number = Number(/Ln (\d+)/.exec(status)?.[1]);
		return Number(/'epoch': '([\d.]+)'/.exec(log.split('\n')[number - 1] ?? '')?.[1]) * 100;
	}

	it('open the log at the line of the step, by a click on a point and by Enter at the cursor', async () => {
		const { editor } = window;
		let frame = await open();
		let chart = chartOf(frame);
		const place = await lineAt(chart, 0.5);
		await chart.hover({ position: place });
		const told = /step (\d+)/i.exec(await frame.locator('.tooltip').innerText())?.[1];
		await chart.click({ position: place });
		await editor.tab(`${name}.log`).waitFor();
		await waitFor('the line of the step', async () => (await selectedStep()) === Number(told));
		await editor.screenshot('monitor-click-log');
		frame = await open();
		chart = chartOf(frame);
		await chart.press('End');
		await frame.locator('.tooltip').waitFor();
		await chart.press('Enter');
		await editor.tab(`${name}.log`).waitFor();
		await waitFor('the line of the last step', async () => (await selectedStep()) === steps);
	});

	it('open the answers of a checkpoint where a comparison has some, else offer to ask for them', async () => {
		const { editor } = window;
		let frame = await open();
		await clickMark(frame, answeredStep);
		await editor.tab('Comparison').waitFor();
		const answer = await editor.frameWith('text=Word.');
		expect(await answer.locator('body').innerText()).toContain('Say a word.');
		frame = await open();
		await clickMark(frame, silentStep);
		await editor.answerNotification(/has answers of .* at step 200/, 'Generate Responses');
		await editor.waitForQuickInput('Prompt Set');
		await editor.screenshot('monitor-click-generate');
		await editor.press('Escape');
	});

	/** Clicks on the axis at a step of the whole axis, from 1 on. */
	async function clickMark(frame: Frame, step: number): Promise<void> {
		const chart = chartOf(frame);
		const box = await chart.boundingBox();
		const [left, right] = [50, (box?.width ?? 0) - 10];
		const x = left + ((step - 1) / (steps - 1)) * (right - left);
		const y = (box?.height ?? 0) - 26;
		await chart.click({ position: { x, y } });
	}

	it('add a note at the cursor with N, which its mark shows', async () => {
		const { editor } = window;
		const frame = await open();
		const chart = chartOf(frame);
		const moveTo41 = async (): Promise<void> => {
			await chart.press('Home');
			await frame.locator('.tooltip', { hasText: 'Step 1 ' }).waitFor();
			for (const step of [11, 21, 31, 41]) {
				await chart.press('Shift+ArrowRight');
				await frame.locator('.tooltip', { hasText: `Step ${step} ` }).waitFor();
			}
		};
		await moveTo41();
		await chart.press('n');
		await editor.waitForQuickInput('Marked at step 41');
		await editor.answer('the data got cleaner here');
		await frame.locator('.mark-key').getByText('note').waitFor();
		await moveTo41();
		await waitFor('the note at the cursor', async () =>
			(await frame.locator('.tooltip').innerText()).includes('the data got cleaner here'),
		);
		await editor.screenshot('monitor-note');
		expect(await frame.locator('[aria-live=polite]').innerText()).toContain('data got cleaner');
	});

	it('have the whole axis beneath them while they are zoomed, to drag and to move by keys', async () => {
		const { editor } = window;
		const frame = await open();
		const chart = chartOf(frame);
		expect(await byTestId(frame, 'overview').count()).toBe(0);
		await chart.press('Home');
		await chart.press('+');
		await chart.press('+');
		const [begin, end] = [byTestId(frame, 'overview-min'), byTestId(frame, 'overview-max')];
		const place = async (handle: Locator): Promise<number> =>
			Number(await handle.getAttribute('aria-valuenow'));
		const first = await place(end);
		expect(first).toBeLessThan(steps);
		await end.press('ArrowLeft');
		await waitFor('a nearer end', async () => (await place(end)) < first);
		const strip = byTestId(frame, 'overview');
		const box = await strip.boundingBox();
		const at = (share: number): [number, number] => [
			(box?.x ?? 0) + share * (box?.width ?? 0),
			(box?.y ?? 0) + 20,
		];
		await editor.page.mouse.move(...at(0.8));
		await editor.page.mouse.down();
		await editor.page.mouse.move(...at(0.85));
		await editor.page.mouse.move(...at(0.9));
		await editor.page.mouse.up();
		await waitFor('the part that was dragged over', async () => {
			const [from, to] = [await place(begin), await place(end)];
			return Math.abs(from - 192) < 3 && Math.abs(to - 216) < 3;
		});
		await editor.screenshot('monitor-overview');
		await strip.dblclick({ position: { x: 5, y: 20 } });
		await strip.waitFor({ state: 'detached' });
	});

	/** All that a person chose of the look, and what came of it. */
	async function lookOf(frame: Frame): Promise<string> {
		const value = (testId: string): Promise<string> =>
			byTestId(frame, testId).evaluate(element => String(Reflect.get(element, 'value')));
		const canvas = chartOf(frame).locator('canvas').first();
		const picture = await canvas.evaluate(element => (element as HTMLCanvasElement).toDataURL());
		const isZoomed = await byTestId(frame, 'zoom-reset').isVisible();
		return [await value('x-axis'), await value('smoothing'), isZoomed, picture].join(' ');
	}

	it('stay at the zoom, axis and smoothing of before when the window is opened again', async () => {
		const { editor } = window;
		let frame = await open();
		await byTestId(frame, 'x-axis').press('ArrowDown');
		await byTestId(frame, 'smoothing').fill('0.6');
		await byTestId(frame, 'smoothing').press('Tab');
		const chart = chartOf(frame);
		// The cursor says the axis as soon as that is drawn.
		await waitFor('the new axis', async () => {
			await chart.press('End');
			return /epoch/i.test(await frame.locator('[aria-live=polite]').innerText());
		});
		await chart.press('+');
		await chart.press('+');
		await chart.press('Escape');
		await waitFor('the look', async () => /^epoch 0.6 true /.test(await lookOf(frame)));
		let before = '';
		await waitFor('the picture to stand still', async () => {
			const now = await lookOf(frame);
			const isSame = now === before;
			before = now;
			return isSame;
		});
		await editor.screenshot('monitor-before-reopened');
		const loaded = editor.page.waitForEvent('load');
		await editor.runCommand('Developer: Reload Window');
		await loaded;
		frame = await editor.frameWith('[data-testid="panels"]');
		await chartOf(frame).locator('canvas').first().waitFor();
		await waitFor('the same look', async () => (await lookOf(frame)) === before);
		await editor.screenshot('monitor-reopened');
	});
});
