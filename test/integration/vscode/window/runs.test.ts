import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { standInEnvironment } from '../../../support/practiceHost';
import { SshServer } from '../../../support/sshServer';

/** Stands in for the driver's program: two cards, of which somebody uses the first. */
const nvidiaSmi = `#!/bin/sh
case "$*" in
*compute-apps*) echo "GPU-aaaa, 1, 20480" ;;
*) printf '%s\\n' \\
	"0, GPU-aaaa, NVIDIA H100 80GB HBM3, 580.65.06, 9.0, Disabled, 00000000:18:00.0, 81559, 20992, 97, 61, 512.3" \\
	"1, GPU-bbbb, NVIDIA H100 80GB HBM3, 580.65.06, 9.0, Disabled, 00000000:2A:00.0, 81559, 4, 0, 33, 70.1" ;;
esac
`;

const recipe = (name: string, ...more: string[]): string =>
	['method: sft', `name: ${name}`, 'dataset_path: ../data/sft.jsonl', ...more, ''].join('\n');

describe('runs in a window', () => {
	let ssh: SshServer;
	let folder: string;
	const runs = (...names: string[]): string => path.join(folder, 'runs', ...names);

	const window = testWindow(
		async workspace => {
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-runs-'));
			const programs = path.join(folder, 'bin');
			await mkdir(programs);
			await writeFile(path.join(programs, 'nvidia-smi'), nvidiaSmi);
			await chmod(path.join(programs, 'nvidia-smi'), 0o755);
			// Tickets for GPUs lie in a run root that a group may write, not in the home of this account.
			await mkdir(runs());
			await chmod(runs(), 0o770);
			await standInEnvironment(path.join(folder, 'envs'));
			const variables = `PATH=${programs}:${process.env['PATH']} WINDSOCK_GPU_LOOK_SECONDS=0.2`;
			ssh = await SshServer.start({ config: [`SetEnv ${variables}`] });
			ssh.trust();
			await workspace.write('recipes/long.yaml', recipe('long', 'max_steps: 60000'));
			const saving = ['max_steps: 40', 'save_steps: 20', 'learning_rate: 1.0e-4'];
			await workspace.write('recipes/short.yaml', recipe('short', ...saving));
			return {
				machineSettings: {
					'windsock.sshConfigFile': ssh.writeConfig('gpu-box'),
					'windsock.hosts': { 'gpu-box': { runRoot: runs(), envRoot: path.join(folder, 'envs') } },
				},
			};
		},
		async () => {
			await ssh?.stop();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	);

	const row = (text: string | RegExp): Locator => window.editor.treeItem('Runs', text);
	const folderOf = async (name: string): Promise<string> => {
		for (const id of readdirSync(runs()).filter(entry => !entry.startsWith('.'))) {
			const spec = await readFile(runs(id, 'spec.json'), 'utf8').catch(() => '{}');
			if ((JSON.parse(spec) as { name?: string }).name === name) {
				return runs(id);
			}
		}
		throw new Error(`no run ${name}`);
	};

	async function menu(of: Locator, command: string): Promise<void> {
		const item = window.editor.page.getByRole('menuitem', { name: command });
		await waitFor(`${command} in the menu`, async () => {
			try {
				await of.click({ button: 'right', timeout: 5_000 });
				// By the key: a menu that has only just opened takes no click.
				await item.hover({ timeout: 3_000 });
				await window.editor.press('Enter');
				await item.waitFor({ state: 'hidden', timeout: 3_000 });
				return true;
			} catch {
				await window.editor.press('Escape');
				return false;
			}
		});
	}

	async function dialogText(): Promise<string> {
		const dialog = window.editor.page.locator('.monaco-dialog-box');
		await dialog.waitFor();
		return dialog.innerText();
	}

	async function launch(file: string, gpus: RegExp): Promise<void> {
		const { editor } = window;
		await editor.runCommand('Windsock: Launch Training…');
		await editor.pick(file);
		await editor.pick('gpu-box');
		await editor.waitForQuickInput(/The order binds/);
		await editor.screenshot('runs-gpus');
		await editor.pick(gpus);
	}

	it('get the GPUs that are chosen, wait for those that are taken, and start before their turn when told to', async () => {
		const { editor } = window;
		await editor.showViews();
		await launch('long.yaml', /GPU 1 · /);
		await row(/long.*step \d+/).waitFor();
		await launch('short.yaml', /Any free GPU/);
		await row(/short.*queued/).waitFor();
		await editor.screenshot('runs-queued');
		await menu(row(/short/), 'Start Now, Before Its Turn…');
		expect(await dialogText()).toContain('others wait longer');
		await editor.screenshot('runs-start-now');
		await editor.answerDialog('Start Now');
		await row(/short.*step 40\/40/).waitFor();
		await menu(row(/long/), 'Stop Run…');
		await editor.answerDialog('Stop Run');
		await waitFor('the run to end', async () =>
			existsSync(path.join(await folderOf('long'), 'exit.json')),
		);
	});

	it('show their checkpoints, from which they go on and which are merged', async () => {
		const { editor } = window;
		const checkpoints = path.join(await folderOf('short'), 'checkpoints');
		writeFileSync(path.join(checkpoints, 'checkpoint-20', 'adapter_config.json'), '{}');
		mkdirSync(path.join(checkpoints, 'checkpoint-30'));
		await editor.runCommand('Windsock: Refresh Runs');
		await row(/short/).locator('.monaco-tl-twistie').click();
		const adapter = row(/checkpoint 20/);
		await adapter.waitFor();
		expect(await row(/checkpoint 30/).textContent()).toContain('incomplete');
		await menu(adapter, 'Merge Adapter into Its Base…');
		await editor.notification(/Merged checkpoint 20/).waitFor();
		await row(/merged 20/).waitFor();
		expect(existsSync(path.join(checkpoints, 'merged-20', 'config.json'))).toBe(true);
		await editor.screenshot('runs-checkpoints');
		await menu(adapter, 'New Comparison…');
		await editor.pick('comes with Windsock');
		await editor.waitForQuickInput('Models');
		const chosen = editor.quickPickRow('short at step 20').getByRole('checkbox');
		expect(await chosen.getAttribute('aria-checked')).toBe('true');
		await editor.press('Escape');
		await menu(adapter, 'Resume Run…');
		expect(await dialogText()).toContain('step 20');
		await editor.screenshot('runs-resume');
		await editor.answerDialog('Resume Run');
		await waitFor('the second attempt to end', async () => {
			const exit = await readFile(path.join(await folderOf('short'), 'exit.json'), 'utf8');
			return (JSON.parse(exit) as { attempt: number }).attempt === 2;
		});
		await row(/short.*step 40\/40/).waitFor();
	});

	it('are cloned with changes, which the monitor tells', async () => {
		const { editor, workspace } = window;
		await menu(row(/short/), 'Clone Run with Changes…');
		await editor.tab('short-2.yaml').waitFor();
		const clone = workspace.path('recipes/short-2.yaml');
		const text = await readFile(clone, 'utf8');
		expect(text).toContain('# Cloned from the run “short”');
		await editor.screenshot('runs-clone');
		await writeFile(clone, text.replace('1.0e-4', '5.0e-5'));
		await launch('short-2.yaml', /Without waiting/);
		const origin = await editor.inWebview('run-origin');
		expect(await origin.innerText()).toBe('Cloned from “short”: learning_rate 0.0001 → 0.00005');
		await row(/short-2.*step 40\/40/).waitFor();
		await editor.screenshot('runs-monitor-clone');
	});

	it('are run again with the inputs they had, and compared by their inputs', async () => {
		const { editor, workspace } = window;
		await workspace.write('recipes/short.yaml', recipe('short', 'max_steps: 1'));
		await menu(row(/short-2/), 'Run Again…');
		await editor.waitForQuickInput(/same inputs/);
		await editor.screenshot('runs-again-host');
		await editor.pick('gpu-box');
		await editor.tab('short-3').waitFor();
		await waitFor('the monitor of the new run', async () => {
			const origin = await editor.inWebview('run-origin');
			return (await origin.innerText()) === 'Again with the inputs of “short-2”';
		});
		await row(/short-3.*step 40\/40/).waitFor();
		await row(/^shortstep/).click();
		await row(/short-3/).click({ modifiers: ['Control'] });
		await menu(row(/short-3/), "Compare Runs' Inputs…");
		await editor.tab('short ↔ short-3: Inputs').waitFor();
		const shown = editor.page.locator('.monaco-diff-editor .view-line');
		await shown.filter({ hasText: 'learning_rate: 0.00005' }).first().waitFor();
		await editor.screenshot('runs-compared');
		// One run is selected again, or the next menu would be that of several.
		await row(/short-2/).click();
	});

	it('are found on their host and followed from here', async () => {
		const { editor, workspace } = window;
		const id = path.basename(await folderOf('short-2'));
		await rm(workspace.path(`.windsock/runs/${id}`), { recursive: true });
		await waitFor('the run to leave the list', async () => (await row(/short-2/).count()) === 0);
		await editor.runCommand('Windsock: Attach to Runs on a Host…');
		await editor.pick('gpu-box');
		await editor.waitForQuickInput(/Which runs to follow/);
		await editor.screenshot('runs-attach');
		await editor.pickMany(['short-2']);
		await row(/short-2/).waitFor();
	});

	it('are archived and deleted after a look at what goes', async () => {
		const { editor } = window;
		const at = await folderOf('short');
		await menu(row(/^shortstep/), 'Archive Run…');
		expect(await dialogText()).toMatch(/Checkpoints at steps 20, 20 \(merged\)/);
		await editor.screenshot('runs-archive');
		await editor.answerDialog('Archive Run');
		await row(/^Archived/).waitFor();
		expect(existsSync(path.join(at, 'checkpoints'))).toBe(false);
		await row(/^Archived/).click();
		await row(/^shortstep/).waitFor();
		await editor.screenshot('runs-archived');
		await menu(row(/^shortstep/), 'Delete Run…');
		expect(await dialogText()).toContain('its whole folder is deleted');
		await editor.screenshot('runs-delete');
		await editor.answerDialog('Delete Run');
		await waitFor('its folder to go', () => !existsSync(at));
		await waitFor('the archive to go', async () => (await row(/^Archived/).count()) === 0);
	});
});
