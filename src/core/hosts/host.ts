import type { Disposable } from '../base/disposable';
import type { Event } from '../base/emitter';
import type { Result } from '../base/result';

/** `connected` and back: told by events so that views never show a dead link as a failed run. */
export type LinkState = 'idle' | 'connecting' | 'connected' | 'disconnected';

export interface OperationOptions {
	/** Aborting ends the operation with `cancelled` and cleans up what it began. */
	readonly signal?: AbortSignal;
}

/** The options of an operation that a signal, if there is one, can abort. */
export function withSignal(signal: AbortSignal | undefined): OperationOptions {
	return signal === undefined ? {} : { signal };
}

export interface ExecOptions extends OperationOptions {
	/** Written to the command's standard input, which is then closed. The way to pass secrets and data. */
	readonly stdin?: Uint8Array | string;
	/** Bytes of stdout and of stderr kept; more is an error. Default 8 MiB each. */
	readonly maxOutput?: number;
}

export interface ExecOutput {
	/** Null when a signal ended the command. */
	readonly code: number | null;
	readonly signal?: string;
	readonly stdout: string;
	readonly stderr: string;
}

/** What carries a connection, and the reason, as a part of a sentence. */
export interface HostTransport {
	/** `ssh2`: inside this process; `system`: the machine's own ssh program. */
	readonly kind: 'ssh2' | 'system';
	readonly reason: string;
}

/** A running command with two-way bytes. Disposing closes its input and ends it. */
export interface HostStream extends Disposable {
	readonly onData: Event<Uint8Array>;
	readonly onError: Event<Uint8Array>;
	/** Fires once; `undefined` code when the link died first. */
	readonly onClose: Event<{ readonly code?: number | null }>;
	write(data: Uint8Array | string): void;
	end(): void;
}

/** A byte stream that some service on the host listens to. */
export interface Forward extends Disposable {
	/** Loopback port on this machine. */
	readonly port: number;
}

export type ForwardTarget =
	/** `host` as the host itself knows it, such as a compute node; its own loopback when absent. */
	| { readonly kind: 'tcp'; readonly port: number; readonly host?: string }
	| { readonly kind: 'unix'; readonly path: string };

export interface TransferOptions extends OperationOptions {
	/** Called with bytes moved so far and the whole size. */
	readonly onProgress?: (moved: number, total: number) => void;
	/** Mode of the written file; default 0o600. */
	readonly mode?: number;
}

export interface FileStat {
	readonly kind: 'file' | 'directory' | 'link' | 'other';
	readonly size: number;
	readonly mode: number;
	/** Unix seconds by the host's clock; never compare it with this machine's. */
	readonly mtime: number;
}

export interface DirectoryEntry extends FileStat {
	readonly name: string;
}

/**
 * A machine that runs happen on. Paths are POSIX, absolute or starting with `~/`. Each operation
 * connects when needed, never hangs (link death ends it with `connectionLost`), and reports
 * expected failures as values.
 */
export interface Host extends Disposable {
	/** Alias in ssh config, or `local`. */
	readonly name: string;
	readonly linkState: LinkState;
	readonly onDidChangeLinkState: Event<LinkState>;
	/** Undefined for this machine, and before anything decided about a connection. */
	readonly transport?: HostTransport | undefined;
	/** Runs argv through `/bin/sh` on the host with every word quoted; `env` words are `NAME=value`, never secrets. */
	exec(argv: readonly string[], options?: ExecOptions): Promise<Result<ExecOutput>>;
	open(argv: readonly string[], options?: OperationOptions): Promise<Result<HostStream>>;
	/** Writes to a temporary name, verifies the size, renames. */
	upload(localPath: string, remotePath: string, options?: TransferOptions): Promise<Result<void>>;
	download(remotePath: string, localPath: string, options?: TransferOptions): Promise<Result<void>>;
	/** Bytes from `offset` up to `length`; empty at or past the end. */
	readFrom(
		path: string,
		offset: number,
		length: number,
		options?: OperationOptions,
	): Promise<Result<Uint8Array>>;
	/** Atomic: temporary file, then rename. Creates missing parent folders. */
	writeFile(
		path: string,
		data: Uint8Array | string,
		options?: TransferOptions,
	): Promise<Result<void>>;
	list(path: string, options?: OperationOptions): Promise<Result<readonly DirectoryEntry[]>>;
	/** `undefined` when nothing is there. Follows links. */
	stat(path: string, options?: OperationOptions): Promise<Result<FileStat | undefined>>;
	/** A file, or a folder with all in it. Nothing there is no error. */
	remove(path: string, options?: OperationOptions): Promise<Result<void>>;
	forward(target: ForwardTarget, options?: OperationOptions): Promise<Result<Forward>>;
}
