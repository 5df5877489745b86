import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Duplex, type Readable } from 'node:stream';
import { EndMark } from './endMark';
import type { CommandChannel } from './sshTransport';

export interface MarkedScript {
	readonly mark: string;
	/** Runs the script and then tells its end, which the ssh program tells only in part. */
	readonly script: string;
}

export function marked(script: string): MarkedScript {
	const mark = `windsock-end-${randomBytes(8).toString('hex')}`;
	const end = `c=$?; n=; [ $c -gt 128 ] && n=$(kill -l $c 2>/dev/null); echo ${mark} $c $n >&2; exit $c`;
	return { mark, script: `(${script}); ${end}` };
}

/** A process of the ssh program as a channel. */
export class SystemChannel extends Duplex implements CommandChannel {
	readonly stderr: Readable;

	constructor(
		readonly child: ChildProcessWithoutNullStreams,
		mark: string,
		/** Called when the process ends without having told the command's end. */
		readonly onLost: () => void,
	) {
		// It closes when the process is gone, not when both directions are through.
		super({ allowHalfOpen: true, autoDestroy: false });
		let told = false;
		const stderr = new EndMark(mark, ([code, name]) => {
			told = true;
			// A shell tells a signal as 128 and its number; it has a name when it may be one.
			if (name === undefined || name === '') {
				this.emit('exit', Number(code));
			} else {
				this.emit('exit', null, `SIG${name}`);
			}
		});
		this.stderr = stderr;
		child.stderr.pipe(stderr);
		child.stdout.on('data', (chunk: Buffer) => {
			if (!this.push(chunk)) {
				child.stdout.pause();
			}
		});
		child.stdout.on('end', () => this.push(null));
		// Writing to a command that ended is no failure of ours.
		child.stdin.on('error', () => {});
		const gone = new Promise<void>(resolve => {
			child.on('close', () => resolve());
			child.on('error', error => {
				child.stderr.unpipe(stderr);
				stderr.end(error.message);
				this.push(null);
				resolve();
			});
		});
		const outputs = Promise.all(
			[stderr, this].map(stream => new Promise(resolve => stream.once('end', resolve))),
		);
		void Promise.all([gone, outputs]).then(() => {
			if (!told) {
				this.onLost();
			}
			this.destroy();
		});
	}

	close(): void {
		this.child.kill();
	}

	override _read(): void {
		this.child.stdout.resume();
	}

	override _write(
		chunk: Buffer,
		_encoding: BufferEncoding,
		callback: (error?: Error | null) => void,
	): void {
		if (this.child.stdin.writable) {
			this.child.stdin.write(chunk, () => callback());
		} else {
			callback();
		}
	}

	override _final(callback: (error?: Error | null) => void): void {
		this.child.stdin.end(() => callback());
	}
}
