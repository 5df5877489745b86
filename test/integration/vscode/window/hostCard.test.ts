import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';
import { SshServer } from '../../../support/sshServer';

/** Stands in for the driver's program: two cards, of which somebody uses the first. */
const nvidiaSmi = `#!/bin/sh
case "$*" in
*compute-apps*) echo "GPU-aaaa, $PPID, 20480" ;;
*) printf '%s\\n' \\
	"0, GPU-aaaa, NVIDIA H100 80GB HBM3, 580.65.06, 9.0, Disabled, 00000000:18:00.0, 81559, 20992, 97, 61, 512.3" \\
	"1, GPU-bbbb, NVIDIA H100 80GB HBM3, 580.65.06, 9.0, Disabled, 00000000:2A:00.0, 81559, 4, 0, 33, 70.1" ;;
esac
`;

describe('the card of a host', () => {
	let ssh: SshServer;
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;
	let folder: string;

	beforeAll(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'windsock-card-'));
		const programs = path.join(folder, 'bin');
		await mkdir(programs);
		await writeFile(path.join(programs, 'nvidia-smi'), nvidiaSmi);
		await chmod(path.join(programs, 'nvidia-smi'), 0o755);
		ssh = await SshServer.start({ config: [`SetEnv PATH=${programs}:${process.env['PATH']}`] });
		ssh.trust();
		bench = await WindowBench.start({
			'windsock.sshConfigFile': ssh.writeConfig('gpu-box'),
			'windsock.hosts': { 'gpu-box': { runRoot: path.join(folder, 'runs') } },
		});
		workspace = await TemporaryWorkspace.create(projectRoot);
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
		await ssh?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	const row = (text: string | RegExp): Locator =>
		editor.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });

	it('opens with a click and shows GPUs, who uses them, disk and distance', async () => {
		await editor.runCommand('Windsock: Focus on Hosts View');
		const host = row('gpu-box').first();
		await host.waitFor();
		await host.click();
		await row(/GPU 0/).waitFor();
		await row(/GPU 1/).waitFor();
		expect(await row(/GPU 0/).textContent()).toMatch(
			/59 of 80 GB free · 97% busy · used by \w+.* · H100 80GB HBM3/,
		);
		await row(/Disk[\d.]+ GB free/).waitFor();
		await editor.screenshot('host-card');
		// The list draws only what fits.
		await editor.press('End');
		await row(/Round trip[\d.]+ ms/).waitFor();
		await editor.press('Home');
	});

	it('reaches a port of the host from here until it is told to stop', async () => {
		const service = createServer((_request, response) => void response.end('hello from the box'));
		await once(service.listen(0, '127.0.0.1'), 'listening');
		const { port } = service.address() as AddressInfo;
		await editor.runCommand('Windsock: Forward a Port…');
		await editor.pick('gpu-box');
		await editor.answer(String(port));
		const forward = row(/at 127\.0\.0\.1:\d+/);
		await forward.waitFor();
		const address = /127\.0\.0\.1:(\d+)/.exec((await forward.textContent()) ?? '')?.[1];
		const answer = await fetch(`http://127.0.0.1:${address}`);
		expect(await answer.text()).toBe('hello from the box');
		await editor.screenshot('host-forward');
		await forward.hover();
		await forward.getByRole('button', { name: 'Stop Forwarding' }).click();
		await waitFor('the forward to go', async () => (await forward.count()) === 0);
		await expect(fetch(`http://127.0.0.1:${address}`)).rejects.toThrow('fetch failed');
		service.close();
		service.closeAllConnections();
	});

	it('follows the host while it is open, and lets it alone when it is closed', async () => {
		// The load stands only in what is followed.
		await row(/cores?load [\d.]+/).waitFor();
		await row('gpu-box').first().click();
		await waitFor('the card to close', async () => (await row(/GPU 0/).count()) === 0);
	});
});
