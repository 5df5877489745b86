import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './sshServer';

const commands = ['sbatch', 'scancel', 'scontrol', 'sacct', 'sinfo', 'squeue', 'srun'] as const;
export type SlurmCommand = (typeof commands)[number];

/**
 * `lost`: a time-out before anything happened; `lost-once`: only the next time. `late`: it happened,
 * and then the time-out.
 */
export type SlurmFault = 'lost' | 'lost-once' | 'late';

export interface SlurmCall {
	/** Unix seconds. */
	readonly at: number;
	readonly command: SlurmCommand;
	readonly words: string;
}

/**
 * A real Slurm of two nodes on this machine, without systemd and cgroups: own ports, own folder, own
 * configuration. Its commands stand on `path` behind a shim that notes every call and can fail it.
 */
export class SlurmCluster {
	readonly folder = mkdtempSync(join(tmpdir(), 'windsock-slurm-'));
	readonly bin = join(this.folder, 'bin');
	readonly configFile = join(this.folder, 'slurm.conf');
	readonly #processes: ChildProcess[] = [];

	static async start(): Promise<SlurmCluster> {
		const cluster = new SlurmCluster();
		try {
			await cluster.#launch();
		} catch (error) {
			await cluster.stop();
			throw error;
		}
		return cluster;
	}

	/** What a shell on the login node has of it. */
	get variables(): { readonly SLURM_CONF: string; readonly PATH: string } {
		const path = [this.bin, process.env['PATH'] ?? ''].join(delimiter);
		return { SLURM_CONF: this.configFile, PATH: path };
	}

	/** Every call that went over the shims so far. */
	get calls(): readonly SlurmCall[] {
		const text = readIfThere(join(this.folder, 'calls'));
		return text
			.split('\n')
			.filter(line => line !== '')
			.map(line => {
				const [at = '', command = '', ...words] = line.split(' ');
				return { at: Number(at), command: command as SlurmCommand, words: words.join(' ') };
			});
	}

	/** Lets the next calls of a command fail; `undefined` mends it. */
	fail(command: SlurmCommand, fault: SlurmFault | undefined): void {
		writeFileSync(join(this.folder, `fault-${command}`), fault ?? '');
	}

	/** Runs one of its commands past the shims and returns what it prints. */
	run(command: SlurmCommand, ...words: readonly string[]): string {
		return execFileSync(command, words, {
			encoding: 'utf8',
			env: { ...process.env, SLURM_CONF: this.configFile },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	}

	/**
	 * Puts a running job back into the queue, to start again sooner than after the usual two minutes,
	 * but not in the second in which it was killed: nodes refuse that as a job already killed.
	 */
	async requeue(job: string): Promise<void> {
		this.run('scontrol', 'requeue', job);
		await this.startAgain(job);
	}

	/** Lets a job that is on its way back into the queue start sooner, as `requeue` says. */
	async startAgain(job: string): Promise<void> {
		const state = (): string => this.run('squeue', '--noheader', '--format=%T', `--jobs=${job}`);
		await this.#until(() => state().trim() === 'PENDING', `job ${job} was not put back`);
		this.run('scontrol', 'update', `JobId=${job}`, 'StartTime=now+2');
	}

	/** Ends all jobs, then the daemons, and removes the folder. */
	async stop(): Promise<void> {
		try {
			this.run('scancel', '--full', '--user', userName());
		} catch {
			// A cluster that did not come up has no jobs.
		}
		for (const child of this.#processes.toReversed()) {
			await ended(child);
		}
		rmSync(this.folder, { recursive: true, force: true });
	}

	async #launch(): Promise<void> {
		const { folder } = this;
		const key = join(folder, 'munge.key');
		writeFileSync(key, randomBytes(1024), { mode: 0o600 });
		mkdirSync(this.bin);
		for (const command of commands) {
			this.#writeShim(command);
		}
		const ports: number[] = [];
		while (ports.length < 3) {
			const port = await freePort();
			if (!ports.includes(port)) {
				ports.push(port);
			}
		}
		const [controller = 0, ...nodes] = ports;
		writeFileSync(this.configFile, this.#config(controller, nodes));
		const socket = join(folder, 'munge.sock');
		this.#daemon('munged', [
			'--foreground',
			'--force',
			`--key-file=${key}`,
			`--socket=${socket}`,
			`--pid-file=${folder}/munged.pid`,
			`--seed-file=${folder}/munged.seed`,
		]);
		await this.#until(() => existsSync(socket), 'munged did not start');
		this.#daemon('slurmctld', ['-D', '-f', this.configFile]);
		for (const node of nodes.keys()) {
			this.#daemon('slurmd', ['-D', '-f', this.configFile, '-N', `n${node + 1}`]);
		}
		await this.#until(() => this.#idleNodes() === 2, 'its nodes did not come up');
	}

