// oxlint-disable-next-line typescript/triple-slash-reference -- that file is no module but declares one
/// <reference path="./ssh2Sftp.d.ts" />
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { SFTPWrapper } from 'ssh2';
import { SFTP } from 'ssh2/lib/protocol/SFTP.js';

/** SSH_FXP_INIT, version 3. */
const hello = Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]);
/** Milliseconds that a server gets to end after its input did. */
const patience = 2000;
/** Longest greeting taken: names of extensions and no more. */
const maxGreeting = 64 * 1024;

/** The file protocol over the two streams of a process: `ssh -s host sftp`. */
export async function filesOver(
	child: ChildProcessWithoutNullStreams,
	failure: () => string,
): Promise<SFTPWrapper> {
	child.stdin.on('error', () => {});
	child.stdin.write(hello);
	const greeting = await firstPacket(child, failure);
	const direction = () => ({
		id: 0,
		window: Number.MAX_SAFE_INTEGER,
		packetSize: Number.MAX_SAFE_INTEGER,
		state: 'open',
	});
	// Only OpenSSH's server takes requests of 256 KiB, and it alone names this extension first.
	const isOpenSsh = greeting.includes('posix-rename@openssh.com');
	const protocol = {
		_remoteIdentRaw: Buffer.from(isOpenSsh ? 'SSH-2.0-OpenSSH' : 'SSH-2.0-unknown'),
		channelData: (_id: number, data: Buffer) => void child.stdin.write(data),
		channelClose: () => {
			child.stdin.end();
			setTimeout(() => child.kill(), patience).unref();
		},
	};
	const outgoing = direction();
	const channel = { type: 'session', incoming: direction(), outgoing };
	const sftp = new SFTP({ _protocol: protocol }, channel);
	const ready = new Promise<void>((resolve, reject) => {
		sftp.once('ready', resolve);
		sftp.once('error', reject);
	});
	child.once('close', () => {
		outgoing.state = 'closed';
		sftp.push(null);
		sftp.emit('close');
	});
	sftp.push(greeting);
	// It asks for the server's limits before it is ready.
	child.stdout.on('data', (chunk: Buffer) => sftp.push(chunk)).resume();
	await ready;
	child.stderr.resume();
	return sftp;
}

/** The packet that a server answers first; rejects when something else comes or nothing. */
function firstPacket(
	child: ChildProcessWithoutNullStreams,
	failure: () => string,
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		let received = Buffer.alloc(0);
		const onClose = (): void => reject(new Error(failure() || 'the server has no file access'));
		const onData = (chunk: Buffer): void => {
			received = Buffer.concat([received, chunk]);
			const length = received.length < 4 ? undefined : received.readUInt32BE(0);
			if (length !== undefined && length > maxGreeting) {
				child.kill();
				reject(new Error(`not the file protocol: ${received.toString('utf8', 0, 80)}`));
			} else if (length !== undefined && received.length >= length + 4) {
				child.stdout.pause();
				child.stdout.off('data', onData);
				child.off('close', onClose);
				resolve(received);
			}
		};
		child.stdout.on('data', onData);
		child.once('close', onClose);
		child.once('error', reject);
	});
}
