import { setTimeout } from 'node:timers/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { parseHubListing, type HubListing } from '../../core/dataset/hub/hubListing';
import { hubName, isInTheClear } from './hubAddress';
import { bodyOf, refusal, StallWatch, waitOf } from './hubRequest';
import type { HubToken } from './hubToken';
import { Lanes } from './lanes';

export interface HubOptions {
	readonly address: URL;
	/** Asked for with each request, so that one that was given later counts. */
	readonly token: () => Promise<HubToken | undefined>;
	readonly fetch?: typeof globalThis.fetch;
	/** Between two attempts; ends early when the signal aborts. */
	readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
	readonly stallMs?: number;
}

/** A file of a dataset at a commit. */
export interface HubFileAddress {
	readonly id: string;
	readonly commit: string;
	readonly path: string;
	/** In bytes, as the Hub listed it. */
	readonly size: number;
}

interface Outcome {
	readonly response: Response;
	/** Where the answer came from after all redirects. */
	readonly address: URL;
	readonly source: string | undefined;
}

const attempts = 3;
const mostRedirects = 5;
/** Requests under way at once. */
const lanes = 8;
/** Longer waits are told to people instead. */
const longestWait = 20;
const longestListing = 64 << 20;
/** Files that a server may send whole where a range was asked for. */
const longestWhole = 16 << 20;

/** Reads datasets of the Hugging Face Hub, or of a server that speaks as it does. */
export class HubClient {
	readonly name: string;
	readonly #lanes = new Lanes(lanes);
	/** Where a file's bytes were last sent from: signed addresses that hold for a while. */
	readonly #ways = new Map<string, URL>();

	constructor(private readonly options: HubOptions) {
		this.name = hubName(options.address);
	}

	/** The page that people see. */
	pageOf(id: string): string {
		return `${this.#base}/datasets/${id}`;
	}

