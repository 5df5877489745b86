import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { WindsockError, type ErrorCode } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { Result } from '../../core/base/result';
import { LineSplitter } from '../../core/contract/lineSplitter';
import type { RunState } from '../../core/contract/runFiles.generated';
import type { HostStream } from '../../core/hosts/host';
import { parseFrame, type FollowFrame } from './followFrames';
import { packageCommand, runFolder, type PreparedHost } from './preparedHost';

/** Takes what comes from one followed run. Byte offsets make gaps and duplicates visible. */
export interface RunSink {
	/** Offset to go on from, per file of the run folder; asked at each (re)connection. */
	offsets(): Readonly<Record<string, number>>;
	/** Folders of the run whose files are wanted, also those that are not there yet. */
	folders?(): readonly string[];
	/** False when the bytes do not start where the sink ends: following starts again from `offsets`. */
	onData(file: string, offset: number, bytes: Uint8Array): boolean;
	onTruncated(file: string): void;
	onState(state: RunState): void;
	/** The host looked at all files and sent what was new. */
	onAlive(): void;
	/** The link is down since then; it says nothing about the run. `undefined`: it is back. */
	onUnreachable(since: Date | undefined, error?: WindsockError): void;
}

export interface FollowerTiming {
	/** Milliseconds before the nth retry. */
	readonly delay: (attempt: number) => number;
	readonly now: () => Date;
}

const defaultTiming: FollowerTiming = {
	delay: attempt => Math.min(30_000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2),
	now: () => new Date(),
};

/** A person has to do something first; trying again by itself would only annoy the host. */
const denials: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'hostUnknown',
	'workspaceUntrusted',
	'hostUnsupported',
	'hostKeyUnknown',
	'hostKeyChanged',
	'hostKeyRevoked',
	'authenticationFailed',
	'cancelled',
	'noPython',
	'noSpace',
]);

/** Bytes. The pieces of a file come in frames of less than one MiB. */
const longestFrame = 16 * 1024 * 1024;

interface Watched {
	readonly runId: string;
	readonly sink: RunSink;
}

/**
 * One `follow` process per host, shared by all watched runs of it. Comes back by itself after a
 * broken link; disposing ends only the reading.
 */
export class RunFollower implements Disposable {
	readonly #watched = new Map<string, Watched>();
	readonly #prepare: (signal: AbortSignal) => Promise<Result<PreparedHost>>;
	readonly #logger: Logger;
	readonly #timing: FollowerTiming;
	#connection: { stream: HostStream; prepared: PreparedHost; parts: DisposableStore } | undefined;
	#connecting: AbortController | undefined;
	#retry: NodeJS.Timeout | undefined;
	#attempt = 0;
	#downSince: Date | undefined;
	#disposed = false;

	constructor(
		prepare: (signal: AbortSignal) => Promise<Result<PreparedHost>>,
		logger: Logger,
		timing: FollowerTiming = defaultTiming,
	) {
		this.#prepare = prepare;
		this.#logger = logger;
		this.#timing = timing;
	}

	watch(runId: string, sink: RunSink): Disposable {
		const watched: Watched = { runId, sink };
		this.#watched.set(runId, watched);
		if (this.#connection !== undefined) {
			this.#request(watched);
		} else {
			this.#connectSoon(0);
		}
		return {
			dispose: () => {
				if (this.#watched.get(runId) === watched) {
					this.#unwatch(runId);
				}
			},
		};
	}

	/** Tries now instead of at the next retry, also after a denial. */
	wake(): void {
		this.#attempt = 0;
		this.#connectSoon(0);
	}

	dispose(): void {
		this.#disposed = true;
		this.#watched.clear();
		this.#rest();
	}

	#rest(): void {
		clearTimeout(this.#retry);
		this.#retry = undefined;
		this.#connecting?.abort();
		this.#connecting = undefined;
		const connection = this.#connection;
		this.#connection = undefined;
		connection?.parts.dispose();
	}

