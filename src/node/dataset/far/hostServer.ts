import { reasonOf, WindsockError } from '../../../core/base/errors';
import { ok, type Result } from '../../../core/base/result';
import type { HostStream } from '../../../core/hosts/host';
import { packageCommand, type PreparedHost } from '../../runs/preparedHost';
import { FrameSplitter, type Frame } from './frames';

/** What one request is answered with at its end. */
export interface ServerAnswer {
	readonly done: Readonly<Record<string, unknown>>;
	readonly data: Uint8Array;
}

/** Takes the frames that answer one request. */
interface Waiting {
	readonly path: string;
	take(frame: Frame): void;
	fail(error: WindsockError): void;
}

/** The server that serves files on a host: a process there, and requests to it by number. */
export class HostServer {
	readonly #waiting = new Map<number, Waiting>();
	#last = 0;
	#complaint = '';
	#end: WindsockError | undefined;
	/** Bytes that the server has sent. */
	received = 0;

	private constructor(
		private readonly host: string,
		private readonly stream: HostStream,
		/** Called once, with the reason. */
		private readonly onEnd: (error: WindsockError) => void,
	) {
		const splitter = new FrameSplitter();
		const decoder = new TextDecoder();
		stream.onData(bytes => {
			this.received += bytes.length;
			try {
				for (const frame of splitter.push(bytes)) {
					this.#deliver(frame);
				}
			} catch (error) {
				this.#close(reasonOf(error));
			}
		});
		stream.onError(bytes => {
			this.#complaint = (this.#complaint + decoder.decode(bytes)).slice(-1000);
		});
		stream.onClose(() => this.#close(this.#complaint.trim().split('\n').at(-1) || undefined));
	}

	/**
	 * Starts the server on a host that has the package.
	 *
	 * @param words another command of the package that speaks in the same frames
	 */
	static async start(
		prepared: PreparedHost,
		signal: AbortSignal,
		onEnd: (error: WindsockError) => void,
		words: readonly string[] = ['dataset'],
	): Promise<Result<HostServer>> {
		const { host } = prepared;
		const opened = await host.open(packageCommand(prepared, words), { signal });
		return opened.ok ? ok(new HostServer(host.name, opened.value, onEnd)) : opened;
	}

	/**
	 * Asks for something; rejects with a WindsockError that names the path.
	 *
	 * @param onPart takes the answers before the last one
	 */
	request(
		path: string,
		words: Readonly<Record<string, unknown>>,
		data: Uint8Array = new Uint8Array(),
		onPart: (frame: Frame) => void = () => {},
	): Promise<ServerAnswer & { readonly id: number }> {
		const id = ++this.#last;
		return new Promise((resolve, reject) => {
			if (this.#end) {
				reject(this.#end);
				return;
			}
			this.#waiting.set(id, {
				path,
				take: frame => {
					const done = frame.head['done'] as ServerAnswer['done'] | undefined;
					if (done === undefined) {
						onPart(frame);
						return;
					}
					this.#waiting.delete(id);
					resolve({ id, done, data: frame.data });
				},
				fail: error => {
					this.#waiting.delete(id);
					reject(error);
				},
			});
			const size = data.length > 0 ? { bytes: data.length } : {};
			this.stream.write(`${JSON.stringify({ id, ...words, ...size })}\n`);
			if (data.length > 0) {
				this.stream.write(data);
			}
		});
	}

	dispose(): void {
		this.#close('closed');
	}

	#deliver(frame: Frame): void {
		const waiting = this.#waiting.get(Number(frame.head['id']));
		const { error } = frame.head;
		if (error === undefined) {
			waiting?.take(frame);
		} else {
			waiting?.fail(serverFailure(this.host, waiting.path, error));
		}
	}

	#close(reason: string | undefined): void {
		if (this.#end) {
			return;
		}
		const details = { host: this.host, ...(reason === undefined ? {} : { reason }) };
		const error = new WindsockError('connectionLost', details);
		this.#end = error;
		this.stream.dispose();
		for (const waiting of this.#waiting.values()) {
			waiting.fail(error);
		}
		this.onEnd(error);
	}
}

function serverFailure(host: string, path: string, error: unknown): WindsockError {
	const said = (typeof error === 'object' && error !== null ? error : {}) as {
		code?: unknown;
		message?: unknown;
	};
	const reason = String(said.message ?? 'no reason given').slice(0, 1000);
	const place = `${host}:${path}`;
	switch (said.code) {
		case 'missing':
			return new WindsockError('remoteFileMissing', { host, path });
		case 'denied':
			return new WindsockError('remoteAccessDenied', { host, path });
		case 'noSpace':
			return new WindsockError('noSpace', { host, reason });
		case 'corrupt':
			return new WindsockError('transferCorrupt', { host, path, reason });
		case 'changed':
			return new WindsockError('fileChanged', { path: place });
		case 'rowsGone': {
			const details = { path: place, reason: `${reason}; only your edits are left here` };
			return new WindsockError('fileUnwritable', details);
		}
		default:
			return new WindsockError('remoteCommandFailed', { host, reason });
	}
}