	/** @throws WindsockError */
	async listing(
		id: string,
		revision: string | undefined,
		signal: AbortSignal,
	): Promise<HubListing> {
		const named = encodeURIComponent(revision ?? 'main');
		const address = new URL(`${this.#base}/api/datasets/${id}/revision/${named}?blobs=true`);
		const what = revision === undefined ? id : `${id}@${revision}`;
		const body = await this.#retrying(signal, async watch => {
			const outcome = await this.#follow(address, {}, watch);
			this.#check(outcome, id, what);
			return bodyOf(outcome.response, longestListing, watch);
		});
		const listing = parseHubListing(parsed(body));
		if (!listing) {
			const reason = 'it did not answer as the Hub does';
			throw new WindsockError('hubFailed', { hub: this.name, reason });
		}
		return listing;
	}

	/**
	 * A range of a file, never fewer bytes than asked for.
	 *
	 * @throws WindsockError
	 */
	read(file: HubFileAddress, start: number, end: number, signal: AbortSignal): Promise<Uint8Array> {
		const path = file.path.split('/').map(encodeURIComponent).join('/');
		const address = new URL(`${this.#base}/datasets/${file.id}/resolve/${file.commit}/${path}`);
		const headers = { range: `bytes=${start}-${end - 1}`, 'accept-encoding': 'identity' };
		return this.#lanes.run(() =>
			this.#retrying(signal, async watch => {
				const way = this.#ways.get(address.href);
				let outcome = await this.#follow(way ?? address, headers, watch);
				if (way && outcome.response.status >= 400) {
					// It holds for an hour or so; the Hub gives another one.
					this.#ways.delete(address.href);
					await outcome.response.body?.cancel();
					outcome = await this.#follow(address, headers, watch);
				}
				this.#check(outcome, file.id, file.path);
				this.#ways.set(address.href, outcome.address);
				return rangeOf(outcome.response, file.size, start, end, watch);
			}),
		);
	}

	get #base(): string {
		return this.options.address.href.replace(/\/+$/, '');
	}

	/**
	 * Goes after redirects by hand: the token goes to the Hub itself and to nobody else, though that
	 * is where its answers lead.
	 */
	async #follow(
		first: URL,
		headers: Readonly<Record<string, string>>,
		watch: StallWatch,
	): Promise<Outcome> {
		const { fetch = globalThis.fetch } = this.options;
		let address = first;
		for (let hop = 0; hop <= mostRedirects; hop++) {
			const token = await this.#tokenFor(address);
			const response = await fetch(address, {
				headers: { ...headers, ...(token ? { authorization: `Bearer ${token.value}` } : {}) },
				redirect: 'manual',
				signal: watch.signal,
			});
			watch.touch();
			const next =
				response.status >= 300 && response.status < 400 && response.headers.get('location');
			if (!next) {
				return { response, address, source: token?.source };
			}
			await response.body?.cancel();
			address = nextAddress(next, address);
		}
		throw new Error('it sends from one address to the next without end');
	}

	async #tokenFor(address: URL): Promise<HubToken | undefined> {
		const isHub = address.origin === this.options.address.origin;
		return isHub && !isInTheClear(address) ? this.options.token() : undefined;
	}

	#check({ response, source, address }: Outcome, id: string, what: string): void {
		if (response.status === 200 || response.status === 206) {
			return;
		}
		void response.body?.cancel().catch(() => undefined);
		const isHub = address.origin === this.options.address.origin;
		const seconds = waitOf(response);
		const about = { hub: this.name, dataset: id, what, page: this.pageOf(id), source };
		const error = isHub
			? refusal(response, about)
			: new WindsockError('hubFailed', {
					hub: this.name,
					reason: `${address.host}, which has its files, answered ${response.status}`,
				});
		const isPassing = response.status === 429 || response.status >= 500;
		throw isPassing && (seconds ?? 0) <= longestWait ? new Passing(error, seconds) : error;
	}

	async #retrying<T>(signal: AbortSignal, attempt: (watch: StallWatch) => Promise<T>): Promise<T> {
		const { wait = pause, stallMs } = this.options;
		for (let number = 1; ; number++) {
			const watch = new StallWatch(signal, stallMs);
			let failure: Passing;
			try {
				return await attempt(watch);
			} catch (error) {
				if (signal.aborted) {
					throw new WindsockError('cancelled', { what: `reading from ${this.name}` });
				}
				if (WindsockError.is(error)) {
					throw error;
				}
				failure = error instanceof Passing ? error : this.#broken(error, watch);
			} finally {
				watch.dispose();
			}
			if (number === attempts) {
				throw failure.error;
			}
			await wait(
				failure.seconds === undefined ? 250 * 4 ** number : failure.seconds * 1000,
				signal,
			);
		}
	}

	/** The network, or what stands at its other end. */
	#broken(error: unknown, watch: StallWatch): Passing {
		const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
		const reason = watch.hasStalled ? 'nothing came any more' : reasonOf(cause);
		return new Passing(
			new WindsockError('hubFailed', { hub: this.name, reason }, { cause: error }),
		);
	}
}

/** A failure that another attempt may not meet. */
class Passing extends Error {
	constructor(
		readonly error: WindsockError,
		/** That the server asks to wait for. */
		readonly seconds?: number,
	) {
		super(error.message);
	}
}

function nextAddress(location: string, from: URL): URL {
	if (!URL.canParse(location, from.href)) {
		throw new Error('it sends to something that is no address');
	}
	const next = new URL(location, from.href);
	const isAllowed =
		next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:');
	if (!isAllowed) {
		throw new Error(`it sends to an address that is not safe (${next.protocol}//${next.host})`);
	}
	return next;
}

async function rangeOf(
	response: Response,
	size: number,
	start: number,
	end: number,
	watch: StallWatch,
): Promise<Uint8Array> {
	const isWhole = response.status === 200;
	if (isWhole && size > longestWhole) {
		await response.body?.cancel();
		throw new Error('it does not send parts of files');
	}
	const range = /^bytes (\d+)-(\d+)\//.exec(response.headers.get('content-range') ?? '');
	if (!isWhole && (Number(range?.[1]) !== start || Number(range?.[2]) !== end - 1)) {
		await response.body?.cancel();
		throw new Error('it sent another part of the file than was asked for');
	}
	const bytes = await bodyOf(response, isWhole ? size : end - start, watch);
	const found = isWhole ? bytes.subarray(start, end) : bytes;
	if (found.length < end - start) {
		throw new Error('its answer was cut off');
	}
	return found;
}

function parsed(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

/** Ends early and without a word when the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
