import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Event } from '../../core/base/emitter';
import { Emitter } from '../../core/base/emitter';
import { err, ok, type Result } from '../../core/base/result';
import type { ExecOptions, ExecOutput, HostStream } from '../../core/hosts/host';
import { reasonOf } from '../../core/base/errors';
import { onAbort } from './abort';
import { cancelled, commandFailed } from './hostErrors';
import type { LocalMachine } from './localMachine';
import { defaultMaxOutput, OutputBuffer } from './processOutput';
import { commandScript } from './shellQuote';
import { FlowingStream } from './flowingStream';

/** Milliseconds between asking a command to end and ending it. */
const graceBeforeKill = 1500;

/** What the editor adds for its own processes and a command must not inherit. */
const privateVariable = /^(ELECTRON_|VSCODE_)|^(NODE_OPTIONS|NODE_CHANNEL_FD)$/;

function start(machine: LocalMachine, argv: readonly string[]): ChildProcessWithoutNullStreams {
	const entries = Object.entries(process.env).filter(([name]) => !privateVariable.test(name));
	return spawn(machine.shell.file, [...machine.shell.args, commandScript(argv)], {
		cwd: machine.home,
		env: Object.fromEntries(entries),
		detached: machine.hasProcessGroups,
		windowsHide: true,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
}

function signalGroup(
	child: ChildProcessWithoutNullStreams,
	machine: LocalMachine,
	signal: NodeJS.Signals,
): void {
	try {
		if (machine.hasProcessGroups && child.pid !== undefined) {
			process.kill(-child.pid, signal);
		} else {
			child.kill(signal);
		}
	} catch (error) {
		// ESRCH: nothing of the group is left.
		if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
			throw error;
		}
	}
}

/** Asks the whole process group to end, and ends it after a grace. */
function endGroup(child: ChildProcessWithoutNullStreams, machine: LocalMachine): void {
	signalGroup(child, machine, 'SIGTERM');
	setTimeout(() => signalGroup(child, machine, 'SIGKILL'), graceBeforeKill).unref();
}

export function execLocal(
	host: string,
	machine: LocalMachine,
	argv: readonly string[],
	options: ExecOptions,
): Promise<Result<ExecOutput>> {
	const { promise, resolve } = Promise.withResolvers<Result<ExecOutput>>();
	const child = start(machine, argv);
	const limit = options.maxOutput ?? defaultMaxOutput;
	const stdout = new OutputBuffer(limit);
	const stderr = new OutputBuffer(limit);
	const abort = onAbort(options.signal, () => {
		endGroup(child, machine);
		resolve(err(cancelled(argv[0] ?? '')));
	});
	let full = false;
	const keep = (buffer: OutputBuffer) => (chunk: Uint8Array) => {
		if (!full && !buffer.push(chunk)) {
			full = true;
			endGroup(child, machine);
			resolve(err(commandFailed(host, `${argv[0]} wrote more than ${limit} bytes`)));
		}
	};
	child.stdout.on('data', keep(stdout));
	child.stderr.on('data', keep(stderr));
	// A command may end without reading its input; that is no failure of ours.
	child.stdin.on('error', () => {});
	child.stdin.end(options.stdin);
	child.on('error', error => resolve(err(commandFailed(host, reasonOf(error), error))));
	child.on('close', (code, signal) => {
		abort.dispose();
		const output = { code, stdout: stdout.text, stderr: stderr.text };
		resolve(ok(signal === null ? output : { ...output, signal }));
	});
	return promise;
}

export function openLocal(
	host: string,
	machine: LocalMachine,
	argv: readonly string[],
	signal: AbortSignal | undefined,
): Promise<Result<HostStream>> {
	const { promise, resolve } = Promise.withResolvers<Result<HostStream>>();
	const child = start(machine, argv);
	child.once('error', error => resolve(err(commandFailed(host, reasonOf(error), error))));
	child.once('spawn', () => resolve(ok(new LocalStream(child, machine, signal))));
	return promise;
}

class LocalStream extends FlowingStream implements HostStream {
	readonly #closed = new Emitter<{ readonly code?: number | null }>();
	readonly #abort;

	constructor(
		readonly child: ChildProcessWithoutNullStreams,
		readonly machine: LocalMachine,
		signal: AbortSignal | undefined,
	) {
		super(child.stdout, child.stderr);
		child.stdin.on('error', () => {});
		child.on('close', code => {
			this.#abort.dispose();
			this.#closed.fire({ code });
		});
		this.#abort = onAbort(signal, () => this.dispose());
	}

	get onClose(): Event<{ readonly code?: number | null }> {
		return listener => {
			this.flow();
			return this.#closed.event(listener);
		};
	}

	write(data: Uint8Array | string): void {
		if (this.child.stdin.writable) {
			this.child.stdin.write(data);
		}
	}

	end(): void {
		this.child.stdin.end();
	}

	dispose(): void {
		this.flow();
		this.child.stdin.end();
		if (this.child.exitCode === null && this.child.signalCode === null) {
			endGroup(this.child, this.machine);
		}
	}
}
