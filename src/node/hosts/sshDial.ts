import { getCiphers } from 'node:crypto';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Algorithms, CipherAlgorithm, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { onAbort } from './abort';
import { cancelled } from './hostErrors';
import type { SshTarget } from './sshTarget';

/** Milliseconds for the TCP connection and, each time anew, for the server's next word. */
export const defaultConnectTimeout = 20_000;

/** AES-GCM first: it is the fastest without a native addon. */
const ciphers: readonly CipherAlgorithm[] = [
	'aes128-gcm@openssh.com',
	'aes256-gcm@openssh.com',
	'aes128-ctr',
	'aes192-ctr',
	'aes256-ctr',
];

/** Signature algorithms by the type of host key; the order is that of preference. */
const hostKeyAlgorithms: readonly (readonly [string, readonly ServerHostKeyAlgorithm[]])[] = [
	['ssh-ed25519', ['ssh-ed25519']],
	['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
	['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
	['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
	['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
];

/** Host key algorithms that ssh2 knows, by the names of OpenSSH. */
export const hostKeyNames: ReadonlySet<string> = new Set(
	hostKeyAlgorithms.flatMap(([, names]) => names),
);

/** Key exchanges that ssh2 knows and that are used here. */
export const kexNames: ReadonlySet<string> = new Set([
	'curve25519-sha256',
	'curve25519-sha256@libssh.org',
	'ecdh-sha2-nistp256',
	'ecdh-sha2-nistp384',
	'ecdh-sha2-nistp521',
	'diffie-hellman-group14-sha256',
	'diffie-hellman-group15-sha512',
	'diffie-hellman-group16-sha512',
	'diffie-hellman-group17-sha512',
	'diffie-hellman-group18-sha512',
]);

/** A host known by one type of key would look changed when asked for another type first. */
export function algorithmsFor(
	knownTypes: ReadonlySet<string>,
	wanted?: readonly string[],
): Algorithms {
	const known = hostKeyAlgorithms.filter(([type]) => knownTypes.has(type));
	const others = hostKeyAlgorithms.filter(([type]) => !knownTypes.has(type));
	const serverHostKey = [...known, ...others].flatMap(([, names]) => names);
	// Electron's crypto has no chacha20, and its group exchange has crashed extension hosts.
	const chacha: CipherAlgorithm[] = getCiphers().includes('chacha20')
		? ['chacha20-poly1305@openssh.com']
		: [];
	return {
		cipher: [...ciphers, ...chacha],
		serverHostKey: serverHostKey.filter(name => wanted?.includes(name) ?? true),
		kex: {
			append: [],
			prepend: [],
			remove: [
				'diffie-hellman-group-exchange-sha1',
				'diffie-hellman-group-exchange-sha256',
				'diffie-hellman-group14-sha1',
				'diffie-hellman-group1-sha1',
			],
		},
		compress: ['none'],
	};
}

/**
 * Settings of ssh2 that do not depend on a person. Its keep-alive only sends the pings here: the
 * count would end healthy slow links, so a watchdog on received bytes decides instead.
 */
export function baseConfig(target: SshTarget, knownTypes: ReadonlySet<string>): ConnectConfig {
	return {
		username: target.user,
		algorithms: algorithmsFor(knownTypes, target.hostKeyAlgorithms),
		readyTimeout: 0,
		keepaliveInterval: 2000,
		keepaliveCountMax: Number.MAX_SAFE_INTEGER,
		strictVendor: false,
	};
}

export function connectTcp(
	target: SshTarget,
	signal: AbortSignal | undefined,
): Promise<Result<Duplex>> {
	const { promise, resolve } = Promise.withResolvers<Result<Duplex>>();
	const socket = createConnection({ host: target.hostName, port: target.port, noDelay: true });
	const fail = (error: WindsockError): void => {
		socket.destroy();
		resolve(err(error));
	};
	const abort = onAbort(signal, () => fail(cancelled(`connecting to ${target.alias}`)));
	const timer = setTimeout(
		() => fail(unreachable(target, 'no answer')),
		target.connectTimeout ?? defaultConnectTimeout,
	);
	const settle = (): void => {
		clearTimeout(timer);
		abort.dispose();
	};
	socket.once('error', error => {
		settle();
		fail(unreachable(target, reasonOf(error), error));
	});
	socket.once('connect', () => {
		settle();
		socket.removeAllListeners('error');
		// It may break before the handshake takes it over, which then finds it closed.
		socket.on('error', () => {});
		resolve(ok(socket));
	});
	return promise;
}

export function unreachable(target: SshTarget, reason: string, cause?: unknown): WindsockError {
	return new WindsockError('hostUnreachable', { host: target.alias, reason }, { cause });
}