	#idleNodes(): number {
		try {
			const states = this.run('sinfo', '--noheader', '--Node', '--partition=main', '--format=%T');
			return states.split('\n').filter(state => state === 'idle').length;
		} catch {
			return 0;
		}
	}

	#daemon(program: string, args: readonly string[]): void {
		const path = [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter);
		const child = spawn(program, args, {
			stdio: 'ignore',
			env: { ...process.env, PATH: path, SLURM_CONF: this.configFile },
		});
		child.on('error', () => {});
		this.#processes.push(child);
	}

	async #until(condition: () => boolean, reason: string): Promise<void> {
		const end = Date.now() + 30_000;
		while (!condition()) {
			if (Date.now() > end) {
				const log = readIfThere(join(this.folder, 'slurmctld.log'));
				throw new Error(`Slurm: ${reason}\n${log.slice(-3000)}`);
			}
			await new Promise(resolve => setTimeout(resolve, 50));
		}
	}

	#writeShim(command: SlurmCommand): void {
		const file = join(this.bin, command);
		const real = execFileSync('/bin/sh', ['-c', `command -v ${command}`], { encoding: 'utf8' });
		const lines = [
			'#!/bin/sh',
			`echo "$(date +%s.%N) ${command} $*" >> ${this.folder}/calls`,
			`fault=$(cat ${this.folder}/fault-${command} 2>/dev/null)`,
			`[ "$fault" = lost-once ] && : > ${this.folder}/fault-${command}`,
			`[ "$fault" = late ] && ${real.trim()} "$@" > /dev/null`,
			'if [ -n "$fault" ]; then',
			`	echo "${command}: error: Socket timed out on send/recv operation" >&2`,
			'	exit 1',
			'fi',
			`exec ${real.trim()} "$@"`,
		];
		writeFileSync(file, `${lines.join('\n')}\n`);
		chmodSync(file, 0o755);
	}

	#config(controller: number, nodes: readonly number[]): string {
		const { folder } = this;
		const host = hostname();
		return [
			'ClusterName=windsock',
			`SlurmctldHost=${host}(127.0.0.1)`,
			`SlurmctldPort=${controller}`,
			`SlurmUser=${userName()}`,
			`SlurmdUser=${userName()}`,
			'AuthType=auth/munge',
			`AuthInfo=socket=${folder}/munge.sock`,
			`StateSaveLocation=${folder}/state`,
			`SlurmdSpoolDir=${folder}/spool-%n`,
			`SlurmctldPidFile=${folder}/slurmctld.pid`,
			`SlurmdPidFile=${folder}/slurmd-%n.pid`,
			`SlurmctldLogFile=${folder}/slurmctld.log`,
			`SlurmdLogFile=${folder}/slurmd-%n.log`,
			'ProctrackType=proctrack/linuxproc',
			'TaskPlugin=task/none',
			'JobAcctGatherType=jobacct_gather/none',
			'AccountingStorageType=accounting_storage/none',
			'SelectType=select/cons_tres',
			'SelectTypeParameters=CR_Core',
			'SwitchType=switch/none',
			'MpiDefault=none',
			'ReturnToService=2',
			'KillWait=5',
			// The nodes have more cores on paper than this machine.
			'SlurmdParameters=config_overrides',
			'SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1',
			'SlurmctldDebug=info',
			...nodes.map(
				(port, index) =>
					`NodeName=n${index + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=4 RealMemory=4000`,
			),
			// Jobs of “urgent” take the nodes of others, who get half a minute to save.
			'PreemptType=preempt/partition_prio',
			'PreemptMode=REQUEUE',
			'PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=30',
			'PartitionName=urgent Nodes=n[1-2] MaxTime=INFINITE State=UP PriorityTier=10',
			'',
		].join('\n');
	}
}

function userName(): string {
	return execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
}

function readIfThere(file: string): string {
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
		return;
	}
	const end = new Promise(resolve => child.once('exit', resolve));
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
	await end;
	clearTimeout(timer);
}
