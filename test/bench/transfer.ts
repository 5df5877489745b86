// What moving bytes costs: one large file up and down against scp in the same run, with and without
// delay, a project that did not change, a log to catch up with, and runs that are only followed.
//
// Expected before the first run: 0.9 of scp without delay (our stream goes through one more process
// on the host, which hashes), 0.8 of what a window of 2 MiB allows with delay, 1 s for 5,000
// unchanged files (reading and hashing them here), 1 s for the log, 2 % of a core for 20 runs.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '../../src/core/base/logger';
import type { Progress } from '../../src/core/training/launchRequest';
import { HostPreparation } from '../../src/node/runs/hostPreparation';
import type { PreparedHost } from '../../src/node/runs/preparedHost';
import { createRunServices } from '../../src/node/runs/runServices';
import { readCodeFolder } from '../../src/node/transfer/codeFolder';
import { readCodeTree } from '../../src/node/transfer/codeTree';
import { pullFolder } from '../../src/node/transfer/pullFolder';
import { uploadInputs } from '../../src/node/transfer/uploadInputs';
import type { Measurement } from '../support/bench/measurement';
import { PracticeHost, remoteFolder, until } from '../support/practiceHost';
import { directoryFor } from '../support/sshHosts';
import { SshServer } from '../support/sshServer';
import { TcpProxy } from '../support/tcpProxy';
import { valueOf } from '../support/results';

const window = 2 << 20;
const megabyte = 1e6;
const largeBytes = 1000 * megabyte;
const quiet: Progress = { report: () => {} };
const run = { id: 'RUN', name: 'bench', root: '/nowhere' };
const rounds = 3;

async function seconds(work: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}

/** Bytes that nothing compresses; gives their hash. */
async function writeLarge(file: string, bytes: number): Promise<string> {
	const block = randomBytes(4 * megabyte);
	writeFileSync(file, '');
	for (let at = 0; at < bytes; at += block.length) {
		block.writeUInt32LE((at / block.length) >>> 0, 0);
		await appendFile(file, block.subarray(0, Math.min(block.length, bytes - at)));
	}
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
		hash.update(chunk);
	}
	return hash.digest('hex');
}

class Bench {
	readonly #measured: Measurement[] = [];

	constructor(
		readonly practice: PracticeHost,
		readonly proxy: TcpProxy,
		readonly config: string,
		readonly prepared: PreparedHost,
	) {}

	get measured(): readonly Measurement[] {
		return this.#measured;
	}

	add(what: string, value: number, unit: string, bound?: { least?: number; limit?: number }) {
		this.#measured.push({ what, value, unit, ...bound });
	}

	async against(bytes: number, roundTrip: number): Promise<void> {
		const { practice, proxy, config, prepared } = this;
		const file = path.join(practice.folder, 'large.bin');
		const sha256 = await writeLarge(file, bytes);
		const name = `${sha256}.bin`;
		const far = path.join(practice.home, 'far');
		mkdirSync(far, { recursive: true });
		const scp = (from: string, to: string): Promise<unknown> =>
			promisify(execFile)('scp', ['-q', '-F', config, from, to]);
		const here = path.join(practice.folder, 'here');
		proxy.delay = roundTrip / 2;
		const best = { up: Infinity, scpUp: Infinity, down: Infinity, scpDown: Infinity };
		const once = async (key: keyof typeof best, work: () => Promise<unknown>): Promise<void> => {
			best[key] = Math.min(best[key], await seconds(work));
		};
		// In turns, so that what else the machine does falls on both; the best is what each can do.
		for (let round = 0; round < (roundTrip === 0 ? rounds : 1); round++) {
			await rm(path.join(prepared.layout.store, name), { force: true });
			const files = [{ path: file, name, size: bytes, label: 'large' }];
			await once('up', async () => valueOf(await uploadInputs(prepared, { files, run }, quiet)));
			await once('scpUp', () => scp(file, `gpu1:${far}/large.bin`));
			await rm(here, { recursive: true, force: true });
			await once('down', async () =>
				valueOf(await pullFolder(prepared, far, here, { progress: quiet, signal: undefined })),
			);
			await rm(here, { recursive: true, force: true });
			mkdirSync(here);
			await once('scpDown', () => scp(`gpu1:${far}/large.bin`, path.join(here, 'large.bin')));
			if ((await stat(path.join(here, 'large.bin'))).size !== bytes) {
				throw new Error('scp brought something else');
			}
		}
		proxy.delay = 0;
		const rate = (time: number): number => bytes / megabyte / time;
		const at = `${bytes / megabyte} MB at ${roundTrip} ms`;
		for (const [way, ours, theirs] of [
			['upload', best.up, best.scpUp],
			['download', best.down, best.scpDown],
		] as const) {
			this.add(`${way} of ${at}, hashed at both ends`, rate(ours), 'MB/s');
			this.add(`scp ${way} of ${at}`, rate(theirs), 'MB/s');
			if (roundTrip === 0) {
				this.add(`${way} of ${at}, ratio to scp`, theirs / ours, '×', { least: 0.9 });
			} else {
				const bound = window / (roundTrip / 1000) / megabyte;
				const ratio = rate(ours) / bound;
				this.add(`${way} of ${at}, ratio to 2 MiB/RTT`, ratio, '×', { least: 0.8 });
			}
		}
		await rm(path.join(prepared.layout.store, name), { force: true });
		await rm(far, { recursive: true, force: true });
		await rm(file);
	}

