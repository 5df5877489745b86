import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

let bench: WindowBench;
let workspace: TemporaryWorkspace;

beforeAll(async () => {
	bench = await WindowBench.start({
		'windsock.hosts': { local: { scheduler: 'slurm', slurm: { partition: 'gpu', nodes: 2 } } },
	});
	workspace = await TemporaryWorkspace.create(projectRoot);
	const turn = (role: string): object => ({ role, content: 'Yes.' });
	const row = JSON.stringify({ messages: [turn('user'), turn('assistant')] });
	await workspace.write('data/job.jsonl', `${row}\n`);
	const recipe = 'method: sft\ndataset_path: ../data/job.jsonl\nresources: {time: "5:00"}\n';
	await workspace.write('recipes/job.yaml', recipe);
});

afterAll(async () => {
	await bench.stop();
	await workspace.remove();
});

describe('a job in the editor', () => {
	it('is shown with Submit and Cancel before anything is sent', async () => {
		const editor = await bench.open(workspace);
		await editor.runCommand('Windsock: Launch Training…');
		await editor.waitForQuickInput('Launch Training: Recipe');
		await editor.pick('job');
		await editor.waitForQuickInput('Launch Training: Host');
		await editor.pick('local');
		const tab = editor.tab('Job for local.sh');
		await tab.waitFor();
		const lines = editor.page.locator('.editor-instance .view-lines');
		await lines.filter({ hasText: '#SBATCH --partition=gpu' }).waitFor();
		await editor.page.locator('.editor-actions [aria-label^="Submit Job"]').waitFor();
		await editor.page.locator('.codelens-decoration a').filter({ hasText: 'Submit Job' }).waitFor();
		await editor.notification('submit or cancel it there').waitFor();
		await editor.screenshot('slurm-job');
		await editor.page.locator('.editor-actions [aria-label^="Cancel Job"]').click();
		await tab.waitFor({ state: 'detached' });
		expect(existsSync(workspace.path('.windsock/runs'))).toBe(false);
		await editor.close();
	});
});
