import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { event, records, scalar } from '../../../unit/node/metrics/eventFiles';

const steps = Array.from({ length: 60 }, (_, i) => i + 1);
const loss = (step: number): number => 2.5 / Math.sqrt(step) + Math.sin(step) / 20;

/** Event files as transformers’ callback writes them. */
function events(from: readonly number[], shift: number): Uint8Array {
	return records(
		...from.flatMap(step => [
			event(1e9 + step, step, scalar('train/loss', loss(step) + shift)),
			event(1e9 + step, step, scalar('train/learning_rate', 1e-5 / step)),
			...(step % 10 === 0
				? [event(1e9 + step, step, scalar('eval/loss', loss(step) + shift + 0.1))]
				: []),
		]),
	);
}

describe('metrics of other tools in a window', () => {
	const window = testWindow(async workspace => {
		const rows = steps.map(
			step => `{"current_steps": ${step}, "total_steps": 60, "loss": ${loss(step) + 0.2}}\n`,
		);
		await workspace.write('others/llama/trainer_log.jsonl', rows.join(''));
		await workspace.write('elsewhere/metrics.csv', 'step,loss\n1,2.5\n2,2\n3,1.75\n');
		for (const [name, shift] of [
			['a', 0],
			['b', 0.1],
		] as const) {
			const file = workspace.path(`others/runs/${name}/events.out.tfevents.1.host`);
			await mkdir(path.dirname(file), { recursive: true });
			await writeFile(file, events(steps, shift));
		}
		return {};
	});

	it('of a folder are all found from the explorer’s menu and laid over each other', async () => {
		const { page } = window.editor;
		const item = page.getByRole('menuitem', { name: 'Open Metrics…' });
		await window.editor.runCommand('View: Show Explorer');
		await waitFor('the menu of the folder', async () => {
			try {
				await page
					.locator('.explorer-folders-view .monaco-list-row')
					.filter({ hasText: 'others' })
					.first()
					.click({ button: 'right', timeout: 5_000 });
				await item.waitFor({ timeout: 3_000 });
				return true;
			} catch {
				// The extension was not there yet, and an open menu does not learn of it.
				await window.editor.press('Escape');
				return false;
			}
		});
		await waitFor('the choice to be taken', async () => {
			// A menu that has just opened lets a click go by.
			if (await item.isVisible()) {
				await item.click();
				await page.mouse.move(0, 0);
			}
			return (await window.editor.tab('and 2 more').count()) > 0;
		});
		await window.editor.tab('and 2 more').waitFor();
		const list = await window.editor.inWebview('run-list');
		await waitFor('the names of all three', async () => {
			const text = await list.innerText();
			return ['llama', 'runs/a', 'runs/b'].every(name => text.includes(name));
		});
	});

	it('that grow are followed while they are seen', async () => {
		await appendFile(
			window.workspace.path('others/llama/trainer_log.jsonl'),
			'{"current_steps": 77, "total_steps": 60, "loss": 0.5}\n',
		);
		const list = await window.editor.inWebview('run-list');
		await waitFor('the new step', async () => (await list.innerText()).includes('77'));
		await window.editor.screenshot('open-metrics');
	});

	it('are offered beside runs where further ones are chosen, as found in the workspace', async () => {
		await (await window.editor.inWebview('add-runs')).click();
		const row = window.editor.quickPickRow(/elsewhere.*CSV/s);
		await row.waitFor();
		await window.editor.screenshot('open-metrics-pick');
		await row.getByRole('checkbox').click();
		await window.editor.page
			.locator('.quick-input-widget')
			.getByRole('button', { name: 'OK' })
			.click();
		await window.editor.tab('and 3 more').waitFor();
		expect(await (await window.editor.inWebview('run-list')).innerText()).toContain('elsewhere');
	});

	it('are there again when the window is opened again', async () => {
		// As a person does it: the browser's own reload leaves VS Code no time to save.
		const loaded = window.editor.page.waitForEvent('load');
		await window.editor.runCommand('Developer: Reload Window');
		await loaded;
		await window.editor.tab('and 3 more').waitFor();
		const list = await window.editor.inWebview('run-list');
		await waitFor('the runs', async () => (await list.innerText()).includes('runs/b'));
		await waitFor('their points', async () => (await list.innerText()).includes('77'));
	});
});
