import type { Disposable } from '../../core/base/disposable';
import { reasonOf, WindsockError } from '../../core/base/errors';
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
	HostTransport,
	LinkState,
	OperationOptions,
	TransferOptions,
} from '../../core/hosts/host';
import { abortable } from './abort';
import { listenForward } from './forwardListener';
import { badPath, commandFailed, isTooPrecious } from './hostErrors';
import { SftpSession } from './sftpSession';
import { execOver, openOver } from './sshCommand';
import { bytesSource, fileSource, SshFiles } from './sshFiles';
import { SshLink, type SshLinkPorts } from './sshLink';
import type { SshTransport } from './sshTransport';
import { refusalOf } from './shellQuote';
import { checkReadable, checkWritable } from './transferFile';

/** A machine behind ssh, over the one connection of its link. */
export class SshHost implements Host {
	readonly #link: SshLink;
	readonly #forwards = new Set<Disposable>();
	#session: { readonly of: SshTransport; readonly open: Promise<SftpSession> } | undefined;

	constructor(
		readonly name: string,
		ports: SshLinkPorts,
	) {
		this.#link = new SshLink(name, ports);
	}

	get linkState(): LinkState {
		return this.#link.state;
	}

	get transport(): HostTransport | undefined {
		return this.#link.transport;
	}

	get onDidChangeLinkState(): SshLink['onDidChangeState'] {
		return this.#link.onDidChangeState;
	}

	/** After a refused key or login nothing is tried again before this is called. */
	allowRetry(): void {
		this.#link.allowRetry();
	}

	async exec(argv: readonly string[], options: ExecOptions = {}): Promise<Result<ExecOutput>> {
		return await this.#command(argv, options, connection => execOver(connection, argv, options));
	}

	async open(argv: readonly string[], options: OperationOptions = {}): Promise<Result<HostStream>> {
		return await this.#command(argv, options, connection =>
			openOver(connection, argv, options.signal),
		);
	}

	async upload(
		localPath: string,
		remotePath: string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		const readable = await checkReadable(localPath);
		if (!readable.ok) {
			return readable;
		}
		const { size } = readable.value;
		return await this.#file(remotePath, options, async (files, path) => {
			const { source, close } = await fileSource(localPath);
			try {
				await files.write(path, size, source, options);
			} finally {
				await close();
			}
		});
	}

	async download(
		remotePath: string,
		localPath: string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		const writable = await checkWritable(localPath);
		return writable.ok
			? await this.#file(remotePath, options, (files, path) =>
					files.download(path, localPath, options),
				)
			: writable;
	}

	readFrom(
		path: string,
		offset: number,
		length: number,
		options: OperationOptions = {},
	): Promise<Result<Uint8Array>> {
		return this.#file(path, options, (files, absolute) =>
			files.read(absolute, offset, length, options),
		);
	}

	writeFile(
		path: string,
		data: Uint8Array | string,
		options: TransferOptions = {},
	): Promise<Result<void>> {
		const bytes = Buffer.from(data as Uint8Array);
		return this.#file(path, options, (files, absolute) =>
			files.write(absolute, bytes.length, bytesSource(bytes), options),
		);
	}

	list(path: string, options: OperationOptions = {}): Promise<Result<readonly DirectoryEntry[]>> {
		return this.#file(path, options, (files, absolute) => files.list(absolute, options));
	}

	async stat(path: string, options: OperationOptions = {}): Promise<Result<FileStat | undefined>> {
		const found = await this.#file(path, options, (files, absolute) =>
			files.stat(absolute, options),
		);
		return !found.ok &&
			found.error.code === 'remoteFileMissing' &&
			badPath(this.name, path) === undefined
			? ok(undefined)
			: found;
	}

	async remove(path: string, options: OperationOptions = {}): Promise<Result<void>> {
		const denied = new WindsockError('remoteAccessDenied', { host: this.name, path });
		if (isTooPrecious(path)) {
			return err(denied);
		}
		const absolute = await this.#file(path, options, (files, found) =>
			Promise.resolve(found.replace(/\/+$/, '') === files.session.home ? undefined : found),
		);
		if (!absolute.ok) {
			return absolute;
		}
		if (absolute.value === undefined) {
			return err(denied);
		}
		const removed = await this.exec(['rm', '-rf', '--', absolute.value], options);
		if (!removed.ok) {
			return removed;
		}
		const { code, stderr } = removed.value;
		if (code === 0) {
			return ok();
		}
		return err(
			/denied|not permitted/i.test(stderr) ? denied : commandFailed(this.name, stderr.trim()),
		);
	}

	async forward(target: ForwardTarget, options: OperationOptions = {}): Promise<Result<Forward>> {
		const connection = await this.#link.connection(options.signal);
		if (!connection.ok) {
			return connection;
		}
		const to =
			target.kind === 'tcp'
				? ok({ host: target.host ?? '127.0.0.1', port: target.port })
				: await this.#file(target.path, options, (_files, path) => Promise.resolve({ path }));
		if (!to.ok) {
			return to;
		}
		const forward = await listenForward(
			this.name,
			async () => {
				const living = await this.#link.connection(undefined);
				return living.ok ? await living.value.dial(to.value, undefined) : living;
			},
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
		this.#link.dispose();
	}

	async #command<T>(
		argv: readonly string[],
		options: OperationOptions,
		run: (connection: SshTransport) => Promise<Result<T>>,
	): Promise<Result<T>> {
		const refusal = refusalOf(argv);
		if (refusal !== undefined) {
			return err(commandFailed(this.name, refusal));
		}
		const connection = await this.#link.connection(options.signal);
		return connection.ok ? await run(connection.value) : connection;
	}

	async #file<T>(
		path: string,
		options: OperationOptions,
		operation: (files: SshFiles, absolute: string) => Promise<T>,
	): Promise<Result<T>> {
		const bad = badPath(this.name, path);
		if (bad !== undefined) {
			return err(bad);
		}
		const connection = await this.#link.connection(options.signal);
		if (!connection.ok) {
			return connection;
		}
		let session = await abortable(options.signal, path, this.#sftp(connection.value));
		if (session.ok && !session.value.isOpen) {
			// It stepped aside for a command in the same breath.
			session = await abortable(options.signal, path, this.#sftp(connection.value));
		}
		if (!session.ok) {
			return session;
		}
		const files = new SshFiles(this.name, session.value);
		return await files.attempt(path, absolute => operation(files, absolute));
	}

	/** The file channel of this connection; one that closed by itself is opened again, once. */
	async #sftp(connection: SshTransport, isSecondTry = false): Promise<Result<SftpSession>> {
		if (this.#session?.of !== connection) {
			this.#session = { of: connection, open: SftpSession.open(connection) };
		}
		const current = this.#session;
		let failure: unknown = 'the server closes the file channel';
		try {
			const session = await current.open;
			if (session.isOpen) {
				return ok(session);
			}
		} catch (error) {
			failure = error;
		}
		if (this.#session === current) {
			this.#session = undefined;
		}
		if (connection.ended !== undefined) {
			return err(connection.ended);
		}
		if (failure instanceof WindsockError) {
			return err(failure);
		}
		return isSecondTry || failure instanceof Error
			? err(commandFailed(this.name, `no file access: ${reasonOf(failure)}`, failure))
			: await this.#sftp(connection, true);
	}
}
