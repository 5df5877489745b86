import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
	createReadStream,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { Result } from '../../../src/core/base/result';
import type { Progress } from '../../../src/core/training/launchRequest';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { HostPreparation } from '../../../src/node/runs/hostPreparation';
import type { PreparedHost } from '../../../src/node/runs/preparedHost';
import { createRunServices } from '../../../src/node/runs/runServices';
import { readCodeFolder } from '../../../src/node/transfer/codeFolder';
import { readCodeTree, type CodeTree } from '../../../src/node/transfer/codeTree';
import { uploadInputs, type Inputs } from '../../../src/node/transfer/uploadInputs';
import { FaultCount, isFull, tries, underFaults } from '../../support/faults';
import { type PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import { directoryFor } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import type { TcpProxy } from '../../support/tcpProxy';
import { tmpfs } from '../../support/tmpfs';
import { valueOf } from '../../support/results';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

/** Guarantee 7. In full: 2 GiB, and 10 kills. */
const largeBytes = isFull ? 2 ** 31 : 160 << 20;
const kills = tries(5, 10);
const quiet: Progress = { report: () => {} };
const root = join(import.meta.dirname, '../../..');
let ssh: PracticeOverSsh;
let practice: PracticeHost;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let configFile: string;
let prepared: PreparedHost;

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
	({ practice, proxy, directory, configFile } = ssh);
	prepared = valueOf(await new HostPreparation(directory, remoteFolder).prepare('gpu1'));
});

afterAll(() => ssh.stop());

function sha256(data: Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

/** Of a file that may be too large for one piece of memory. */
async function sha256OfFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
		hash.update(piece);
	}
	return hash.digest('hex');
}

const store = (): string => join(practice.home, '.windsock', 'store');
const run = { id: 'RUN', name: 'run', root: '/nowhere' };

/** Bytes that clients send while something is done. */
async function sentBy(action: () => Promise<unknown>): Promise<number> {
	const before = proxy.sent;
	await action();
	return proxy.sent - before;
}

/** Data that no compression and no guess makes smaller, the same every time. */
function writeLarge(path: string, size: number): string {
	const hash = createHash('sha256');
	const block = Buffer.alloc(1 << 20);
	writeFileSync(path, '');
	let state = 1;
	for (let at = 0; at < size; at += block.length) {
		for (let i = 0; i < block.length; i += 4) {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			block.writeUInt32LE(state, i);
		}
		hash.update(block);
		writeFileSync(path, block, { flag: 'a' });
	}
	return hash.digest('hex');
}

function inputOf(path: string, data: Uint8Array): Inputs {
	writeFileSync(path, data);
	const file = { path, name: `${sha256(data)}.jsonl`, size: data.length, label: 'data' };
	return { files: [file], run };
}

