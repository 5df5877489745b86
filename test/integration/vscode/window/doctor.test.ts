import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { sftLines } from '../../../support/bench/curves';
import { writeRun, type WrittenLine } from '../../../support/bench/mirroredRuns';
import { descendants, readProcess } from '../../../support/bench/processTree';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { standInEnvironment } from '../../../support/practiceHost';
import { tmpfs } from '../../../support/tmpfs';

const steps = 240;

/** A run whose curves are changed at some steps. */
function changed(
	change: (line: WrittenLine) => Readonly<Record<string, number>>,
): readonly WrittenLine[] {
	return sftLines(steps).map(line => ({ ...line, values: { ...line.values, ...change(line) } }));
}

const overfits = ({ step, kind }: WrittenLine): Record<string, number> =>
	kind === 'eval' ? { eval_loss: 1.3 + 0.004 * Math.abs(step - 72) } : {};

const runs = [
	{ mark: '21', name: 'sound', method: 'sft', lines: sftLines(steps) },
	{ mark: '22', name: 'overfits', method: 'sft', lines: changed(overfits) },
	{
		mark: '23',
		name: 'troubled',
		method: 'sft',
		lines: [
			...changed(line => ({
				...overfits(line),
				...(line.kind === 'train' ? { grad_norm: 30 + (line.step % 5) } : {}),
				...(line.kind === 'train' && line.step === 101 ? { loss: 7.5 } : {}),
			})),
			...Array.from({ length: steps }, (_, i) => ({
				step: i + 1,
				kind: 'system' as const,
				values: { tokens_per_second: (i < 60 ? 6800 : 3100) + 10 * (i % 7) },
			})),
		],
	},
] as const;

const themes = [
	['Light Modern', 'vscode-light'],
	['Dark High Contrast', 'vscode-high-contrast'],
	['Light High Contrast', 'vscode-high-contrast-light'],
	['Dark Modern', 'vscode-dark'],
] as const;

/** Stands where the trainer's interpreter is: real processes and files, curves by the run's name. */
const trainer = `#!/usr/bin/env python3
import os, sys, time
from pathlib import Path
if sys.argv[-2] != "train":
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
from windsock_remote.made_with import made_with
from windsock_remote.run_files import RunFiles
files = RunFiles(Path(sys.argv[-1]))
files.update_status(madeWith=made_with())
name = files.spec["name"]
for step in range(1, 20000):
    time.sleep(0.05)
    while name == "hangs" and step > 40:
        time.sleep(1)
    loss = 1.2 + 1 / step + (0.1 * max(0, step - 20) if name == "diverges" else 0)
    norm = float("nan") if name == "breaks" and step > 30 else 1.0
    files.append_metric(step, step / 20000, "train", {"loss": loss, "grad_norm": norm})
    files.update_status(step=step, maxSteps=20000)
`;

/** Ends what a test that failed midway left behind: supervisors and what they started, by pid. */
async function endRuns(runRoot: string): Promise<void> {
	for (const name of await readdir(runRoot)) {
		const id = path.join(runRoot, name, 'attempts', '1', 'id.json');
		if (!existsSync(id) || existsSync(path.join(runRoot, name, 'exit.json'))) {
			continue;
		}
		const { pid, startTime } = JSON.parse(await readFile(id, 'utf8')) as {
			readonly pid: number;
			readonly startTime: string;
		};
		const supervisor = readProcess(pid);
		if (supervisor?.started === startTime) {
			const pids = [pid, ...descendants(pid).map(entry => entry.pid)];
			pids.forEach(its => process.kill(its, 'SIGKILL'));
			await waitFor('the run to end', () => pids.every(its => !readProcess(its)));
		}
	}
}

