import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import { MirrorLock } from './mirrorLock';
import type { MirroredRun } from './mirroredRun';
import { runFolder, type PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';

/** How often a process that does not own a mirror looks whether it grew. */
const readEvery = 250;

/**
 * Records that are copied once, when the run has ended, each with the places where it stands. The
 * copy of the attempt comes first: the one beside it follows a moment later.
 */
function finalRecords(attempt: number): readonly (readonly [string, readonly string[]])[] {
	return [
		['id.json', ['id.json']],
		['status.json', ['status.json']],
		['exit.json', [`attempts/${attempt}/exit.json`, 'exit.json']],
	];
}

const recordLimit = 1024 * 1024;

/**
 * Keeps one run up to date while somebody looks at it: from its host when this process gets the
 * mirror's lock, else from what the owner of the lock writes.
 */
export class RunWatch implements Disposable {
	readonly #run: MirroredRun;
	readonly #hosts: RunHosts;
	#lookers = 0;
	#parts = new DisposableStore();
	#owns = false;
	#completing = false;
	/** The run had ended and all of it was here. */
	#rests = false;

	constructor(run: MirroredRun, hosts: RunHosts) {
		this.#run = run;
		this.#hosts = hosts;
	}

	/** @param onLast called when nobody looks any more */
	join(onLast: () => void): Disposable {
		this.#lookers++;
		if (this.#lookers === 1) {
			this.#begin();
		}
		let left = false;
		return {
			dispose: () => {
				if (!left) {
					left = true;
					this.#lookers--;
					if (this.#lookers === 0) {
						onLast();
						this.dispose();
					}
				}
			},
		};
	}

	/** A run that had ended goes on, and those who look at it see that too. */
	wake(): void {
		if (this.#rests && this.#lookers > 0) {
			this.#begin();
		}
	}

	/** The run has ended and everything is here: takes the last records and rests. */
	async complete(): Promise<void> {
		if (!this.#owns || this.#completing) {
			return;
		}
		this.#completing = true;
		try {
			await this.#takeRecords();
		} finally {
			this.#completing = false;
		}
	}

	async #takeRecords(): Promise<void> {
		const prepared = await this.#hosts.prepare(this.#run.hostName);
		let whole = prepared.ok;
		const records = prepared.ok ? finalRecords(this.#run.state?.attempt ?? 1) : [];
		for (const [name, places] of records) {
			const read = prepared.ok ? await this.#readFirst(prepared.value, places) : prepared;
			if (read.ok && this.#owns && this.#run.folder.exists) {
				this.#run.folder.writeRecord(name, Buffer.from(read.value).toString('utf8'));
			}
			whole &&= read.ok || read.error.code === 'remoteFileMissing';
		}
		if (whole && this.#owns) {
			this.#run.markComplete();
			this.#rest();
		}
	}

	/** The first of these files of the run that is there. */
	async #readFirst(prepared: PreparedHost, places: readonly string[]): Promise<Result<Uint8Array>> {
		const folder = runFolder(prepared, this.#run.id);
		let read: Result<Uint8Array> | undefined;
		for (const place of places) {
			read = await prepared.host.readFrom(`${folder}/${place}`, 0, recordLimit);
			if (read.ok || read.error.code !== 'remoteFileMissing') {
				return read;
			}
		}
		return read ?? err(new WindsockError('remoteFileMissing', { path: folder }));
	}

	dispose(): void {
		this.#rest();
	}

	#rest(): void {
		this.#rests = true;
		this.#owns = false;
		this.#parts.dispose();
		this.#parts = new DisposableStore();
	}

	#begin(): void {
		this.#rests = false;
		this.#run.readRecords();
		this.#run.readFiles();
		if (this.#run.isComplete) {
			this.#rests = true;
			return;
		}
		if (!this.#tryOwn()) {
			this.#read();
		}
	}

	#tryOwn(): boolean {
		if (!this.#run.folder.exists) {
			return false;
		}
		const lock = MirrorLock.tryAcquire(this.#run.folder.path);
		if (lock === undefined) {
			return false;
		}
		this.#owns = true;
		this.#parts.add(lock);
		this.#parts.add(this.#hosts.follower(this.#run.hostName).watch(this.#run.id, this.#run));
		return true;
	}

	/** Follows the mirror; becomes its owner when the present one goes. */
	#read(): void {
		const timer = setInterval(() => {
			this.#run.readFiles();
			this.#run.readRecords();
			if (this.#run.isComplete) {
				this.#rest();
			} else if (!this.#owns) {
				const parts = this.#parts;
				this.#parts = new DisposableStore();
				if (this.#tryOwn()) {
					parts.dispose();
				} else {
					this.#parts = parts;
				}
			}
		}, readEvery);
		this.#parts.add({ dispose: () => clearInterval(timer) });
	}
}