describe('an upload', () => {
	it('whose client is killed again and again sends little twice and never shows a part of it', async () => {
		const cli = join(root, 'dist/cli.js');
		if (!existsSync(cli)) {
			throw new Error('dist/cli.js is missing; build it first: node esbuild.mjs');
		}
		const data = join(practice.workspace, 'large.bin');
		const hash = writeLarge(data, largeBytes);
		const target = join(store(), `${hash}.bin`);
		writeFileSync(join(practice.workspace, 'train.py'), 'print("trained")\n');
		const recipe = join(practice.workspace, 'script.yaml');
		const lines = [
			'method: script',
			'script: train.py',
			'project: code',
			'dataset_path: large.bin',
		];
		mkdirSync(join(practice.workspace, 'code'), { recursive: true });
		writeFileSync(join(practice.workspace, 'code', 'train.py'), 'print("trained")\n');
		writeFileSync(recipe, `${lines.join('\n')}\n`);
		const launch = () => {
			const argv = [cli, 'launch', recipe, '--host', 'gpu1', '--workspace', practice.workspace];
			const client = spawn(process.execPath, argv, {
				env: { ...process.env, HOME: practice.home, WINDSOCK_SSH_CONFIG: configFile },
				stdio: ['ignore', 'ignore', 'pipe'],
			});
			let said = '';
			client.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
			const exit = new Promise<number | null>(resolve => client.once('exit', resolve));
			return { client, exit, said: () => said };
		};
		let seed = 7;
		const start = proxy.sent;
		const killed = new FaultCount(7, `client killed in an upload of ${largeBytes / 2 ** 20} MiB`);
		try {
			for (let n = 0; n < kills; n++) {
				seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
				// Somewhere in its share of the file, so that each client gets on a little.
				const share = largeBytes / (kills + 1);
				const limit = start + n * share + share * (0.2 + (seed / 2 ** 32) * 0.8);
				await killed.attempt(async () => {
					const { client, exit } = launch();
					proxy.onSent = sent => {
						if (sent > limit) {
							client.kill('SIGKILL');
						}
					};
					await exit;
					proxy.onSent = undefined;
					expect(client.signalCode).toBe('SIGKILL');
					expect(existsSync(target)).toBe(false);
				});
			}
		} finally {
			killed.tell();
		}
		const fault = 'the same file after it: hash right, at most 105 % sent';
		await underFaults({ guarantee: 7, fault, times: 1 }, async () => {
			const last = launch();
			expect(await last.exit, last.said()).toBe(0);
			expect(await sha256OfFile(target)).toBe(hash);
			const sent = (proxy.sent - start) / largeBytes;
			expect(sent).toBeGreaterThan(1);
			expect(sent).toBeLessThan(1.05);
		});
		expect(readdirSync(join(store(), '.partial'))).toEqual([]);
	});

	it('goes on by itself after the link broke, from where it was', async () => {
		const data = randomBytes(24 << 20);
		const inputs = inputOf(join(practice.folder, 'again.bin'), data);
		const shares: number[] = [];
		const breaks = [6 << 20, 15 << 20];
		const start = proxy.sent;
		proxy.onSent = sent => {
			if (breaks[0] !== undefined && sent - start > breaks[0]) {
				breaks.shift();
				proxy.reset();
			}
		};
		const progress: Progress = { report: (_, fraction) => shares.push(fraction ?? 0) };
		valueOf(await uploadInputs(prepared, inputs, progress));
		proxy.onSent = undefined;
		expect(breaks).toEqual([]);
		expect(readFileSync(join(store(), `${sha256(data)}.jsonl`)).equals(data)).toBe(true);
		expect((proxy.sent - start) / data.length).toBeLessThan(1.6);
		expect(shares).toEqual(shares.toSorted((a, b) => a - b));
		expect(shares.at(-1)).toBe(1);
	});

	it('that is cancelled leaves only what the next one goes on with', async () => {
		const data = randomBytes(24 << 20);
		const inputs = inputOf(join(practice.folder, 'cancelled.bin'), data);
		const cancel = new AbortController();
		const name = `${sha256(data)}.jsonl`;
		const start = proxy.sent;
		proxy.onSent = sent => sent - start > 12 << 20 && cancel.abort();
		const cancelled = await uploadInputs(prepared, inputs, quiet, cancel.signal);
		proxy.onSent = undefined;
		expect(cancelled.ok || cancelled.error.code).toBe('cancelled');
		expect(existsSync(join(store(), name))).toBe(false);
		await until(() => statSync(join(store(), '.partial', name)).size > 8 << 20);
		const sent = await sentBy(async () => valueOf(await uploadInputs(prepared, inputs, quiet)));
		expect(sent).toBeLessThan(18 << 20);
		expect(readFileSync(join(store(), name)).equals(data)).toBe(true);
	});

	it('of what is there already sends no byte of it', async () => {
		const data = randomBytes(2 << 20);
		const inputs = inputOf(join(practice.folder, 'twice.bin'), data);
		expect(valueOf(await uploadInputs(prepared, inputs, quiet)).fileBytes).toBe(data.length);
		let uploaded = -1;
		const sent = await sentBy(async () => {
			uploaded = valueOf(await uploadInputs(prepared, inputs, quiet)).fileBytes;
		});
		expect(uploaded).toBe(0);
		expect(sent).toBeLessThan(10_000);
	});

	it('of a file that changes meanwhile is thrown away', async () => {
		const data = randomBytes(1 << 20);
		const inputs = inputOf(join(practice.folder, 'changing.bin'), data);
		writeFileSync(join(practice.folder, 'changing.bin'), randomBytes(1 << 20));
		const failed = await uploadInputs(prepared, inputs, quiet);
		expect(failed.ok || failed.error.code).toBe('transferCorrupt');
		expect(existsSync(join(store(), `${sha256(data)}.jsonl`))).toBe(false);
		expect(readdirSync(join(store(), '.partial'))).not.toContain(`${sha256(data)}.jsonl`);
	});

	it('that does not fit is refused before the first byte, with the numbers', async context => {
		const small = join(practice.home, 'small');
		const disk = tmpfs(small, 1 << 20);
		if (disk === undefined) {
			context.skip('this account may not mount a small disk');
			return;
		}
		try {
			const layout = { ...prepared.layout, store: join(small, 'store') };
			const inputs = inputOf(join(practice.folder, 'big.bin'), randomBytes(5 << 20));
			let refused: Result<unknown> | undefined;
			const sent = await sentBy(async () => {
				refused = await uploadInputs({ ...prepared, layout }, inputs, quiet);
			});
			expect(refused?.ok === false && refused.error.details).toMatchObject({
				reason: expect.stringMatching(
					/5\.24 MB are needed, the disk of .*small\S* has 1\.04 MB$/,
				) as string,
			});
			expect(sent).toBeLessThan(10_000);
			expect(existsSync(join(small, 'store', '.partial'))).toBe(false);
		} finally {
			disk.unmount();
		}
	});
});

