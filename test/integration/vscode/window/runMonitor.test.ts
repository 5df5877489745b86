import type { Frame, Locator, Request } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { dpoLines, sftLines } from '../../../support/bench/curves';
import { runId, writeRun } from '../../../support/bench/mirroredRuns';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const steps = 240;
const runs = [
	{ mark: '11', name: 'dpo-zephyr', method: 'dpo', lines: dpoLines(steps) },
	{ mark: '12', name: 'sft-baseline', method: 'sft', lines: sftLines(steps) },
	{ mark: '13', name: 'sft-packed', method: 'sft', lines: sftLines(steps, 0.1) },
	{ mark: '14', name: 'sft-<b>bold</b>', method: 'sft', lines: sftLines(steps, 0.2) },
	{
		mark: '15',
		name: 'hostile names',
		method: 'sft',
		lines: [1, 2, 3].map(step => ({
			step,
			kind: 'train' as const,
			values: Object.fromEntries(hostileNames().map((name, n) => [name, step * n])),
		})),
	},
] as const;

function hostileNames(): readonly string[] {
	return [
		'<img src=x onerror="document.title=1">',
		'__proto__',
		'constructor',
		'réward/日本語/😀',
		'a'.repeat(400),
		...Array.from({ length: 5000 }, (_, n) => `layer_${n % 50}/norm_${n}`),
	];
}

const themes = [
	['Light Modern', 'vscode-light'],
	['Dark High Contrast', 'vscode-high-contrast'],
	['Light High Contrast', 'vscode-high-contrast-light'],
	['Dark Modern', 'vscode-dark'],
] as const;

