import { createConnection, createServer, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reasonOf } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Forward } from '../../core/hosts/host';
import { onAbort } from './abort';
import { cancelled, commandFailed } from './hostErrors';

/**
 * Listens on a free loopback port and joins each connection to a stream of its own. A connection
 * that cannot be joined is closed; the listener goes on, so a forward survives a lost link.
 */
export function listenForward(
	host: string,
	connect: () => Promise<Result<Duplex>>,
	signal: AbortSignal | undefined,
): Promise<Result<Forward>> {
	const { promise, resolve } = Promise.withResolvers<Result<Forward>>();
	const open = new Set<Duplex>();
	const server = createServer({ allowHalfOpen: true }, socket => {
		open.add(socket);
		socket.on('close', () => open.delete(socket));
		void join(socket, connect, open);
	});
	const dispose = (): void => {
		abort.dispose();
		server.close();
		for (const stream of open) {
			stream.destroy();
		}
	};
	const abort = onAbort(signal, () => {
		server.close();
		resolve(err(cancelled('forward')));
	});
	server.on('error', error => resolve(err(commandFailed(host, reasonOf(error), error))));
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		// From here on the forward belongs to the caller, who disposes it.
		abort.dispose();
		if (!signal?.aborted) {
			resolve(ok({ port, dispose }));
		}
	});
	return promise;
}

async function join(
	socket: Socket,
	connect: () => Promise<Result<Duplex>>,
	open: Set<Duplex>,
): Promise<void> {
	socket.on('error', () => socket.destroy());
	const far = await connect();
	if (!far.ok) {
		socket.destroy();
		return;
	}
	const stream = far.value;
	open.add(stream);
	stream.on('error', () => socket.destroy());
	stream.on('close', () => {
		open.delete(stream);
		socket.destroySoon();
	});
	socket.on('close', () => stream.destroy());
	if (socket.destroyed) {
		stream.destroy();
		return;
	}
	socket.pipe(stream).pipe(socket);
}

export function connectSocket(options: NetConnectOpts): Promise<Result<Duplex>> {
	const { promise, resolve } = Promise.withResolvers<Result<Duplex>>();
	const socket = createConnection({ ...options, allowHalfOpen: true });
	socket.once('connect', () => resolve(ok(socket)));
	socket.once('error', error => resolve(err(commandFailed('local', reasonOf(error), error))));
	return promise;
}
