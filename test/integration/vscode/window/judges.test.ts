import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const prompts = ['Which fruit is red?', 'Which fruit is blue?', 'Which fruit is long?'].map(
	(content, i) => ({ id: `p${i}`, messages: [{ role: 'user', content }], tags: [] }),
);
const answers = {
	plain: ['An apple.', 'A plum.', 'A banana.'],
	wordy: ['An apple, which is also round.', 'A plum of the garden.', 'A banana, in most cases.'],
};

/** Prefers the longer answer, wherever it stands, until its quota is used up or it falls silent. */
class LongAnswerJudge {
	readonly asked: string[] = [];
	answered = 0;
	/** Questions that it still answers. */
	quota = Infinity;
	/** What it does with a question beyond: refuse it, or say nothing. */
	beyond: 'refuses' | 'hangs' = 'refuses';
	readonly #server: Server = createServer((request, reply) => {
		let body = '';
		request.on('data', chunk => (body += String(chunk)));
		request.on('end', () => {
			this.asked.push(body);
			const isOver = this.quota <= 0;
			this.quota--;
			if (isOver && this.beyond === 'hangs') {
				return;
			}
			reply.statusCode = isOver ? 402 : 200;
			this.answered += isOver ? 0 : 1;
			const isFirst = /(?:also round|garden|most cases)[^]*(?:An apple\.|A plum\.|A banana\.)/.test(
				body,
			);
			const verdict = body.includes('A>>B')
				? isFirst
					? '[[A>>B]]'
					: '[[B>>A]]'
				: isFirst
					? '[[A]]'
					: '[[B]]';
			const message = { content: `So ${verdict}` };
			reply.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
		});
	});

	async listen(): Promise<string> {
		await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise(resolve => this.#server.close(resolve));
	}
}

describe('a comparison that a model judges', () => {
	const judge = new LongAnswerJudge();
	const window = testWindow(
		async workspace => {
			await writeComparison(workspace.folder, { id: 'fruit', prompts, answers });
			const lab = { url: await judge.listen(), model: 'long-judge', price: 2, replyPrice: 8 };
			return { machineSettings: { 'windsock.endpoints': { lab } } };
		},
		() => judge.close(),
	);
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const dialog = (): Locator => window.editor.page.locator('.monaco-dialog-box');
	const page = (): Promise<Frame> => window.editor.frameWith('[data-testid="judges-show"]');

	it('is asked nothing before it is said what leaves the machine and what it costs', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Judge Comparison…');
		await editor.pick('fruit');
		await editor.waitForQuickInput('Judge Comparison: Judge');
		await editor.pick('long-judge');
		await editor.waitForQuickInput('Key for the endpoint lab');
		await editor.answer('');
		await editor.waitForQuickInput('Judge Comparison: How');
		await editor.screenshot('judge-ways');
		await editor.pick('Windsock’s way');
		await editor.waitForQuickInput('Judge Comparison: Rubric');
		await editor.answer('Prefer the answer that says more.');
		await editor.waitForQuickInput('Judge Comparison: Repeats');
		await editor.pick('Once');
		await dialog().waitFor();
		const said = await dialog().innerText();
		expect(said).toContain('Send 6 questions to lab (127.0.0.1:');
		expect(said).toMatch(
			/about \d+ tokens, and at most 3072 of replies, at most 0\.03 in your currency/,
		);
		await editor.screenshot('judge-confirm');
		expect(judge.asked).toEqual([]);
	});

	it('keeps what came before a failure, goes on from there, and is held back while votes are blind', async () => {
		const { editor } = window;
		judge.quota = 2;
		await editor.answerDialog('Send');
		await editor.notification(/HTTP 402/).waitFor();
		await editor.notification(/2 of 6 questions to lab are answered/).waitFor();
		judge.quota = Infinity;
		await editor.answerNotification(/2 of 6 questions to lab are answered/, 'Ask for the Rest');
		await waitFor('the rest', () => Promise.resolve(judge.answered === 6));
		expect(judge.asked[0]).toContain('says more');
		expect(judge.asked.join('\n')).not.toMatch(/plain|wordy/);
		const frame = await page();
		await byTestId(frame, 'judges-show').click();
		await byTestId(frame, 'judges-held-back').waitFor();
		expect(await frame.content()).not.toMatch(/wordy/);
		await byTestId(frame, 'blind-toggle').click();
		await byTestId(frame, 'judges-close').click();
		await byTestId(frame, 'judges-show').click();
		const column = byTestId(frame, 'judges-windsock');
		await column.waitFor();
		expect(await column.innerText()).toMatch(/No vote of yours[^]*wordy[^]*3 · 0 · 0[^]*100\.0%/);
	});

	it('says how far it agrees with the votes, and which prompts it judges otherwise', async () => {
		const { editor } = window;
		const frame = await page();
		await byTestId(frame, 'lane-text-1').click();
		await editor.press('1');
		const column = byTestId(frame, 'judges-windsock');
		await waitFor('the agreement', async () =>
			(await column.innerText()).includes('Agrees with your votes on 0% of 1'),
		);
		await byTestId(frame, 'filter-disagreement').click();
		await waitFor(
			'one prompt',
			async () => (await frame.locator('[data-testid^="prompt-row-"]').count()) === 1,
		);
		await byTestId(frame, 'filter-disagreement').click();
	});

	it('judges as published in a column of its own, and can be stopped and taken up again', async () => {
		const { editor } = window;
		judge.quota = 2;
		judge.beyond = 'hangs';
		await byTestId(await page(), 'judge-start').click();
		await editor.pick('long-judge');
		await editor.waitForQuickInput('Judge Comparison: How');
		await editor.pick('Arena-Hard v0.1');
		await dialog().waitFor();
		await editor.answerDialog('Send');
		await waitFor('a question that hangs', () => Promise.resolve(judge.quota < 0));
		const running = editor.notification('Judging with lab');
		await running.waitFor();
		await running.getByRole('button', { name: 'Cancel' }).click();
		await editor.notification(/2 of 6 questions to lab are answered/).waitFor();
		judge.quota = Infinity;
		await editor.answerNotification(/2 of 6 questions to lab are answered/, 'Ask for the Rest');
		await waitFor('the rest', () => Promise.resolve(judge.answered === 12));
		const frame = await page();
		const column = byTestId(frame, 'judges-protocol');
		await waitFor('all of it', async () => /wordy[^]*3 · 0 · 0/.test(await column.innerText()));
		expect(await column.innerText()).toMatch(
			/long-judge · Arena-Hard v0\.1[^]*Agrees with your votes[^]*100\.0%/,
		);
		expect(await byTestId(frame, 'judges-windsock').innerText()).not.toContain('Arena-Hard');
		for (const [theme, body, name] of [
			[
				'Dark High Contrast',
				'body.vscode-high-contrast:not(.vscode-high-contrast-light)',
				'contrast',
			],
			['Light Modern', 'body.vscode-light', 'light'],
			['Dark Modern', 'body.vscode-dark', 'dark'],
		] as const) {
			await editor.setTheme(theme);
			const themed = await editor.frameWith(body);
			if (!(await byTestId(themed, 'judges').isVisible())) {
				await byTestId(themed, 'judges-show').click();
				await byTestId(themed, 'judges').waitFor();
			}
			expect(await seriousFindings(themed)).toEqual([]);
			await editor.screenshot(`judges-${name}`);
		}
		await editor.page.setViewportSize({ width: 700, height: 800 });
		await editor.screenshot('judges-narrow');
		await editor.page.setViewportSize({ width: 1440, height: 900 });
	});
});
