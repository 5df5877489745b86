// What Windsock costs at a launch: from the command to the first optimizer step, against the same
// training started by hand over ssh, in the same environment, from the same spec.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ulid } from '../../src/core/base/ulid';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { waitFor } from '../support/bench/waitFor';
import { TemporaryWorkspace } from '../support/bench/workspace';
import { SshServer } from '../support/sshServer';

const rounds = 3;
const alias = 'gpu-box';
const runs = path.join(homedir(), '.windsock', 'runs');

/** Unix seconds by the host's clock, which is this machine's. */
async function firstStep(folder: string): Promise<number> {
	return waitFor(
		'the first optimizer step',
		async () => {
			// The trainer's own word: by hand there is no supervisor that would write status.json.
			const file = path.join(folder, 'progress.json');
			const status = JSON.parse(await readFile(file, 'utf8')) as { firstStepAt?: number };
			return status.firstStepAt;
		},
		120_000,
	);
}

async function ended(folder: string): Promise<void> {
	await waitFor('the run to end', () => existsSync(path.join(folder, 'exit.json')), 180_000);
}

async function median(measureOnce: () => Promise<number>): Promise<number> {
	const values: number[] = [];
	for (let n = 0; n < rounds; n++) {
		values.push(await measureOnce());
	}
	return values.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

export async function measure({ root, python }: MeasureOptions): Promise<readonly Measurement[]> {
	const workspace = await TemporaryWorkspace.create(root);
	const ssh = await SshServer.start();
	ssh.trust();
	const config = ssh.writeConfig(alias);
	const made: string[] = [];
	let spec: Record<string, unknown> = {};

	const byWindsock = async (): Promise<number> => {
		const start = Date.now();
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[
				path.join(root, 'dist', 'cli.js'),
				'launch',
				'recipes/sft-tiny.yaml',
				'--host',
				alias,
				'--set',
				'max_steps=5',
				'--json',
			],
			{ cwd: workspace.folder, env: { ...process.env, WINDSOCK_SSH_CONFIG: config } },
		);
		const folder = path.join(runs, (JSON.parse(stdout) as { runId: string }).runId);
		made.push(folder);
		const seconds = (await firstStep(folder)) - start / 1000;
		await ended(folder);
		spec = JSON.parse(await readFile(path.join(folder, 'spec.json'), 'utf8')) as typeof spec;
		return seconds;
	};

	const byHand = async (): Promise<number> => {
		const id = ulid(Date.now(), randomBytes(10));
		const folder = path.join(runs, id);
		made.push(folder);
		await mkdir(folder, { recursive: true });
		await writeFile(path.join(folder, 'spec.json'), JSON.stringify({ ...spec, id }));
		const start = Date.now();
		const command = `PYTHONPATH='${root}/remote' '${python}' -m windsock_remote train '${folder}'`;
		const child = spawn('ssh', ['-F', config, alias, command], { stdio: 'ignore' });
		const closed = new Promise(resolve => child.once('close', resolve));
		const seconds = (await firstStep(folder)) - start / 1000;
		await closed;
		return seconds;
	};

	try {
		// The first launch uploads the package and warms the file cache; it belongs to neither side.
		await byWindsock();
		const windsock = await median(byWindsock);
		const hand = await median(byHand);
		return [
			{ what: `windsock launch to first step, median of ${rounds}`, value: windsock, unit: 's' },
			{ what: `train over ssh to first step, median of ${rounds}`, value: hand, unit: 's' },
			{ what: 'launch overhead', value: windsock - hand, unit: 's', limit: 2 },
		];
	} finally {
		await ssh.stop();
		await workspace.remove();
		for (const folder of made) {
			await rm(folder, { recursive: true, force: true });
		}
	}
}