describe('the run doctor in a window', () => {
	let folder: string;
	let disk: ReturnType<typeof tmpfs>;

	const window = testWindow(
		async workspace => {
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-doctor-'));
			const runRoot = path.join(folder, 'runs');
			await mkdir(runRoot);
			// A disk of less than is left free on a good one, where this account may make one.
			disk = tmpfs(runRoot, 512 << 20);
			await standInEnvironment(path.join(folder, 'envs'), trainer);
			for (const run of runs) {
				await writeRun(workspace, run);
			}
			for (const name of ['hangs', 'breaks', 'diverges']) {
				const lines = ['method: sft', `name: ${name}`, 'dataset_path: ../data/sft.jsonl', ''];
				await workspace.write(`recipes/${name}.yaml`, lines.join('\n'));
			}
			return {
				machineSettings: {
					'windsock.hosts': { local: { runRoot, envRoot: path.join(folder, 'envs') } },
				},
			};
		},
		async () => {
			await endRuns(path.join(folder, 'runs'));
			disk?.unmount();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	);

	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const close = (): Promise<void> => window.editor.runCommand('View: Close All Editors');

	async function open(name: string): Promise<Frame> {
		const { editor } = window;
		await editor.runCommand('Windsock: Show Metrics');
		await editor.pick(name);
		await editor.tab(name).waitFor();
		const frame = await editor.frameWith('[data-testid="panels"]');
		await byTestId(frame, 'doctor').waitFor();
		return frame;
	}

	async function launch(name: string): Promise<void> {
		const { editor } = window;
		await editor.runCommand('Windsock: Launch Training…');
		await editor.pick(`${name}.yaml`);
		await editor.pick('local');
		await editor.treeItem('Runs', new RegExp(`${name}.*step \\d+`)).waitFor();
	}

	it('starts a run that will hang, for the last test', async () => {
		await window.editor.showViews();
		await launch('hangs');
	});

	it('says in one line that nothing is wrong', async () => {
		const frame = await open('sound');
		expect(await byTestId(frame, 'doctor').innerText()).toContain('Nothing is wrong');
		await window.editor.screenshot('doctor-none');
		await close();
	});

	it('shows what was seen, what to do and on whose word, and leads to the steps in the chart', async () => {
		const { editor } = window;
		const frame = await open('overfits');
		const finding = byTestId(frame, 'finding-overfitSft');
		const text = await finding.innerText();
		expect(text).toContain('held-out loss has risen from');
		expect(text).toContain('Keep the checkpoint nearest to step 72');
		const source = finding.locator('a', { hasText: 'Unsloth, LoRA guide' });
		expect(await source.getAttribute('href')).toMatch(/^https:\/\/docs\.unsloth\.ai\//);
		await editor.screenshot('doctor-one');
		await byTestId(frame, 'jump-overfitSft').click();
		const panel = byTestId(frame, 'panel-loss');
		await waitFor('the chart to show itself', async () =>
			((await panel.getAttribute('class')) ?? '').includes('panel-shown'),
		);
		await editor.screenshot('doctor-jump');
	});

	it('shows its change of the recipe in the diff editor, and writes nothing by itself', async () => {
		const { editor } = window;
		const frame = await editor.frameWith('[data-testid="doctor"]');
		await byTestId(frame, 'change-overfitSft').click();
		const diff = editor.page.locator('.monaco-diff-editor');
		await diff.waitFor();
		await waitFor('both recipes', async () => {
			const text = (await diff.innerText()).replaceAll('\u00A0', ' ');
			return text.includes('max_steps: 240') && text.includes('max_steps: 72');
		});
		await editor.notification(/stays as it is/).waitFor();
		await editor.screenshot('doctor-diff');
		expect(existsSync(path.join(window.workspace.folder, 'recipes', 'overfits-2.yaml'))).toBe(
			false,
		);
		await close();
	});

	it('is silent about what was dismissed, until that is asked for again', async () => {
		const frame = await open('overfits');
		await byTestId(frame, 'dismiss-overfitSft').click();
		await byTestId(frame, 'finding-overfitSft').waitFor({ state: 'detached' });
		await byTestId(frame, 'doctor-restore').click();
		await byTestId(frame, 'finding-overfitSft').waitFor();
		await close();
	});

	for (const [theme, bodyClass] of themes) {
		it(`shows many findings, the worst first and each in a line, in ${theme}`, async () => {
			const { editor } = window;
			await editor.setTheme(theme);
			const frame = await open('troubled');
			await frame.locator(`body.${bodyClass}`).waitFor();
			const shown = frame.locator('.doctor-item');
			expect(await shown.count()).toBeGreaterThanOrEqual(4);
			expect(await byTestId(frame, 'finding-lossSpike').innerText()).toContain('step 101');
			await shown.first().locator('.doctor-name').click();
			await byTestId(frame, 'jump-lossSpike').click();
			await byTestId(frame, 'zoom-reset').waitFor();
			await editor.screenshot(`doctor-${bodyClass}`);
			expect(await seriousFindings(frame)).toEqual([]);
			await close();
		});
	}

	it('fits into a narrow window', async () => {
		const { editor } = window;
		const size = editor.page.viewportSize();
		const frame = await open('troubled');
		await editor.page.setViewportSize({ width: 620, height: 900 });
		const strip = byTestId(frame, 'doctor');
		await waitFor('the strip to fit', () =>
			strip.evaluate(element => element.scrollWidth <= element.clientWidth + 1),
		);
		await editor.screenshot('doctor-narrow');
		await editor.page.setViewportSize(size ?? { width: 1280, height: 800 });
		await close();
	});

	it('tells of a process that hangs', async () => {
		const { editor } = window;
		// A notice leaves the screen after some seconds; the list keeps it.
		await editor.runCommand('Notifications: Show Notifications');
		await editor.notification(/“hangs”.*No step for/).waitFor({ timeout: 120_000 });
		await editor.screenshot('doctor-notice-stall');
		await editor.runCommand('Notifications: Clear All Notifications');
	}, 180_000);

	it('tells while a run trains of a NaN, of a disk that is nearly full, and of a loss that runs away', async () => {
		const { editor } = window;
		await launch('breaks');
		await editor.notification(/“breaks”.*the gradient norm is NaN/).waitFor({ timeout: 60_000 });
		if (disk !== undefined) {
			await editor.notification(/“breaks”.*left on the disk/).waitFor({ timeout: 60_000 });
		}
		await editor.screenshot('doctor-notice-nan');
		await editor.runCommand('Notifications: Clear All Notifications');
		await launch('diverges');
		await editor.notification(/“diverges”.*has risen from/).waitFor({ timeout: 60_000 });
		await editor.screenshot('doctor-notice-divergence');
	}, 240_000);

	it('leads from a notice to stopping its run', async () => {
		const { editor } = window;
		await editor.answerNotification(/“diverges”.*has risen from/, 'Stop Run…');
		await editor.answerDialog('Stop Run');
		for (const name of ['hangs', 'breaks']) {
			await editor.runCommand('Windsock: Stop Run…');
			await editor.pick(name);
			await editor.answerDialog('Stop Run');
		}
		const runRoot = path.join(folder, 'runs');
		await waitFor('all processes to end', async () => {
			const names = (await readdir(runRoot)).filter(name => !name.startsWith('.'));
			return (
				names.length === 3 && names.every(name => existsSync(path.join(runRoot, name, 'exit.json')))
			);
		});
	}, 120_000);
});
