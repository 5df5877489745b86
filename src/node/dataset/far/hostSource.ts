import { inflateSync } from 'node:zlib';
import type { Disposable } from '../../../core/base/disposable';
import { Emitter } from '../../../core/base/emitter';
import { WindsockError } from '../../../core/base/errors';
import { ok, type Result } from '../../../core/base/result';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';
import type { SaveSegment } from '../../../core/dataset/savePlan';
import { expected } from '../expected';
import { sameFingerprint, type Fingerprint } from '../fingerprint';
import type { FarIndexing, FarSource, FarState } from './farSource';
import type { Frame } from './frames';
import type { ServerLink } from './serverLink';
import type { ServerAnswer, HostServer } from './hostServer';
import { RangeCache } from './rangeCache';

interface Opened {
	readonly server: HostServer;
	/** The server's number for the file. */
	readonly file: number;
}

/** Smaller answers say more about the way than about how wide it is. */
const measured = 1 << 18;
/** Milliseconds that a save waits for a broken link, to know what became of it. */
const patience = 60_000;

/** A file on a host, through the server there. It is opened again when the link comes back. */
export class HostSource implements FarSource {
	readonly #cache: RangeCache;
	readonly #use: Disposable;
	readonly #stopped = Promise.withResolvers<never>();
	readonly #received: number;
	readonly #changed = new Emitter<FarState>();
	readonly onDidChangeState = this.#changed.event;
	readonly #listener: Disposable;
	#opened: Opened | undefined;
	#opening: Promise<Opened> | undefined;
	/** Another file stands at the path since the link came back: what was read is out of reach. */
	#isGone = false;
	#speed: number | undefined;
	unanswered: Fingerprint | undefined;

	private constructor(
		private readonly link: ServerLink,
		private readonly path: string,
		opened: Opened,
		readonly fingerprint: Fingerprint,
		readonly readOnly: string | undefined,
		readonly losses: readonly string[],
	) {
		this.#opened = opened;
		this.#use = link.use();
		this.#received = link.received;
		this.#cache = new RangeCache(fingerprint.size, (start, end) => this.#fetch(start, end));
		this.#listener = link.onDidChangeState(state => this.#changed.fire(state));
		this.#stopped.promise.catch(() => undefined);
	}

	/** @throws WindsockError */
	static async open(link: ServerLink, path: string): Promise<HostSource> {
		// Nobody uses the link before the source is made; the server must not end meanwhile.
		const use = link.use();
		try {
			const server = await link.server();
			const { id, done } = await server.request(path, { open: path });
			const isWritable = done['writable'] === true;
			return new HostSource(
				link,
				path,
				{ server, file: id },
				done['fingerprint'] as Fingerprint,
				isWritable
					? undefined
					: `It cannot be written on ${link.host}: no permission for it or its folder.`,
				(done['losses'] as readonly string[] | undefined) ?? [],
			);
		} finally {
			use.dispose();
		}
	}

	get place(): string {
		return this.link.host;
	}

	get size(): number {
		return this.fingerprint.size;
	}

	get stamp(): string {
		const { inode, size, modified } = this.fingerprint;
		return `${inode} ${size} ${modified}`;
	}

	get state(): FarState {
		return this.link.state;
	}

	get received(): number {
		return this.link.received - this.#received;
	}

	get speed(): number | undefined {
		return this.#speed;
	}

	read(start: number, end: number): Promise<Uint8Array> {
		return this.#cache.read(start, end);
	}

	pass(start: number, end: number): Promise<Uint8Array> {
		return this.#fetch(start, end);
	}

	async isUntouched(): Promise<boolean> {
		const { done } = await this.#request({ stat: true });
		return done['untouched'] === true;
	}

	async current(): Promise<Fingerprint | undefined> {
		if (this.#isGone) {
			return this.unanswered && this.#standing();
		}
		const { done } = await this.#request({ stat: true });
		return (done['fingerprint'] as Fingerprint | null) ?? undefined;
	}

