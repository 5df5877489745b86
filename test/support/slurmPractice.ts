import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../src/core/base/logger';
import type { SlurmSettings } from '../../src/core/hosts/slurmSettings';
import { NodeHostDirectory } from '../../src/node/hosts/hostDirectory';
import { defaultConfigLocation } from '../../src/node/hosts/sshResolve';
import { createRunServices } from '../../src/node/runs/runServices';
import { PracticeHost, remoteFolder } from './practiceHost';
import { SlurmCluster } from './slurmCluster';
import { SshServer } from './sshServer';

/** Stands where the trainer's interpreter is: saves when it is asked to end, goes on from there. */
const trainer = `#!/usr/bin/env python3
import os, signal, sys, time
from pathlib import Path
if sys.argv[-2] != "train":
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
from windsock_remote.run_files import RunFiles
files = RunFiles(Path(sys.argv[-1]))
ending = []
signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
arguments = files.spec["train"]["arguments"]
steps = arguments.get("max_steps", 20)
resumed = files.checkpoint_to_resume()
first = int(resumed.name.split("-")[-1]) + 1 if resumed else 1
files.log(f"node {os.environ['SLURMD_NODENAME']} from step {first} offline {os.environ.get('HF_HUB_OFFLINE')}")
for step in range(first, steps + 1):
    time.sleep(arguments.get("eval_delay", 0.002))
    files.append_metric(step, step / steps, "train", {"loss": 1 / step})
    files.update_status(step=step, maxSteps=steps)
    if ending or step % arguments.get("save_steps", steps + 1) == 0:
        files.checkpoint_dir(step).mkdir(parents=True)
        files.mark_checkpoint_complete(step)
    if ending:
        raise SystemExit(0)
`;

/** A cluster whose login node is reached over SSH as host `login`, with one home for all nodes. */
export class SlurmPractice {
	readonly directory: NodeHostDirectory;
	readonly configFile: string;
	/** What the host's setting “slurm” says; tests change it. */
	slurm: SlurmSettings = {};
	readonly #open: { dispose(): void }[] = [];

	private constructor(
		readonly cluster: SlurmCluster,
		readonly server: SshServer,
		readonly host: PracticeHost,
	) {
		server.trust();
		this.configFile = server.writeConfig('login');
		this.directory = new NodeHostDirectory({
			configLocation: () => defaultConfigLocation(this.configFile),
			settingsFor: () => ({ scheduler: 'slurm', slurm: this.slurm }),
			logger: silentLogger,
		});
	}

	/** @param real trains for true, in the environment and with the model that the set-up made */
	static async start(real = false): Promise<SlurmPractice> {
		const host = await PracticeHost.create();
		const envs = join(host.home, '.windsock', 'envs');
		if (real) {
			host.trainForTrue();
		}
		for (const name of real ? [] : readdirSync(envs)) {
			writeFileSync(join(envs, name, 'bin', 'python'), trainer);
			chmodSync(join(envs, name, 'bin', 'python'), 0o755);
		}
		const cluster = await SlurmCluster.start();
		const variables = { ...cluster.variables, HOME: host.home };
		const words = Object.entries(variables).map(([name, value]) => `"${name}=${value}"`);
		const server = await SshServer.start({ config: [`SetEnv ${words.join(' ')}`] });
		return new SlurmPractice(cluster, server, host);
	}

	/** Services of a new window; closed by `closeWindows`. */
	window(): ReturnType<typeof createRunServices> {
		const services = createRunServices({
			workspace: this.host.workspace,
			hosts: this.directory,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
			timing: { delay: () => 50, now: () => new Date() },
		});
		this.#open.push(services.library);
		return services;
	}

	closeWindows(): void {
		for (const thing of this.#open.splice(0)) {
			thing.dispose();
		}
	}

	/** Lets the next look ask Slurm, as if half a minute had passed. */
	letTimePass(): void {
		const runs = join(this.host.home, '.windsock', 'runs');
		for (const name of existsSync(runs) ? readdirSync(runs) : []) {
			if (name.startsWith('.slurm-asked-')) {
				rmSync(join(runs, name), { force: true });
			} else if (name === '.slurm.json') {
				const path = join(runs, name);
				const answers = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
				writeFileSync(path, JSON.stringify({ ...answers, wall: 0 }));
			}
		}
	}

	/** The job that a run has now. */
	jobId(runId: string, attempt = 1): string {
		const text = readFileSync(this.host.runFile(runId, `attempts/${attempt}/job.json`), 'utf8');
		return (JSON.parse(text) as { jobId: string }).jobId;
	}

	async stop(): Promise<void> {
		this.closeWindows();
		this.directory.dispose();
		await this.server.stop();
		await this.cluster.stop();
		this.host.dispose();
	}
}
