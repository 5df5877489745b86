import { randomBytes } from 'node:crypto';
import type { Disposable } from '../../core/base/disposable';
import { Emitter, type Event } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ExecOptions, ExecOutput, HostStream } from '../../core/hosts/host';
import { onAbort } from './abort';
import { AfterSentinel } from './afterSentinel';
import type { SlotKind } from './channelSlots';
import { FlowingStream } from './flowingStream';
import { cancelled, commandFailed } from './hostErrors';
import { longestSilence, Patience } from './patience';
import { defaultMaxOutput, OutputBuffer } from './processOutput';
import { commandScript } from './shellQuote';
import type { CommandChannel, SshTransport } from './sshTransport';

interface End {
	/** Undefined when the link died first. */
	readonly code: number | null | undefined;
	readonly signal: string | undefined;
}

/** A command that runs on the host, with what its login shell printed before it cut away. */
class SshCommand {
	readonly output: AfterSentinel;
	readonly errors: AfterSentinel;
	/** Settles when both outputs are read to their ends. */
	readonly ended: Promise<End>;
	/** Of the process group's leader; undefined when the command never began. */
	readonly #pid: Promise<number | undefined>;
	/** Settles when the login shell has not even begun the command for long, as where its home hangs. */
	readonly late: Promise<void>;
	#killed = false;

	constructor(
		readonly connection: SshTransport,
		readonly channel: CommandChannel,
		sentinel: string,
		release: () => void,
	) {
		this.output = new AfterSentinel(sentinel, () => {});
		const pid = Promise.withResolvers<number | undefined>();
		this.#pid = pid.promise;
		const late = Promise.withResolvers<void>();
		this.late = late.promise;
		const patience = new Patience(connection.clock, late.resolve);
		void pid.promise.then(() => patience.dispose());
		void this.late.then(() => {
			this.kill();
			channel.close();
		});
		this.errors = new AfterSentinel(sentinel, words => pid.resolve(Number(words)));
		// Writing to a command that ended, or over a dead link, is no failure of ours.
		channel.on('error', () => {});
		const { promise, resolve } = Promise.withResolvers<End>();
		let signal: string | undefined;
		let code: number | null | undefined;
		channel.on('exit', (exitCode: number | null, signalName?: string) => {
			code = exitCode;
			signal = signalName;
		});
		channel.on('close', () => {
			release();
			pid.resolve(undefined);
			resolve({ code, signal });
		});
		this.ended = Promise.all([
			promise,
			endOf(channel.pipe(this.output)),
			endOf(channel.stderr.pipe(this.errors)),
		]).then(([end]) => end);
	}

	/** An abort is answered at once; a command that begins later all the same is ended. */
	static async start(
		connection: SshTransport,
		argv: readonly string[],
		kind: SlotKind,
		signal: AbortSignal | undefined,
	): Promise<Result<SshCommand>> {
		const slot = await connection.slots.take(kind, signal);
		if (!slot.ok) {
			return slot;
		}
		const { promise, resolve } = Promise.withResolvers<Result<SshCommand>>();
		const abort = onAbort(signal, () => resolve(err(cancelled(argv[0] ?? ''))));
		SshCommand.#begin(connection, argv, slot.value).then(
			command => {
				abort.dispose();
				if (signal?.aborted) {
					command.kill();
				}
				resolve(ok(command));
			},
			error => {
				abort.dispose();
				slot.value();
				resolve(err(asFailure(connection, error)));
			},
		);
		return await promise;
	}

	static async #begin(
		connection: SshTransport,
		argv: readonly string[],
		release: () => void,
	): Promise<SshCommand> {
		const sentinel = `windsock-${randomBytes(8).toString('hex')}`;
		const script = `echo ${sentinel}; echo ${sentinel} $$ >&2; ${commandScript(argv)}`;
		const { promise: late, reject } = Promise.withResolvers<never>();
		const began = connection.exec(script, channel => {
			const command = new SshCommand(connection, channel, sentinel, release);
			void command.late.then(() => reject(beganNothing(connection)));
			return command;
		});
		return await Promise.race([began, late]);
	}

	get isKilled(): boolean {
		return this.#killed;
	}

	/** Ends the command's process group, asking first. Its output is no longer wanted. */
	kill(): void {
		if (this.#killed) {
			return;
		}
		this.#killed = true;
		this.output.resume();
		this.errors.resume();
		this.channel.end();
		const patience = setTimeout(() => this.channel.close(), pidPatience).unref();
		void this.#pid.then(async pid => {
			clearTimeout(patience);
			if (pid !== undefined && Number.isSafeInteger(pid) && pid > 1) {
				await endRemoteGroup(this.connection, pid);
			}
			this.channel.close();
		});
	}
}

/** Milliseconds that a command to be ended gets to tell its process id. */
const pidPatience = 5000;

function beganNothing(connection: SshTransport): WindsockError {
	const reason = `its shell began nothing for ${longestSilence} s`;
	return commandFailed(connection.target.alias, reason);
}