describe('the run monitor in a window', () => {
	const window = testWindow(async workspace => {
		for (const run of runs) {
			await writeRun(workspace, run);
		}
		return {};
	});
	const idOf = (name: string): string =>
		runId({ mark: runs.find(run => run.name === name)?.mark ?? '' });

	async function open(name: string): Promise<Frame> {
		const { editor } = window;
		await editor.runCommand('Windsock: Show Metrics');
		await editor.pick(name);
		await editor.tab(name).waitFor();
		return editor.frameWith('[data-testid="panels"]');
	}
	const close = (): Promise<void> => window.editor.runCommand('View: Close All Editors');
	const titles = async (frame: Frame): Promise<readonly string[]> =>
		(await frame.locator('.panel h3').allInnerTexts()).map(text => text.trim());
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);

	it('opens a run of DPO on the panels that tell how it goes, each with what healthy looks like', async () => {
		const frame = await open('dpo-zephyr');
		const shown = await titles(frame);
		for (const title of ['DPO loss', 'Reward margin', 'Reward accuracy', 'Rewards']) {
			expect(shown).toContain(title);
		}
		const loss = byTestId(frame, 'panel-loss');
		await waitFor('loss and held-out loss', async () =>
			/train.*held-out/s.test(await loss.innerText()),
		);
		const notes = await frame.locator('.panel .healthy').allInnerTexts();
		expect(notes.filter(note => note.length > 40).length).toBeGreaterThan(6);
		await window.editor.screenshot('monitor-dpo');
		await close();
	});

	it('asks the network for nothing, and could not', async () => {
		const { editor } = window;
		const frame = await open('sft-baseline');
		const asked: string[] = [];
		const note = (request: Request): void => {
			if (request.frame() !== editor.page.mainFrame()) {
				asked.push(request.url());
			}
		};
		editor.page.on('request', note);
		await byTestId(frame, 'metric-search').locator('input').fill('loss');
		await byTestId(frame, 'panel-loss').locator('[role=application]').press('End');
		const refused = await frame.evaluate(
			url =>
				new Promise<string>(resolve => {
					document.addEventListener('securitypolicyviolation', event =>
						resolve(event.effectiveDirective),
					);
					void fetch(url).then(
						() => resolve('answered'),
						() => undefined,
					);
				}),
			new URL('/healthz', editor.page.url()).href,
		);
		editor.page.off('request', note);
		expect(refused).toBe('connect-src');
		expect(asked).toEqual([]);
		await byTestId(frame, 'metric-search').locator('input').fill('');
	});

	it('lays runs over each other, which are hidden, pinned, renamed and recoloured by keyboard', async () => {
		const { editor } = window;
		let frame = await editor.frameWith('[data-testid="panels"]');
		await byTestId(frame, 'add-runs').click();
		await editor.pickMany(['sft-baseline', 'sft-packed', 'sft-<b>bold</b>']);
		frame = await editor.frameWith('[data-testid="run-list"]');
		await byTestId(frame, `run-toggle-${idOf('sft-<b>bold</b>')}`).waitFor();
		expect(await frame.locator('.run-row').count()).toBe(3);
		const toggles = frame.locator('.run-toggle');
		await toggles.first().focus();
		await editor.press('ArrowDown');
		await waitFor('the focus on the next run', () =>
			toggles.nth(1).evaluate(element => element === document.activeElement),
		);
		const next = byTestId(frame, (await toggles.nth(1).getAttribute('data-testid')) ?? '');
		await editor.press('Space');
		await waitFor(
			'the run to be hidden',
			async () => (await next.getAttribute('aria-pressed')) === 'false',
		);
		await editor.press('F2');
		const field = byTestId(frame, 'run-name').locator('input');
		await field.fill('second of three');
		await field.press('Enter');
		await frame.locator('.run-row-name', { hasText: 'second of three' }).waitFor();
		await editor.press('Shift+F10');
		await byTestId(frame, 'run-color-7').check({ force: true, timeout: 20_000 });
		await editor.screenshot('monitor-card');
		await byTestId(frame, 'run-pin').click();
		await waitFor('the run to be first', async () =>
			(await frame.locator('.run-row').first().innerText()).includes('second of three'),
		);
	});

	it('pins and hides panels, and shows their values as a table', async () => {
		const { editor } = window;
		const frame = await editor.frameWith('[data-testid="run-list"]');
		await byTestId(frame, 'panel-pin-entropy').press('Enter');
		await waitFor('the panel to be first', async () =>
			(await titles(frame))[0]?.startsWith('Entropy'),
		);
		await byTestId(frame, 'panel-more-grad_norm').press('Enter');
		await byTestId(frame, 'panel-hide').press('Enter');
		await byTestId(frame, 'panel-grad_norm').waitFor({ state: 'detached' });
		expect(await byTestId(frame, 'hidden-panels').innerText()).toContain('Gradient norm');
		await byTestId(frame, 'panel-table-toggle-loss').press('Enter');
		const table = byTestId(frame, 'panel-table-loss');
		const last = table.locator('tbody tr').last();
		await last.waitFor();
		const [loss] = sftLines(steps).filter(line => line.step === steps && line.kind === 'train');
		expect(await last.innerText()).toContain(String(loss?.values['loss']));
		await editor.screenshot('monitor-table');
	});

	it('looks the same in a window that is opened again', async () => {
		const { editor } = window;
		// By VS Code's own command, which waits until what is open is kept.
		const loaded = editor.page.waitForEvent('load');
		await editor.runCommand('Developer: Reload Window');
		await loaded;
		const frame = await editor.frameWith('[data-testid="run-list"]');
		const first = frame.locator('.run-row').first();
		await waitFor('the runs', async () => (await first.innerText()).includes('second of three'));
		expect(await first.locator('.run-toggle').getAttribute('aria-pressed')).toBe('false');
		expect((await titles(frame))[0]).toMatch(/^Entropy/);
		expect(await byTestId(frame, 'panel-grad_norm').count()).toBe(0);
		await byTestId(frame, 'panel-table-loss').waitFor();
	});

	for (const [theme, bodyClass] of themes) {
		it(`has no serious finding of axe in ${theme}`, async () => {
			const { editor } = window;
			await editor.setTheme(theme);
			const frame = await editor.frameWith('[data-testid="run-list"]');
			await frame.locator(`body.${bodyClass}`).waitFor();
			await frame.locator('.run-toggle').first().press('Shift+F10');
			await byTestId(frame, 'run-card').waitFor();
			await editor.screenshot(`monitor-${bodyClass}`);
			expect(await seriousFindings(frame)).toEqual([]);
			await editor.press('Escape');
			await byTestId(frame, 'run-card').waitFor({ state: 'detached' });
		});
	}

	it('draws names that look like HTML as text, and 5,000 of them as they are scrolled to', async () => {
		const { editor } = window;
		await close();
		const frame = await open('hostile names');
		await byTestId(frame, 'metric-search').locator('input').fill('img');
		await frame.locator('.panel h3', { hasText: '<img src=x' }).waitFor();
		expect(await frame.locator('#root img').count()).toBe(0);
		await editor.screenshot('monitor-hostile');
		await byTestId(frame, 'metric-search').locator('input').fill('norm_');
		await waitFor('5,000 panels to be found', async () =>
			(await byTestId(frame, 'metric-found').innerText()).startsWith('5,000'),
		);
		expect(await frame.locator('.panel').count()).toBeLessThan(400);
		await byTestId(frame, 'metric-search').locator('input').fill('norm_4999');
		await waitFor('the one', async () => (await frame.locator('.panel').count()) === 1);
		await close();
	});
});
