import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A dataset as the practice Hub has it. */
export interface PracticeDataset {
	readonly id: string;
	/** 40 hexadecimal digits. */
	readonly commit: string;
	readonly files: Readonly<Record<string, Uint8Array | string>>;
	readonly cardData?: unknown;
	/** Only who sends this token sees it. */
	readonly token?: string;
	/** Seen by all, read by nobody. */
	readonly isGated?: boolean;
	/** Where it was moved to, as the Hub keeps old names. */
	readonly movedTo?: string;
}

export interface SeenRequest {
	readonly server: 'hub' | 'files';
	readonly path: string;
	readonly range: string | undefined;
	readonly authorization: string | undefined;
}

/** What the next answers of the server of files are instead of the bytes. */
export type Fault =
	| { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
	/** Half of the bytes, then the connection ends. */
	| { readonly kind: 'cut' }
	/** The headers, then nothing. */
	| { readonly kind: 'stall' }
	/** All of the file, whatever was asked for. */
	| { readonly kind: 'whole' }
	/** Bytes from elsewhere in the file. */
	| { readonly kind: 'shifted' };

/**
 * Speaks as the Hugging Face Hub does, on loopback: the API lists, `resolve` leads to a signed
 * address of a second server, which gives ranges.
 */
export class PracticeHub {
	/** Stays the same once it is stopped. */
	address = '';
	readonly requests: SeenRequest[] = [];
	/** Taken one by one by the server of files, and by the Hub's own. */
	readonly faults: Fault[] = [];
	readonly hubFaults: Fault[] = [];
	readonly #datasets = new Map<string, PracticeDataset>();
	readonly #revisions = new Map<string, string>();
	readonly #signatures = new Set<string>();
	readonly #sockets = new Set<ServerResponse>();
	#hub: Server | undefined;
	#files: Server | undefined;
	#signed = 0;

	static async start(): Promise<PracticeHub> {
		const hub = new PracticeHub();
		hub.#hub = await listening((request, response) => hub.#answer(request, response));
		hub.address = `http://127.0.0.1:${portOf(hub.#hub)}`;
		hub.#files = await listening((request, response) => hub.#send(request, response));
		return hub;
	}

	/** @param revisions names that lead to it, beside `main` and the commit itself */
	add(dataset: PracticeDataset, revisions: readonly string[] = ['main']): void {
		for (const revision of [...revisions, dataset.commit]) {
			this.#datasets.set(`${dataset.id}@${revision}`, dataset);
			this.#revisions.set(`${dataset.id}@${revision}`, dataset.commit);
		}
	}

	/** Signed addresses that were given out no longer hold. */
	expireSignatures(): void {
		this.#signatures.clear();
	}

	/** Bytes that were asked for of the files. */
	get asked(): number {
		return this.requests.reduce((sum, { server, range }) => {
			const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
			return server === 'files' ? sum + Number(end) - Number(start) + 1 : sum;
		}, 0);
	}

	async stop(): Promise<void> {
		for (const response of this.#sockets) {
			response.destroy();
		}
		await Promise.all(
			[this.#hub, this.#files].map(server => {
				server?.closeAllConnections();
				return new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()));
			}),
		);
	}

	#note(server: 'hub' | 'files', request: IncomingMessage): URL {
		const url = new URL(request.url ?? '/', this.address);
		const { range, authorization } = request.headers;
		this.requests.push({ server, path: url.pathname, range, authorization });
		return url;
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		const url = this.#note('hub', request);
		const fault = this.hubFaults.shift();
		if (fault?.kind === 'status') {
			end(response, fault.status, fault.headers);
			return;
		}
		const api = /^\/api\/datasets\/(.+)\/revision\/([^/]+)$/.exec(url.pathname);
		const file = /^\/datasets\/(.+)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(url.pathname);
		const [, id = '', revision = ''] = api ?? file ?? [];
		const dataset = this.#datasets.get(`${id}@${decodeURIComponent(revision)}`);
		if (!dataset) {
			const isKnown = this.#datasets.has(`${id}@main`);
			// A name that is not there is not told from a private one.
			end(response, isKnown ? 404 : 401, {
				'x-error-code': isKnown ? 'RevisionNotFound' : 'RepoNotFound',
			});
		} else if (dataset.movedTo !== undefined) {
			end(response, 307, { location: url.pathname.replace(id, dataset.movedTo) + url.search });
		} else if (
			dataset.token !== undefined &&
			request.headers.authorization !== `Bearer ${dataset.token}`
		) {
			end(response, 401, { 'x-error-code': 'RepoNotFound' });
		} else if (api) {
			const body = JSON.stringify(listingOf(dataset));
			response.writeHead(200, { 'content-type': 'application/json' }).end(body);
		} else if (dataset.isGated) {
			end(response, 403, {
				'x-error-code': 'GatedRepo',
				'x-error-message': 'Your request is awaiting a review.',
			});
		} else {
			this.#sign(dataset, decodeURIComponent(file?.[3] ?? ''), response);
		}
	}

	#sign(dataset: PracticeDataset, path: string, response: ServerResponse): void {
		if (!Object.hasOwn(dataset.files, path)) {
			end(response, 404, { 'x-error-code': 'EntryNotFound' });
			return;
		}
		const signature = String(++this.#signed);
		this.#signatures.add(signature);
		const at = `${dataset.id}@${dataset.commit}/${path}`;
		end(response, 302, {
			location: `http://127.0.0.1:${portOf(this.#files)}/blob?at=${encodeURIComponent(at)}&Signature=${signature}`,
		});
	}

	#send(request: IncomingMessage, response: ServerResponse): void {
		const url = this.#note('files', request);
		const [, id = '', commit = '', path = ''] =
			/^(.+)@([0-9a-f]{40})\/(.+)$/.exec(url.searchParams.get('at') ?? '') ?? [];
		const content = this.#datasets.get(`${id}@${commit}`)?.files[path];
		if (content === undefined || !this.#signatures.has(url.searchParams.get('Signature') ?? '')) {
			end(response, 403);
			return;
		}
		const bytes = bytesOf(content);
		const fault = this.faults.shift();
		const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
		const start = Number(first);
		if (fault?.kind === 'status') {
			end(response, fault.status, fault.headers);
			return;
		}
		if (first === undefined || fault?.kind === 'whole') {
			response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
			return;
		}
		if (start >= bytes.length) {
			end(response, 416, { 'content-range': `bytes */${bytes.length}` });
			return;
		}
		const stop = Math.min(bytes.length, Number(last) + 1);
		const from = fault?.kind === 'shifted' ? start + 1 : start;
		response.writeHead(206, {
			'content-length': stop - start,
			'content-range': `bytes ${from}-${stop - 1}/${bytes.length}`,
		});
		if (fault?.kind === 'cut') {
			response.write(bytes.subarray(start, start + Math.floor((stop - start) / 2)), () =>
				response.destroy(),
			);
		} else if (fault?.kind === 'stall') {
			this.#sockets.add(response);
			response.flushHeaders();
		} else {
			response.end(bytes.subarray(start, stop));
		}
	}
}

/** As `?blobs=true` gives it: large files with their SHA-256, small ones with a git object. */
function listingOf({ id, commit, files, cardData }: PracticeDataset): unknown {
	return {
		id,
		sha: commit,
		cardData,
		siblings: Object.entries(files).map(([rfilename, content]) => {
			const bytes = bytesOf(content);
			const sha256 = createHash('sha256').update(bytes).digest('hex');
			return {
				rfilename,
				size: bytes.length,
				blobId: sha256.slice(0, 40),
				...(bytes.length > 1000 ? { lfs: { sha256, size: bytes.length, pointerSize: 134 } } : {}),
			};
		}),
	};
}

/** Large ones are not copied for each answer. */
function bytesOf(content: Uint8Array | string): Buffer {
	return typeof content === 'string'
		? Buffer.from(content)
		: Buffer.from(content.buffer, content.byteOffset, content.length);
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
	response.writeHead(status, headers).end();
}

async function listening(
	listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
	const server = createServer(listener);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return server;
}

function portOf(server: Server | undefined): number {
	const address = server?.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
}
