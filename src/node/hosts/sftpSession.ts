import type { SFTPWrapper } from 'ssh2';
import type { OperationOptions } from '../../core/hosts/host';
import { cancelled, connectionLost } from './hostErrors';
import type { SshTransport } from './sshTransport';

/** The file channel of a connection: opened once, shared by all file operations. */
export class SftpSession {
	#isOpen = true;
	#operations = 0;
	#hasServed = false;
	#forget: () => void = () => {};
	readonly #failPending = new Set<(error: Error) => void>();

	private constructor(
		readonly connection: SshTransport,
		readonly sftp: SFTPWrapper,
		/** The person's folder on the host, absolute. */
		readonly home: string,
	) {
		sftp.on('error', () => {});
		this.#forget = connection.slots.onWanted(() => this.#stepAside());
		sftp.on('close', () => {
			this.#isOpen = false;
			this.#forget();
			const error = connection.ended ?? connectionLost(connection.target.alias, 'no file channel');
			for (const fail of this.#failPending) {
				fail(error);
			}
		});
	}

	get isOpen(): boolean {
		return this.#isOpen && this.connection.ended === undefined;
	}

	static async open(connection: SshTransport): Promise<SftpSession> {
		const slot = await connection.slots.take('short', undefined);
		if (!slot.ok) {
			throw slot.error;
		}
		try {
			const sftp = await connection.openFiles();
			sftp.on('close', slot.value);
			const home = await connection.race<string>(undefined, 'files', done => {
				sftp.realpath('.', done);
			});
			return new SftpSession(connection, sftp, home);
		} catch (error) {
			slot.value();
			throw error;
		}
	}

	/** A path of the host port as the server takes it. */
	absolute(path: string): string {
		return path === '~'
			? this.home
			: path.startsWith('~/')
				? `${this.home === '/' ? '' : this.home}/${path.slice(2)}`
				: path;
	}

	/** One request. Rejects with ssh2's error, or with `connectionLost` or `cancelled`. */
	async call<T = void>(
		options: OperationOptions,
		start: (sftp: SFTPWrapper, done: (error: unknown, value?: T) => void) => void,
	): Promise<T> {
		if (options.signal?.aborted) {
			throw cancelled('file operation');
		}
		let forget = (): void => {};
		try {
			return await this.connection.race<T>(options.signal, 'file operation', done => {
				const fail = (error: Error): void => done(error);
				this.#failPending.add(fail);
				forget = () => void this.#failPending.delete(fail);
				if (!this.#isOpen) {
					done(connectionLost(this.connection.target.alias, 'no file channel'));
					return;
				}
				start(this.sftp, done);
			});
		} finally {
			forget();
		}
	}

	/** Keeps the channel while an operation of several requests goes on. */
	async during<T>(operation: () => Promise<T>): Promise<T> {
		this.#operations++;
		try {
			return await operation();
		} finally {
			this.#operations--;
			this.#hasServed = true;
			if (this.connection.slots.isWanted) {
				this.#stepAside();
			}
		}
	}

	/** Somebody waits for a channel: between two operations this one ends, the next opens another. */
	#stepAside(): void {
		if (this.#hasServed && this.#operations === 0 && this.#isOpen) {
			this.#isOpen = false;
			this.sftp.end();
		}
	}
}
