import { WindsockError } from '../../core/base/errors';

/** Nothing came for so long: the link is gone, though nobody says so. */
const stall = 30_000;

/** Ends a request that stands still. */
export class StallWatch {
	readonly #abort = new AbortController();
	readonly #timer: NodeJS.Timeout;
	readonly signal: AbortSignal;

	constructor(outer: AbortSignal, milliseconds = stall) {
		this.#timer = setTimeout(() => this.#abort.abort(), milliseconds);
		this.signal = AbortSignal.any([outer, this.#abort.signal]);
	}

	get hasStalled(): boolean {
		return this.#abort.signal.aborted;
	}

	/** Something has come. */
	touch(): void {
		this.#timer.refresh();
	}

	dispose(): void {
		clearTimeout(this.#timer);
	}
}

/** All of an answer, of at most so many bytes. */
export async function bodyOf(
	response: Response,
	most: number,
	watch: StallWatch,
): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		watch.touch();
		size += (chunk as Uint8Array).length;
		if (size > most) {
			throw new Error(`it sent more than the ${most} bytes that were asked for`);
		}
		chunks.push(chunk as Uint8Array);
	}
	return Buffer.concat(chunks);
}

/** What an answer other than the wished one means for people. */
export function refusal(
	response: Response,
	about: {
		readonly hub: string;
		readonly dataset: string;
		readonly what: string;
		readonly page: string;
		/** Where the token that was sent came from. */
		readonly source: string | undefined;
	},
): WindsockError {
	const { hub, dataset, what, page, source } = about;
	const code = response.headers.get('x-error-code') ?? '';
	const said = response.headers.get('x-error-message')?.slice(0, 300);
	const { status } = response;
	if (status === 403 || (code === 'GatedRepo' && source !== undefined)) {
		return new WindsockError('hubAccessDenied', { hub, dataset, page, reason: said });
	}
	if (status === 401) {
		return source === undefined
			? new WindsockError('hubTokenNeeded', { hub, dataset })
			: new WindsockError('hubTokenRefused', { hub, dataset, source });
	}
	if (status === 404) {
		return new WindsockError('hubMissing', { hub, what });
	}
	if (status === 429) {
		return new WindsockError('hubBusy', { hub, seconds: waitOf(response) });
	}
	return new WindsockError('hubFailed', { hub, reason: `it answered ${status}` });
}

/** Seconds that the server asks to wait for. */
export function waitOf(response: Response): number | undefined {
	const given =
		response.headers.get('retry-after') ??
		/\bt=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1];
	const seconds = given === null || given === undefined ? Number.NaN : Number(given);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