	async *lines(): AsyncGenerator<FarIndexing> {
		const rows = new RowsFound();
		let end: ServerAnswer | undefined;
		while (end === undefined) {
			const parts = new Parts();
			const wanted = { from: rows.next, after: rows.end };
			void this.#request({ index: wanted }, undefined, frame => parts.push(frame)).then(
				answer => parts.finish(answer),
				(error: unknown) => parts.fail(error),
			);
			try {
				for (let part = await parts.next(); part; part = await parts.next()) {
					yield { kind: 'rows', batch: rows.take(part), bytesRead: Number(part.head['read']) };
				}
				end = parts.answer;
			} catch (error) {
				if (!WindsockError.is(error, 'connectionLost')) {
					throw error;
				}
				await this.#untilConnected();
			}
		}
		const separator = (end.done['separator'] as string | null) ?? rows.separator ?? '\n';
		const edges = rows.edges(this.size);
		yield { kind: 'end', layout: { kind: 'jsonl', separator, ...edges, size: this.size } };
	}

	async replace(
		segments: readonly SaveSegment[],
		options: { readonly overwrite: boolean },
	): Promise<Result<void>> {
		const bytes = segments.flatMap(segment => (segment.kind === 'bytes' ? [segment.bytes] : []));
		const words = segments.map(segment =>
			segment.kind === 'copy' ? [segment.start, segment.end] : [segment.bytes.length],
		);
		this.unanswered = undefined;
		const prepared = await expected(() =>
			this.#request({ save: { segments: words } }, Buffer.concat(bytes)),
		);
		if (!prepared.ok) {
			return prepared;
		}
		const written = prepared.value.done['fingerprint'] as Fingerprint;
		const saved = await expected(() => this.#request({ commit: options }));
		if (saved.ok || saved.error.code !== 'connectionLost') {
			return saved.ok ? ok() : saved;
		}
		// It may be in place all the same: what stands there says so, once it can be looked at.
		this.unanswered = written;
		const current = await expected(() => this.#onceBack());
		if (!current.ok || !current.value || !sameFingerprint(current.value, written)) {
			return saved;
		}
		this.unanswered = undefined;
		return ok();
	}

	/** What stands at the path once the link is back; given up after a while. */
	async #onceBack(): Promise<Fingerprint | undefined> {
		const until = performance.now() + patience;
		for (;;) {
			const current = await expected(() => this.#standing());
			if (current.ok) {
				return current.value;
			}
			if (current.error.code !== 'connectionLost' || performance.now() > until) {
				throw current.error;
			}
			const waiting = Promise.withResolvers<void>();
			const timer = setTimeout(waiting.resolve, until - performance.now());
			await Promise.race([this.#untilConnected(), waiting.promise]).finally(() =>
				clearTimeout(timer),
			);
		}
	}

	/** What stands at the path, whatever was opened there before. */
	async #standing(): Promise<Fingerprint | undefined> {
		const server = await Promise.race([this.link.server(), this.#stopped.promise]);
		const { id, done } = await server.request(this.path, { open: this.path });
		server.request(this.path, { file: id, close: true }).catch(() => undefined);
		return done['fingerprint'] as Fingerprint;
	}

	reconnect(): void {
		this.link.reconnect();
	}

	interrupt(): void {
		this.#stopped.reject(new WindsockError('cancelled', { what: 'closed' }));
	}

	close(): Promise<void> {
		this.interrupt();
		const opened = this.#opened;
		// Told and not waited for: the server may be out of reach.
		opened?.server
			.request(this.path, { file: opened.file, close: true })
			.catch(() => undefined)
			.finally(() => this.#use.dispose());
		if (!opened) {
			this.#use.dispose();
		}
		this.#listener.dispose();
		this.#changed.dispose();
		return Promise.resolve();
	}

	async #fetch(start: number, end: number): Promise<Uint8Array> {
		const begun = performance.now();
		const { data } = await this.#again(() => this.#request({ read: [start, end] }));
		if (data.length >= measured) {
			const now = data.length / Math.max(0.001, (performance.now() - begun) / 1000);
			this.#speed = this.#speed === undefined ? now : (this.#speed + now) / 2;
		}
		return data;
	}

	/** A link that broke under a read is tried once more at once. */
	async #again<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			if (!WindsockError.is(error, 'connectionLost')) {
				throw error;
			}
			return await work();
		}
	}

	async #request(
		words: Readonly<Record<string, unknown>>,
		data?: Uint8Array,
		onPart?: (frame: Frame) => void,
	): Promise<ServerAnswer> {
		const { server, file } = await this.#open();
		const asked = server.request(this.path, { file, ...words }, data, onPart);
		return await Promise.race([asked, this.#stopped.promise]);
	}

	async #open(): Promise<Opened> {
		const server = await Promise.race([this.link.server(), this.#stopped.promise]);
		if (this.#opened?.server !== server) {
			this.#opening ??= this.#openAgain(server).finally(() => (this.#opening = undefined));
			this.#opened = await this.#opening;
		}
		if (this.#isGone) {
			throw new WindsockError('fileChanged', { path: `${this.place}:${this.path}` });
		}
		return this.#opened;
	}

	async #openAgain(server: HostServer): Promise<Opened> {
		const { id, done } = await server.request(this.path, { open: this.path });
		this.#isGone = !sameFingerprint(this.fingerprint, done['fingerprint'] as Fingerprint);
		return { server, file: id };
	}

	#untilConnected(): Promise<void> {
		let listener: Disposable | undefined;
		const connected = new Promise<void>(resolve => {
			const look = (): void => {
				if (this.link.state.kind === 'connected') {
					resolve();
				}
			};
			listener = this.link.onDidChangeState(look);
			look();
		});
		return Promise.race([connected, this.#stopped.promise]).finally(() => listener?.dispose());
	}
}

/** Rows in the order in which they are told, and where to go on when the link breaks. */
class RowsFound {
	/** Where the first line begins that is not told yet. */
	next = 0;
	/** End of the last row that is told. */
	end = 0;
	separator: string | undefined;
	#first: number | undefined;

	take({ head, data }: Frame): RowRangeBatch {
		const count = Number(head['rows']);
		const packed = data.length > 0 ? inflateSync(data, { maxOutputLength: count * 8 + 64 }) : data;
		const numbers = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
		const starts = new Float64Array(count);
		const lengths = new Uint32Array(count);
		let end = Number(head['after']);
		for (let i = 0; i < count; i++) {
			const length = numbers.getUint32((count + i) * 4, true);
			starts[i] = end + numbers.getUint32(i * 4, true);
			lengths[i] = length;
			end = (starts[i] ?? 0) + length;
		}
		this.#first ??= starts[0];
		this.end = end;
		this.next = Number(head['next']);
		this.separator ??= (head['separator'] as string | null | undefined) ?? undefined;
		return { starts, lengths };
	}

	edges(size: number): { prefixEnd: number; suffixStart: number } {
		return this.#first === undefined
			? { prefixEnd: size, suffixStart: size }
			: { prefixEnd: this.#first, suffixStart: this.end };
	}
}

/** Answers that come in between, waiting to be taken. */
class Parts {
	readonly #frames: Frame[] = [];
	#wake: () => void = () => {};
	#failure: { readonly error: unknown } | undefined;
	answer: ServerAnswer | undefined;

	push(frame: Frame): void {
		this.#frames.push(frame);
		this.#wake();
	}

	finish(answer: ServerAnswer): void {
		this.answer = answer;
		this.#wake();
	}

	fail(error: unknown): void {
		this.#failure = { error };
		this.#wake();
	}

	async next(): Promise<Frame | undefined> {
		for (;;) {
			const frame = this.#frames.shift();
			if (frame) {
				return frame;
			}
			if (this.#failure) {
				throw this.#failure.error;
			}
			if (this.answer) {
				return undefined;
			}
			await new Promise<void>(resolve => (this.#wake = resolve));
		}
	}
}
