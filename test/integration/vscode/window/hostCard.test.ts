import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
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

const longName = 'a-login-node-with-a-long-name.cluster.university.example';

/** Eight cards that nobody uses. */
const eightGpus = `#!/bin/sh
case "$*" in
*compute-apps*) ;;
*) for n in 0 1 2 3 4 5 6 7; do
	echo "$n, GPU-cccc$n, NVIDIA H100 80GB HBM3, 580.65.06, 9.0, Disabled, 00000000:1$n:00.0, 81559, 4, 0, 33, 70.1"
done ;;
esac
`;

describe('the card of a host', () => {
	let ssh: SshServer;
	let big: SshServer;
	let folder: string;

	const window = testWindow(
		async () => {
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-card-'));
			ssh = await serverWith('bin', nvidiaSmi);
			big = await serverWith('bin-of-eight', eightGpus);
			ssh.trust();
			big.trust();
			const config = ssh.writeConfig('gpu-box');
			await appendFile(config, await readFile(big.writeConfig(longName), 'utf8'));
			await appendFile(config, 'Host off\n\tHostName 127.0.0.1\n\tPort 1\n');
			const runRoot = path.join(folder, 'runs');
			return {
				machineSettings: {
					'windsock.sshConfigFile': config,
					'windsock.hosts': { 'gpu-box': { runRoot }, [longName]: { runRoot } },
				},
			};
		},
		async () => {
			await ssh?.stop();
			await big?.stop();
			await rm(folder, { recursive: true, force: true });
		},
	);

	/** A host whose driver's program is this one. */
	async function serverWith(name: string, program: string): Promise<SshServer> {
		const programs = path.join(folder, name);
		await mkdir(programs);
		await writeFile(path.join(programs, 'nvidia-smi'), program);
		await chmod(path.join(programs, 'nvidia-smi'), 0o755);
		return SshServer.start({ config: [`SetEnv PATH=${programs}:${process.env['PATH']}`] });
	}

	const row = (text: string | RegExp): Locator =>
		window.editor.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });

	it('opens with a click and shows GPUs, who uses them, disk and distance', async () => {
		const { editor } = window;
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
		const { editor } = window;
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

	it('shows many GPUs of a host with a long name, and one that nobody has', async () => {
		const { editor } = window;
		// Their room is what the list needs: it draws only what fits.
		for (const other of ['Datasets', 'Runs', 'Comparisons']) {
			await editor.viewPane(other).locator('.pane-header').click();
		}
		await row(/^a-login-node/)
			.first()
			.click();
		await row(/GPU 0/).waitFor();
		expect(await row(/GPU 5/).textContent()).toMatch(/80 of 80 GB free · 0% busy/);
		await editor.screenshot('host-card-eight');
		await row(/^a-login-node/)
			.first()
			.click();
		await waitFor('the card to close', async () => (await row(/GPU 0/).count()) === 0);
	});

	it('says of a host that cannot be reached what is wrong and what to do', async () => {
		const { editor } = window;
		await row(/^off/).first().click();
		const wrong = row(/“off” does not answer/).first();
		await wrong.waitFor();
		await editor.screenshot('host-card-unreachable');
	});
});