	#unwatch(runId: string): void {
		this.#watched.delete(runId);
		if (this.#watched.size === 0) {
			this.#rest();
		} else if (this.#connection !== undefined) {
			this.#send({ unwatch: runFolder(this.#connection.prepared, runId) });
		}
	}

	#connectSoon(milliseconds: number): void {
		if (this.#disposed || this.#connection || this.#connecting || this.#watched.size === 0) {
			return;
		}
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => {
			this.#retry = undefined;
			this.#connect().catch((error: unknown) => {
				// Not one of the failures that come as results; the watched runs must not wait for ever.
				this.#logger.error('following failed', error);
				this.#connecting = undefined;
				this.#onDown(undefined);
			});
		}, milliseconds);
	}

	async #connect(): Promise<void> {
		const controller = new AbortController();
		this.#connecting = controller;
		const prepared = await this.#prepare(controller.signal);
		const opened = prepared.ok
			? await prepared.value.host.open(packageCommand(prepared.value, ['follow']), {
					signal: controller.signal,
				})
			: prepared;
		if (this.#connecting !== controller) {
			if (opened.ok) {
				opened.value.dispose();
			}
			return;
		}
		this.#connecting = undefined;
		if (!opened.ok || !prepared.ok) {
			this.#onDown(opened.ok ? undefined : opened.error);
			return;
		}
		this.#take(opened.value, prepared.value);
	}

	#take(stream: HostStream, prepared: PreparedHost): void {
		const splitter = new LineSplitter();
		const parts = new DisposableStore();
		const connection = { stream, prepared, parts };
		this.#connection = connection;
		let complaint = '';
		parts.add(
			stream.onData(bytes => {
				for (const line of splitter.push(bytes)) {
					const frame = parseFrame(line);
					if (frame !== undefined && this.#connection === connection) {
						this.#deliverGuarded(frame, prepared);
					}
				}
				if (splitter.pending > longestFrame && this.#connection === connection) {
					this.#connection = undefined;
					parts.dispose();
					const reason = 'it sends a line without an end';
					this.#onDown(new WindsockError('connectionLost', { host: prepared.host.name, reason }));
				}
			}),
		);
		const decoder = new TextDecoder();
		parts.add(
			stream.onError(bytes => {
				complaint = (complaint + decoder.decode(bytes, { stream: true })).slice(-2000);
			}),
		);
		parts.add(
			stream.onClose(({ code }) => {
				if (this.#connection === connection) {
					this.#connection = undefined;
					parts.dispose();
					const reason = complaint.trim() || `following ended with code ${code ?? 'none'}`;
					this.#onDown(new WindsockError('connectionLost', { host: prepared.host.name, reason }));
				}
			}),
		);
		parts.add(stream);
		for (const watched of this.#watched.values()) {
			this.#request(watched);
		}
	}

	#request({ runId, sink }: Watched): void {
		if (this.#connection === undefined) {
			return;
		}
		const { 'metrics.jsonl': metrics = 0, 'log.txt': log = 0, ...files } = sink.offsets();
		const folders = sink.folders?.() ?? [];
		const more = folders.length === 0 ? {} : { folders };
		const watch = runFolder(this.#connection.prepared, runId);
		this.#send({ watch, metrics, log, files, ...more });
	}

	#send(request: Readonly<Record<string, unknown>>): void {
		this.#connection?.stream.write(`${JSON.stringify(request)}\n`);
	}

	/** A sink that cannot take its frames (its disk is full) is let go; the others go on. */
	#deliverGuarded(frame: FollowFrame, prepared: PreparedHost): void {
		try {
			this.#deliver(frame, prepared);
		} catch (error) {
			this.#logger.error(`cannot keep what ${prepared.host.name} sends`, error);
			if ('run' in frame) {
				this.#unwatch(frame.run.slice(prepared.layout.runs.length + 1));
			}
		}
	}

	#deliver(frame: FollowFrame, prepared: PreparedHost): void {
		if (frame.kind === 'error') {
			this.#logger.warn(`follow on ${prepared.host.name}: ${frame.message}`);
			return;
		}
		if (frame.kind === 'alive') {
			this.#onUp();
			for (const { sink } of Array.from(this.#watched.values())) {
				sink.onAlive();
			}
			return;
		}
		const watched = this.#watched.get(frame.run.slice(prepared.layout.runs.length + 1));
		if (watched === undefined) {
			return;
		}
		switch (frame.kind) {
			case 'state':
				watched.sink.onState(frame.state);
				break;
			case 'truncated':
				watched.sink.onTruncated(frame.file);
				break;
			case 'data':
				if (!watched.sink.onData(frame.file, frame.offset, frame.bytes)) {
					this.#request(watched);
				}
		}
	}

	#onUp(): void {
		this.#attempt = 0;
		if (this.#downSince !== undefined) {
			this.#downSince = undefined;
			for (const { sink } of this.#watched.values()) {
				sink.onUnreachable(undefined);
			}
		}
	}

	#onDown(error: WindsockError | undefined): void {
		this.#downSince ??= this.#timing.now();
		if (error !== undefined) {
			this.#logger.info(`following stopped: ${error.message}`);
		}
		for (const { sink } of Array.from(this.#watched.values())) {
			sink.onUnreachable(this.#downSince, error);
		}
		if (error === undefined || !denials.has(error.code)) {
			this.#connectSoon(this.#timing.delay(this.#attempt++));
		}
	}
}
