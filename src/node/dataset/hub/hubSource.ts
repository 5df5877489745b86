import type { Disposable } from '../../../core/base/disposable';
import { WindsockError } from '../../../core/base/errors';
import { err, type Result } from '../../../core/base/result';
import type { HubFile } from '../../../core/dataset/hub/hubListing';
import type { HubFileAddress } from '../../hub/hubClient';
import type { FarSource, FarState, FoundRows } from '../far/farSource';
import { RangeCache } from '../far/rangeCache';
import type { Fingerprint } from '../fingerprint';
import type { KeptFile } from './hubCache';
import type { HubLink } from './hubLink';
import { KeptBlocks } from './keptBlocks';
import { packRowRanges, unpackRowRanges } from './keptRows';

const rowsName = 'rows';
/** Not worth a question: 4 MiB. */
const small = 1 << 22;

/** A file of the Hub at a commit, which never changes and cannot be written. */
export class HubSource implements FarSource {
	readonly fingerprint: Fingerprint;
	readonly readOnly = undefined;
	readonly losses = [];
	readonly #near: RangeCache;
	readonly #blocks: KeptBlocks;
	readonly #closed = new AbortController();
	readonly #uses: readonly Disposable[];
	readonly #received: number;

	constructor(
		private readonly link: HubLink,
		private readonly address: HubFileAddress,
		file: HubFile,
		private readonly kept: KeptFile,
	) {
		const { commit } = address;
		this.fingerprint = {
			size: file.size,
			modified: commit,
			inode: file.content,
			head: file.content,
		};
		this.#blocks = new KeptBlocks(file.size, kept, (start, end) =>
			link.read(address, start, end, this.#closed.signal),
		);
		this.#near = new RangeCache(file.size, (start, end) => this.#blocks.read(start, end));
		this.#uses = [link.use(), kept.use()];
		this.#received = link.received;
	}

	get place(): string {
		return this.link.place;
	}

	get saveElsewhere(): string {
		return this.link.place;
	}

	get version(): string {
		return `commit ${this.address.commit.slice(0, 7)}`;
	}

	get size(): number {
		return this.fingerprint.size;
	}

	get stamp(): string {
		return `${this.address.commit} ${this.fingerprint.head}`;
	}

	get state(): FarState {
		return this.link.state;
	}

	get onDidChangeState(): HubLink['onDidChangeState'] {
		return this.link.onDidChangeState;
	}

	get received(): number {
		return this.link.received - this.#received;
	}

	get speed(): number | undefined {
		return this.link.speed;
	}

	read(start: number, end: number): Promise<Uint8Array> {
		return this.#near.read(start, end);
	}

	async pass(start: number, end: number): Promise<Uint8Array> {
		for (;;) {
			try {
				return await this.#blocks.read(start, end);
			} catch (error) {
				if (!this.link.isPatient || !WindsockError.is(error, 'hubFailed')) {
					throw error;
				}
				await this.link.untilConnected(this.#closed.signal);
			}
		}
	}

	/** A commit is what it is. */
	isUntouched(): Promise<boolean> {
		return Promise.resolve(true);
	}

	current(): Promise<Fingerprint> {
		return Promise.resolve(this.fingerprint);
	}

	async isHere(): Promise<boolean> {
		return this.size <= small || (await this.#blocks.areAllKept());
	}

	async knownRows(): Promise<FoundRows | undefined> {
		const bytes = await this.kept.read(rowsName);
		return bytes && unpackRowRanges(bytes, this.size);
	}

	keepRows(rows: FoundRows): Promise<void> {
		return this.kept.write(rowsName, packRowRanges(rows));
	}

	replace(): Promise<Result<void>> {
		const { id, path } = this.address;
		const details = { path: `${id}/${path}`, place: this.place };
		return Promise.resolve(err(new WindsockError('saveElsewhere', details)));
	}

	reconnect(): void {
		this.link.reconnect();
	}

	interrupt(): void {
		this.#closed.abort();
	}

	close(): Promise<void> {
		this.interrupt();
		for (const use of this.#uses) {
			use.dispose();
		}
		return Promise.resolve();
	}
}