describe('a project', () => {
	const project = (): string => join(practice.folder, 'project');
	const read = async (): Promise<CodeTree> =>
		readCodeTree(project(), valueOf(await readCodeFolder(project())));
	const send = async (): Promise<number> => {
		const code = await read();
		return valueOf(await uploadInputs(prepared, { files: [], code, run }, quiet)).fileBytes;
	};

	it('of 5,000 files sends nothing when nothing changed, and only the file that did', async () => {
		let bytes = 0;
		for (let i = 0; i < 5000; i++) {
			const folder = join(project(), `part${i % 50}`);
			if (i < 50) {
				mkdirSync(folder, { recursive: true });
			}
			const text = `# module ${i}\n${'x = 1\n'.repeat(i % 300)}`;
			bytes += text.length;
			writeFileSync(join(folder, `module${i}.py`), text);
		}
		expect(await send()).toBe(bytes);
		const unchanged = await sentBy(async () => expect(await send()).toBe(0));
		expect(unchanged).toBeLessThan(10_000);
		writeFileSync(join(project(), 'part7', 'module7.py'), 'changed = True\n');
		expect(await send()).toBe('changed = True\n'.length);
	});
});

describe('a checkpoint', () => {
	const big = randomBytes(12 << 20);
	const files: Readonly<Record<string, Uint8Array>> = {
		'model.safetensors': big,
		'adapter_config.json': Buffer.from('{}'),
		'deep/optimizer.pt': randomBytes(100_000),
		'empty.txt': Buffer.alloc(0),
	};
	let other: SshServer;
	let otherHome: string;
	let services: ReturnType<typeof createRunServices>;
	let hosts: NodeHostDirectory;
	let runId: string;
	let folder: string;

	beforeAll(async () => {
		otherHome = join(practice.folder, 'other-home');
		mkdirSync(otherHome);
		other = await SshServer.start({ config: [`SetEnv HOME=${otherHome}`] });
		other.trust();
		// One file for both, as people have it.
		const config = `${readFileSync(configFile, 'utf8')}${readFileSync(other.writeConfig('gpu2'), 'utf8')}`;
		writeFileSync(configFile, config);
		hosts = directoryFor(configFile);
		services = createRunServices({
			workspace: practice.workspace,
			hosts,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
		});
		const recipePath = practice.recipe(['max_steps: 3', 'save_steps: 2']);
		const request = { recipePath, hostName: 'gpu1' };
		({ runId } = valueOf(await services.launcher.launchTraining(request, quiet)));
		valueOf(await services.library.waitForEnd(runId));
		folder = practice.runFile(runId, 'checkpoints/checkpoint-2');
		for (const [path, data] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), data);
		}
		mkdirSync(practice.runFile(runId, 'checkpoints/checkpoint-3'));
	});

	afterAll(async () => {
		services.library.dispose();
		hosts.dispose();
		await other.stop();
	});

	function expectSame(out: string): void {
		for (const [path, data] of Object.entries(files)) {
			expect(readFileSync(join(out, path)).equals(data), path).toBe(true);
		}
		expect(readdirSync(out).sort()).toEqual(readdirSync(folder).sort());
	}

	it('is listed with its size, its kind and whether it is complete', async () => {
		const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
		const [whole, begun] = valueOf(await services.library.checkpoints(runId));
		expect(whole).toMatchObject({ step: 2, complete: true, adapter: true });
		expect((whole?.bytes ?? 0) - bytes).toBeLessThan(1000);
		expect(begun).toEqual({ step: 3, complete: false, adapter: false, merged: false, bytes: 0 });
	});

	it('is pulled whole through a link that breaks, and not again when it is here', async () => {
		const out = join(practice.folder, 'pulled');
		const breaks = [3 << 20, 8 << 20];
		const seen: string[] = [];
		const progress: Progress = {
			report: (message, _, detail) => seen.push(`${message} ${detail}`),
		};
		const start = proxy.received;
		proxy.onReceived = received => {
			if (breaks[0] !== undefined && received - start > breaks[0]) {
				breaks.shift();
				proxy.reset();
			}
		};
		const pulled = valueOf(await services.transfers.pull(runId, undefined, out, { progress }));
		proxy.onReceived = undefined;
		expect(breaks).toEqual([]);
		expect(pulled).toMatchObject({ step: 2, files: Object.keys(files).length + 1 });
		expect(pulled.moved / pulled.bytes).toBeLessThan(1.05);
		expectSame(out);
		expect(seen.join()).toMatch(/Fetching model\.safetensors .* of 12\.7 MB/);
		const again = valueOf(await services.transfers.pull(runId, 2, out, { progress: quiet }));
		expect(again.moved).toBe(0);
	});

	it('that is cancelled leaves no name of a file that is not whole', async () => {
		const out = join(practice.folder, 'cancelled');
		const cancel = new AbortController();
		const { signal } = cancel;
		const start = proxy.received;
		// By bytes, not by what is reported: a quick link has all of it between two reports.
		proxy.onReceived = received => received - start > 4 << 20 && cancel.abort();
		const cancelled = await services.transfers.pull(runId, 2, out, { progress: quiet, signal });
		proxy.onReceived = undefined;
		expect(cancelled.ok || cancelled.error.code).toBe('cancelled');
		expect(existsSync(join(out, 'model.safetensors'))).toBe(false);
		expect(existsSync(join(out, 'windsock-complete'))).toBe(false);
		valueOf(await services.transfers.pull(runId, 2, out, { progress: quiet }));
		expectSame(out);
	});

	it('never takes the place of another file, and never goes through a link', async () => {
		const out = join(practice.folder, 'taken');
		mkdirSync(out);
		writeFileSync(join(out, 'empty.txt'), 'mine');
		const taken = await services.transfers.pull(runId, 2, out, { progress: quiet });
		expect(taken.ok || taken.error.code).toBe('fileExistsHere');
		expect(readFileSync(join(out, 'empty.txt'), 'utf8')).toBe('mine');
		const linked = join(practice.folder, 'linked');
		mkdirSync(linked);
		symlinkSync(practice.workspace, join(linked, 'deep'));
		const refused = await services.transfers.pull(runId, 2, linked, { progress: quiet });
		expect(refused.ok || refused.error.code).toBe('pathRefused');
		expect(existsSync(join(practice.workspace, 'optimizer.pt'))).toBe(false);
	});

	it('that is not complete is not taken', async () => {
		const out = join(practice.folder, 'none');
		const refused = await services.transfers.pull(runId, 3, out, { progress: quiet });
		expect(refused.ok || refused.error.details['reason']).toBe('complete are: 2');
		expect(existsSync(out)).toBe(false);
	});

	it('is copied to another host, where a second copy sends nothing', async () => {
		const copied = valueOf(await services.transfers.copy(runId, 2, 'gpu2', { progress: quiet }));
		expect(copied.path).toBe(join(otherHome, '.windsock', 'models', `${runId}-2`));
		expectSame(copied.path);
		const again = valueOf(await services.transfers.copy(runId, 2, 'gpu2', { progress: quiet }));
		expect(again.moved).toBe(0);
	});

	it('is removed alone', async () => {
		valueOf(await services.transfers.removeCheckpoint(runId, 3));
		expect(existsSync(practice.runFile(runId, 'checkpoints/checkpoint-3'))).toBe(false);
		expect(existsSync(folder)).toBe(true);
		const gone = await services.transfers.removeCheckpoint(runId, 3);
		expect(gone.ok || gone.error.code).toBe('modelMissing');
	});
});
