import type { SFTPWrapper } from 'ssh2';
import type { OperationOptions } from '../../core/hosts/host';
import { cancelled, commandFailed, connectionLost } from './hostErrors';
import { longestSilence, Patience } from './patience';
import type { SshTransport } from './sshTransport';

/** One block of a transfer is answered in time on the slowest link that is of use, of about 5 KB/s. */
function noAnswer(connection: SshTransport): Error {
	const reason = `its files gave no answer for ${longestSilence} s`;
	return commandFailed(connection.target.alias, reason);
}

/** The file channel of a connection: opened once, shared by all file operations. */
export class SftpSession {
	#isOpen = true;
	#operations = 0;
	#hasServed = false;
	#forget: () => void = () => {};
	readonly #failPending = new Set<(error: Error) => void>();
	#patience: Patience | undefined;

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
			this.#patience?.dispose();
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
			return new SftpSession(connection, sftp, await homeOf(connection, sftp));
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

	/**
	 * One request. Rejects with ssh2's error, or with `connectionLost` or `cancelled`, or when the
	 * server answers nothing for long although the link is well: a disk of the network that hangs.
	 */
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
				this.#expectAnswer(fail);
				forget = () => this.#answered(fail);
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

	#expectAnswer(fail: (error: Error) => void): void {
		if (this.#failPending.size === 0) {
			this.#patience = new Patience(this.connection.clock, () => this.#giveUp());
		}
		this.#failPending.add(fail);
	}

	#answered(fail: (error: Error) => void): void {
		this.#failPending.delete(fail);
		this.#patience?.answered();
		if (this.#failPending.size === 0) {
			this.#patience?.dispose();
		}
	}

	#giveUp(): void {
		this.#isOpen = false;
		for (const fail of this.#failPending) {
			fail(noAnswer(this.connection));
		}
		this.sftp.end();
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

async function homeOf(connection: SshTransport, sftp: SFTPWrapper): Promise<string> {
	const { promise, reject } = Promise.withResolvers<never>();
	const patience = new Patience(connection.clock, () => {
		reject(noAnswer(connection));
		sftp.end();
	});
	try {
		const home = connection.race<string>(undefined, 'files', done => sftp.realpath('.', done));
		return await Promise.race([home, promise]);
	} finally {
		patience.dispose();
	}
}