function asFailure(connection: SshTransport, error: unknown): WindsockError {
	return error instanceof WindsockError
		? error
		: commandFailed(connection.target.alias, reasonOf(error), error);
}

function endOf(stream: AfterSentinel): Promise<void> {
	return new Promise(resolve => stream.once('end', resolve));
}

/**
 * A closed channel does not end its command, and servers refuse signal requests for root, so a
 * second, short command does it.
 */
async function endRemoteGroup(connection: SshTransport, pid: number): Promise<void> {
	const script = [
		`tree() { for k in $(list | while read -r p q x; do [ "$q" = "$1" ] && echo "$p"; done); do tree "$k"; done; echo "$1"; }`,
		'list() { ps -A -o pid= -o ppid= 2>/dev/null || ps -o pid,ppid; }',
		// Servers such as dropbear start commands in their own group: then all that came from the command.
		`if kill -0 -${pid} 2>/dev/null; then all=-${pid}; else all=$(tree ${pid}); fi`,
		'kill -TERM $all 2>/dev/null; i=0',
		'alive() { for p in $all; do kill -0 $p 2>/dev/null && return 0; done; return 1; }',
		'while [ $i -lt 15 ] && alive; do sleep 0.1; i=$((i+1)); done',
		'kill -KILL $all 2>/dev/null',
	].join('; ');
	try {
		const { promise, resolve } = Promise.withResolvers<void>();
		await connection.exec(script, channel => {
			channel.on('error', () => {});
			channel.on('close', () => resolve());
			channel.stderr.resume();
			channel.resume();
		});
		await promise;
	} catch {
		// The link is gone or has no channel left: the closing of the command's own channel remains.
	}
}

export async function execOver(
	connection: SshTransport,
	argv: readonly string[],
	options: ExecOptions,
): Promise<Result<ExecOutput>> {
	const host = connection.target.alias;
	const started = await SshCommand.start(connection, argv, 'short', options.signal);
	if (!started.ok) {
		return started;
	}
	const command = started.value;
	const { promise, resolve } = Promise.withResolvers<Result<ExecOutput>>();
	const limit = options.maxOutput ?? defaultMaxOutput;
	const stdout = new OutputBuffer(limit);
	const stderr = new OutputBuffer(limit);
	const keep = (buffer: OutputBuffer) => (chunk: Uint8Array) => {
		if (!command.isKilled && !buffer.push(chunk)) {
			resolve(err(commandFailed(host, `${argv[0]} wrote more than ${limit} bytes`)));
			command.kill();
		}
	};
	command.output.on('data', keep(stdout));
	command.errors.on('data', keep(stderr));
	const end = connection.onDidEnd(error => resolve(err(error)));
	const abort = onAbort(options.signal, () => {
		resolve(err(cancelled(argv[0] ?? '')));
		command.kill();
	});
	void command.ended.then(({ code, signal }) => {
		if (code === undefined || !command.errors.found) {
			const noise = command.errors.noise || command.output.noise;
			resolve(err(connection.ended ?? commandFailed(host, noise || 'it ended without a status')));
			return;
		}
		const output = { code, stdout: stdout.text, stderr: stderr.text };
		resolve(ok(signal === undefined ? output : { ...output, signal }));
	});
	void command.late.then(() => resolve(err(beganNothing(connection))));
	command.channel.end(options.stdin);
	try {
		return await promise;
	} finally {
		abort.dispose();
		end.dispose();
	}
}

export async function openOver(
	connection: SshTransport,
	argv: readonly string[],
	signal: AbortSignal | undefined,
): Promise<Result<HostStream>> {
	const command = await SshCommand.start(connection, argv, 'stream', signal);
	return command.ok ? ok(new SshStream(command.value, signal)) : command;
}

class SshStream extends FlowingStream implements HostStream {
	readonly #closed = new Emitter<{ readonly code?: number | null }>();
	readonly #ending: Disposable;
	#isClosed = false;

	constructor(
		readonly command: SshCommand,
		signal: AbortSignal | undefined,
	) {
		super(command.output, command.errors);
		const abort = onAbort(signal, () => this.dispose());
		const lost = command.connection.onDidEnd(() => this.#close({}));
		this.#ending = {
			dispose: () => {
				abort.dispose();
				lost.dispose();
			},
		};
		void command.ended.then(({ code }) => this.#close(code === undefined ? {} : { code }));
	}

	get onClose(): Event<{ readonly code?: number | null }> {
		return listener => {
			this.flow();
			return this.#closed.event(listener);
		};
	}

	write(data: Uint8Array | string): void {
		if (!this.#isClosed && this.command.channel.writable) {
			this.command.channel.write(data);
		}
	}

	end(): void {
		this.command.channel.end();
	}

	dispose(): void {
		if (!this.#isClosed) {
			this.command.kill();
		}
	}

	#close(end: { readonly code?: number | null }): void {
		if (!this.#isClosed) {
			this.#isClosed = true;
			this.#ending.dispose();
			this.#closed.fire(end);
		}
	}
}
