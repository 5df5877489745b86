import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/core/hosts/host';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { underFaults } from '../../support/faults';
import { until } from '../../support/practiceHost';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { TcpProxy } from '../../support/tcpProxy';
import { valueOf } from '../../support/results';

/** Guarantee 8 without a clock: what makes the link fast is as it should be. `npm run bench` has the times. */
let server: SshServer;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let host: Host;

beforeEach(async () => {
	server = await SshServer.start();
	proxy = await TcpProxy.start(server.port);
	server.trust(proxy.port);
	directory = directoryFor(server.writeConfig('box', [], proxy.port));
	host = await hostNamed(directory, 'box');
});

afterEach(async () => {
	directory.dispose();
	await proxy.stop();
	await server.stop();
});

/** The descriptor of this process's socket to a port; Node itself lists what is open. */
function socketTo(port: number): number | undefined {
	const { _getActiveHandles: handles } = process as unknown as {
		_getActiveHandles(): readonly unknown[];
	};
	const socket = handles
		.call(process)
		.find((one): one is Socket => one instanceof Socket && one.remotePort === port);
	return (socket as unknown as { readonly _handle: { readonly fd: number } } | undefined)?._handle
		.fd;
}

describe('the link to a host', () => {
	it('waits for no more bytes before it sends some: the system says that Nagle is off', async () => {
		valueOf(await host.exec(['true']));
		const socket = socketTo(proxy.port);
		expect(socket).toBeDefined();
		const ask = [
			'import socket',
			'print(socket.socket(fileno=0).getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))',
		].join('\n');
		const said = execFileSync('python3', ['-c', ask], {
			stdio: [socket as number, 'pipe', 'inherit'],
		});
		const fault = 'Nagle is off, as the system says';
		await underFaults({ guarantee: 8, fault, times: 1 }, async () => {
			expect(Number(said.toString())).toBeGreaterThan(0);
		});
	});

	it('lets a server send 4 MiB ahead, and no more while nobody reads', async () => {
		const size = 24 << 20;
		const words = `import sys; [sys.stdout.buffer.write(bytes([i]) * (1 << 20)) for i in range(${size >> 20})]`;
		const stream = valueOf(await host.open(['python3', '-c', words]));
		const start = proxy.received;
		// Here nothing is read before somebody listens: the server uses up what it has been given.
		await until(() => proxy.received - start > 4 << 20);
		const hash = createHash('sha256');
		let received = 0;
		const ahead = proxy.received - start;
		const ended = new Promise(resolve => stream.onClose(resolve));
		stream.onData(bytes => {
			received += bytes.length;
			hash.update(bytes);
		});
		await ended;
		const expected = createHash('sha256');
		for (let i = 0; i < size >> 20; i++) {
			expected.update(Buffer.alloc(1 << 20, i));
		}
		const fault = '4 MiB under way to a reader that stands still';
		await underFaults({ guarantee: 8, fault, times: 1 }, async () => {
			expect(ahead).toBeLessThan(8 << 20);
			expect(received).toBe(size);
			expect(hash.digest('hex')).toBe(expected.digest('hex'));
		});
	});
});
