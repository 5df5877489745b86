import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host, LinkState } from '../../../src/core/hosts/host';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { freePort, SshServer } from '../../support/sshServer';
import { TcpProxy } from '../../support/tcpProxy';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

let server: SshServer;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let host: Host;
let states: LinkState[];

async function prepare(options: { config?: readonly string[]; deadAfter?: number } = {}) {
	server = await SshServer.start({ config: options.config });
	proxy = await TcpProxy.start(server.port);
	server.trust(proxy.port);
	directory = directoryFor(server.writeConfig('box', [], proxy.port), {
		timing: { deadAfter: options.deadAfter ?? 16_000, graceAfterSleep: 4000 },
	});
	host = await hostNamed(directory, 'box');
	states = [];
	host.onDidChangeLinkState(state => states.push(state));
}

beforeEach(async ({ task }) => {
	await prepare({ deadAfter: task.name.includes('frozen') ? 4000 : undefined });
});
afterEach(async () => {
	directory.dispose();
	await proxy.stop();
	await server.stop();
});

async function timed<T>(work: Promise<T>): Promise<{ value: T; milliseconds: number }> {
	const start = performance.now();
	const value = await work;
	return { value, milliseconds: performance.now() - start };
}

describe('the link to a host', () => {
	it('has room for files and commands beside three streams', async () => {
		const streams = [];
		const file = join(server.folder, 'small');
		valueOf(await host.writeFile(file, 'before'));
		for (let i = 0; i < 3; i++) {
			streams.push(valueOf(await host.open(['cat'])));
		}
		for (let i = 0; i < 3; i++) {
			expect(valueOf(await host.exec(['echo', 'ran'])).stdout).toBe('ran\n');
			const both = Promise.all([
				host.exec(['true']),
				host.writeFile(file, `${i}`),
				host.stat(file),
			]);
			expect((await both).every(({ ok }) => ok)).toBe(true);
			expect(readFileSync(file, 'utf8')).toBe(`${i}`);
		}
		for (const stream of streams) {
			stream.dispose();
		}
	});

	it('ends an upload with connectionLost when it is reset, and is made again by the next operation', async () => {
		const local = join(server.folder, 'local');
		writeFileSync(local, randomBytes(24_000_000));
		const target = join(server.folder, 'there', 'file');
		const upload = host.upload(local, target, {
			onProgress: moved => moved > 3_000_000 && proxy.reset(),
		});
		const { value, milliseconds } = await timed(upload);
		expect(errorOf(value)).toMatchObject({ code: 'connectionLost', details: { host: 'box' } });
		expect(milliseconds).toBeLessThan(5000);
		expect(host.linkState).toBe('disconnected');
		// The name never shows a part of the file.
		expect(existsSync(target)).toBe(false);
		valueOf(await host.upload(local, target));
		expect(readFileSync(target).equals(readFileSync(local))).toBe(true);
		expect(states).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
		expect(proxy.accepted).toBe(2);
	});

	it('ends every kind of operation when it is reset', async () => {
		const stream = valueOf(await host.open(['cat']));
		const closed = new Promise<{ readonly code?: number | null }>(stream.onClose);
		writeFileSync(join(server.folder, 'big'), randomBytes(8_000_000));
		const exec = host.exec(['sleep', '300']);
		await until(() => server.log.includes('Starting session: command'), 'the command');
		let reading = false;
		const download = host.download(join(server.folder, 'big'), join(server.folder, 'back'), {
			onProgress: () => {
				if (!reading) {
					reading = true;
					proxy.reset();
				}
			},
		});
		expect(errorOf(await exec).code).toBe('connectionLost');
		expect(errorOf(await download).code).toBe('connectionLost');
		expect(await closed).toEqual({});
		expect(readdirSync(server.folder).filter(name => name.endsWith('-part'))).toEqual([]);
	});

	it('is dead when it is frozen, and nothing hangs on it', async () => {
		valueOf(await host.exec(['true']));
		valueOf(await host.stat('/'));
		proxy.freeze();
		const waiting = await timed(
			Promise.all([host.exec(['true']), host.stat('/'), host.list('/'), host.open(['cat'])]),
		);
		expect(waiting.value.map(result => errorOf(result).code)).toEqual(
			Array.from({ length: 4 }, () => 'connectionLost'),
		);
		expect(waiting.milliseconds).toBeLessThan(16_000);
		proxy.thaw();
		valueOf(await host.exec(['true']));
	});

	it('is dead when it is frozen while it is being made', async () => {
		proxy.freeze();
		const { value, milliseconds } = await timed(host.exec(['true']));
		expect(errorOf(value).code).toBe('hostUnreachable');
		expect(milliseconds).toBeLessThan(16_000);
	});

	it('gives up at once when it is aborted while it is being made', async () => {
		proxy.freeze();
		const controller = new AbortController();
		const running = host.exec(['true'], { signal: controller.signal });
		await until(() => proxy.accepted === 1, 'the connection');
		controller.abort();
		const { value, milliseconds } = await timed(running);
		expect(errorOf(value).code).toBe('cancelled');
		expect(milliseconds).toBeLessThan(500);
		proxy.thaw();
		valueOf(await host.exec(['true']));
	});

	it('keeps what others wait for when one of them aborts', async () => {
		proxy.delay = 20;
		const controller = new AbortController();
		const aborted = host.exec(['true'], { signal: controller.signal });
		const other = host.exec(['echo', 'here']);
		await until(() => proxy.accepted === 1, 'the connection');
		controller.abort();
		expect(errorOf(await aborted).code).toBe('cancelled');
		expect(valueOf(await other).stdout).toBe('here\n');
		expect(proxy.accepted).toBe(1);
	});

	it('is one for all operations, with four channels at most and room for commands beside streams', async () => {
		const streams = [valueOf(await host.open(['cat'])), valueOf(await host.open(['cat']))];
		const third = host.open(['cat']);
		valueOf(await host.stat('/'));
		const outputs = await Promise.all(Array.from({ length: 6 }, () => host.exec(['echo', 'x'])));
		expect(outputs.every(output => valueOf(output).stdout === 'x\n')).toBe(true);
		streams[0]?.dispose();
		const late = valueOf(await third);
		for (const stream of [...streams, late]) {
			stream.dispose();
		}
		expect(proxy.accepted).toBe(1);
	});

	it('backs off from a host that does not answer', async () => {
		await server.halt();
		const port = await freePort();
		rmSync(join(server.folder, 'ssh_config'));
		server.writeConfig('box', [], port);
		expect(errorOf(await host.exec(['true'])).code).toBe('hostUnreachable');
		const { value, milliseconds } = await timed(host.exec(['true']));
		expect(errorOf(value).code).toBe('hostUnreachable');
		// The second try was put off; a later one is answered with the known reason.
		expect(milliseconds).toBeGreaterThan(400);
		directory.allowRetry('box');
		expect((await timed(host.exec(['true']))).milliseconds).toBeLessThan(1000);
	});

	it('carries a forward on over a new connection', async () => {
		const service = createServer(socket => socket.end('hello'));
		await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
		const address = service.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const forward = valueOf(await host.forward({ kind: 'tcp', port }));
		const greet = (): Promise<string> =>
			new Promise(resolve => {
				let text = '';
				createConnection(forward.port, '127.0.0.1')
					.on('data', data => (text += data.toString()))
					.on('error', () => {})
					.on('close', () => resolve(text));
			});
		expect(await greet()).toBe('hello');
		proxy.reset();
		await until(() => host.linkState === 'disconnected', 'the loss');
		expect(await greet()).toBe('hello');
		forward.dispose();
		service.close();
	});

	it('goes through jumps, each with its own key check', async () => {
		const inner = await SshServer.start();
		try {
			const known = `${readFileSync(server.knownHosts, 'utf8')}[127.0.0.1]:${inner.port} ${inner.publicHostKey()}\n`;
			writeFileSync(server.knownHosts, known);
			writeFileSync(join(inner.folder, 'authorized_keys'), readFileSync(`${server.clientKey}.pub`));
			server.writeConfig('far', ['ProxyJump box'], inner.port);
			server.writeConfig('farther', ['ProxyJump box,far'], inner.port);
			for (const name of ['far', 'farther']) {
				const far = await hostNamed(directory, name);
				valueOf(await far.writeFile(join(inner.folder, name), name));
				expect(valueOf(await far.exec(['cat', join(inner.folder, name)])).stdout).toBe(name);
			}
			const far = await hostNamed(directory, 'far');
			const stream = valueOf(await far.open(['cat']));
			const closed = new Promise(stream.onClose);
			proxy.reset();
			await closed;
			expect(valueOf(await far.exec(['echo', 'again'])).stdout).toBe('again\n');
			writeFileSync(
				server.knownHosts,
				readFileSync(server.knownHosts, 'utf8').split('\n')[0] + '\n',
			);
			const fresh = directoryFor(join(server.folder, 'ssh_config'));
			const error = errorOf(await (await hostNamed(fresh, 'far')).exec(['true']));
			expect(error).toMatchObject({ code: 'hostKeyUnknown', details: { host: 'far' } });
			fresh.dispose();
		} finally {
			await inner.stop();
		}
	});

	it.skipIf(!userInfo().shell?.endsWith('bash'))(
		'cuts away what start files of the login shell print',
		async () => {
			await server.stop();
			await proxy.stop();
			directory.dispose();
			await prepare({ config: ['SetEnv BASH_ENV=FOLDER/noise'] });
			const noise = join(server.folder, 'noise');
			writeFileSync(noise, 'echo "Welcome!"; printf "no line end" >&2; printf "{}"\n');
			const output = valueOf(await host.exec(['echo', '{"json": true}']));
			expect(output).toEqual({ code: 0, stdout: '{"json": true}\n', stderr: '' });
		},
	);

	it('names what the server said when it runs no commands', async () => {
		await server.stop();
		await proxy.stop();
		directory.dispose();
		await prepare({ config: ['ForceCommand echo "This account is for files only"; exit 1'] });
		const error = errorOf(await host.exec(['true']));
		expect(error.code).toBe('remoteCommandFailed');
		expect(error.details['reason']).toBe('This account is for files only');
	});
});