	async unchanged(): Promise<void> {
		const root = path.join(this.practice.folder, 'project');
		for (let i = 0; i < 5000; i++) {
			const folder = path.join(root, `part${i % 50}`);
			mkdirSync(folder, { recursive: true });
			writeFileSync(path.join(folder, `module${i}.py`), `# ${i}\n${'x = 1\n'.repeat(i % 300)}`);
		}
		const send = async (): Promise<number> => {
			const code = await readCodeTree(root, valueOf(await readCodeFolder(root)));
			return valueOf(await uploadInputs(this.prepared, { files: [], code, run }, quiet)).fileBytes;
		};
		this.add('5,000 files, first time', await seconds(send), 's');
		let bytes = -1;
		const time = await seconds(async () => (bytes = await send()));
		this.add('5,000 files unchanged', time, 's', { limit: 3 });
		this.add('5,000 files unchanged, file bytes sent', bytes, 'bytes', { limit: 0 });
	}
}

/** A log that grew by 100,000 lines while nobody was connected. */
async function catchUp(bench: Bench, configFile: string): Promise<void> {
	const { practice, proxy } = bench;
	const hosts = directoryFor(configFile);
	const timing = { delay: () => 50, now: () => new Date() };
	const { library, launcher } = createRunServices({
		workspace: practice.workspace,
		hosts,
		remoteFolder,
		version: '0.0.0',
		logger: silentLogger,
		timing,
	});
	try {
		const lines = ['max_steps: 4000', 'eval_delay: 0.05', 'name: caught up'];
		const request = { recipePath: practice.recipe(lines), hostName: 'gpu1' };
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		const watch = library.watch(runId);
		await until(() => library.log(runId).includes('Schritt 3 '));
		proxy.freeze();
		const text = Array.from({ length: 100_000 }, (_, i) => `line ${i} of the log\n`).join('');
		await appendFile(practice.runFile(runId, 'log.txt'), `${text}the last line\n`);
		proxy.reset();
		proxy.thaw();
		const time = await seconds(() => until(() => library.log(runId).includes('the last line')));
		bench.add('100,000 log lines caught up after a reconnect', time, 's', { limit: 2 });
		watch.dispose();
		valueOf(await library.stop(runId));
	} finally {
		library.dispose();
		hosts.dispose();
	}
}

/** Twenty runs that are followed while little happens in them. */
async function attached(bench: Bench, configFile: string): Promise<void> {
	const { practice } = bench;
	const hosts = directoryFor(configFile);
	const { library, launcher } = createRunServices({
		workspace: practice.workspace,
		hosts,
		remoteFolder,
		version: '0.0.0',
		logger: silentLogger,
	});
	const ids: string[] = [];
	try {
		const recipePath = practice.recipe(['max_steps: 1000', 'eval_delay: 5']);
		for (let i = 0; i < 20; i++) {
			const request = { recipePath, hostName: 'gpu1', name: `run ${i}` };
			ids.push(valueOf(await launcher.launchTraining(request, quiet)).runId);
		}
		const watches = ids.map(id => library.watch(id));
		await until(() => ids.every(id => library.get(id)?.state === 'running'));
		const before = process.cpuUsage();
		const time = await seconds(() => new Promise(resolve => setTimeout(resolve, 20_000)));
		const used = process.cpuUsage(before);
		const share = (used.user + used.system) / 1e6 / time;
		bench.add('20 attached runs, share of one core', share * 100, '%', { limit: 5 });
		for (const watch of watches) {
			watch.dispose();
		}
	} finally {
		for (const id of ids) {
			await library.stop(id);
		}
		library.dispose();
		hosts.dispose();
	}
}

export async function measure(): Promise<readonly Measurement[]> {
	const practice = await PracticeHost.create();
	const server = await SshServer.start({ config: [`SetEnv HOME=${practice.home}`] });
	const proxy = await TcpProxy.start(server.port);
	server.trust(proxy.port);
	// Both without delay go to the server itself: a proxy in Node would be what is measured.
	writeFileSync(
		server.knownHosts,
		[server.port, proxy.port]
			.map(port => `[127.0.0.1]:${port} ${server.publicHostKey()}\n`)
			.join(''),
	);
	const direct = server.writeConfig('gpu1');
	const slowConfig = path.join(practice.folder, 'slow_config');
	const slowLines = server.writeConfig('unused', [], proxy.port);
	writeFileSync(
		slowConfig,
		`Host gpu1\n${readFileSync(slowLines, 'utf8').split('Host unused\n')[1]}`,
	);
	const directories = [directoryFor(direct), directoryFor(slowConfig)];
	try {
		const [near, far] = await Promise.all(
			directories.map(async directory =>
				valueOf(await new HostPreparation(directory, remoteFolder).prepare('gpu1')),
			),
		);
		if (near === undefined || far === undefined) {
			throw new Error('no host');
		}
		const fast = new Bench(practice, proxy, direct, near);
		const slow = new Bench(practice, proxy, slowConfig, far);
		await fast.against(largeBytes, 0);
		await slow.against(200 * megabyte, 50);
		await slow.against(60 * megabyte, 200);
		await fast.unchanged();
		await catchUp(slow, slowConfig);
		await attached(fast, direct);
		return [...fast.measured, ...slow.measured];
	} finally {
		for (const directory of directories) {
			directory.dispose();
		}
		await proxy.stop();
		await server.stop();
		practice.dispose();
	}
}
