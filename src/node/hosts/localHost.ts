import { hostname } from 'node:os';
import { Emitter } from '../../core/base/emitter';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type {
	DirectoryEntry,
	ExecOptions,
	ExecOutput,
	FileStat,
	Forward,
	ForwardTarget,
	Host,
	HostStream,
	LinkState,
	OperationOptions,
	TransferOptions,
} from '../../core/hosts/host';
import { replaceFile } from './atomicFile';
import { badPath, cancelled, commandFailed, fromSystemError, isTooPrecious } from './hostErrors';
import { connectSocket, listenForward } from './forwardListener';
import { copyFile, listFolder, readRange, removePath, statPath } from './localFiles';
import { localMachine, type LocalMachine } from './localMachine';
import { execLocal, openLocal } from './localProcess';
import { refusalOf } from './shellQuote';
import { checkReadable, checkWritable } from './transferFile';

/** The machine this code runs on, behind the same port and with the same quoting as a remote one. */
export class LocalHost implements Host {
	readonly name = 'local';
	/** What people call this machine. */
	readonly address = hostname();
	readonly linkState: LinkState = 'connected';
	readonly onDidChangeLinkState = new Emitter<LinkState>().event;
	readonly #forwards = new Set<Forward>();

	constructor(readonly machine: LocalMachine = localMachine()) {}

	async exec(argv: readonly string[], options: ExecOptions = {}): Promise<Result<ExecOutput>> {
		const refused = this.#refuse(argv, options);
		return refused ?? (await execLocal(this.name, this.machine, argv, options));
	}

	async open(argv: readonly string[], options: OperationOptions = {}): Promise<Result<HostStream>> {
		const refused = this.#refuse(argv, options);
		return refused ?? (await openLocal(this.name, this.machine, argv, options.signal));
	}

	async upload(
		localPath: string,
		remotePath: string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		const readable = await checkReadable(localPath);
		return readable.ok
			? await this.#file(remotePath, options, path => copyFile(localPath, path, options))
			: readable;
	}

	async download(
		remotePath: string,
		localPath: string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		const writable = await checkWritable(localPath);
		return writable.ok
			? await this.#file(remotePath, options, path => copyFile(path, localPath, options))
			: writable;
	}

	readFrom(
		path: string,
		offset: number,
		length: number,
		options: OperationOptions = {},
	): Promise<Result<Uint8Array>> {
		return this.#file(path, options, native => readRange(native, offset, length, options.signal));
	}

	writeFile(
		path: string,
		data: Uint8Array | string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		return this.#file(path, options, native =>
			replaceFile(native, options.mode ?? 0o600, async file => {
				await file.writeFile(data, { signal: options.signal });
			}),
		);
	}

	list(path: string, options: OperationOptions = {}): Promise<Result<readonly DirectoryEntry[]>> {
		return this.#file(path, options, native => listFolder(native, options.signal));
	}

	async stat(path: string, options: OperationOptions = {}): Promise<Result<FileStat | undefined>> {
		const found = await this.#file(path, options, statPath);
		const isMissing = !found.ok && found.error.code === 'remoteFileMissing';
		return isMissing && badPath(this.name, path) === undefined ? ok(undefined) : found;
	}

	async remove(path: string, options: OperationOptions = {}): Promise<Result<void>> {
		if (isTooPrecious(path) || path.replace(/\/+$/, '') === this.machine.home) {
			return err(new WindsockError('remoteAccessDenied', { host: this.name, path }));
		}
		return await this.#file(path, options, removePath);
	}

	async forward(target: ForwardTarget, options: OperationOptions = {}): Promise<Result<Forward>> {
		const path = target.kind === 'unix' ? await this.machine.nativePath(target.path) : undefined;
		const forward = await listenForward(
			this.name,
			() =>
				connectSocket(
					target.kind === 'tcp'
						? { port: target.port, host: target.host ?? '127.0.0.1' }
						: { path: path ?? '' },
				),
			options.signal,
		);
		if (forward.ok) {
			this.#forwards.add(forward.value);
		}
		return forward;
	}

	dispose(): void {
		for (const forward of this.#forwards) {
			forward.dispose();
		}
		this.#forwards.clear();
	}

	#refuse(argv: readonly string[], options: OperationOptions): Result<never> | undefined {
		const refusal = refusalOf(argv);
		if (refusal !== undefined) {
			return err(commandFailed(this.name, refusal));
		}
		return options.signal?.aborted ? err(cancelled(argv[0] ?? '')) : undefined;
	}

	async #file<T>(
		path: string,
		options: OperationOptions,
		operation: (nativePath: string) => Promise<T>,
	): Promise<Result<T>> {
		const bad = badPath(this.name, path);
		if (bad !== undefined) {
			return err(bad);
		}
		try {
			options.signal?.throwIfAborted();
			return ok(await operation(await this.machine.nativePath(path)));
		} catch (error) {
			return err(
				options.signal?.aborted ? cancelled(path) : fromSystemError(this.name, path, error),
			);
		}
	}
}
