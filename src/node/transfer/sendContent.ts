import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import { unlessAborted, type TransferSession } from './transferSession';

/** Bytes of one request, and how many requests may be under way: they fill a channel's window. */
const portion = 512 * 1024;
const lanes = 8;
/** Milliseconds between looks at what another client sends. */
const look = 500;

/** What is to be in the store: its bytes can be read again from any place. */
export interface Content {
	/** SHA-256 in hex, perhaps with a suffix. */
	readonly name: string;
	readonly size: number;
	/** What people call it. */
	readonly label: string;
	/** Fills as much as is asked for; rejects when there is less. */
	read(offset: number, length: number): Promise<Uint8Array>;
	/** Takes back what `read` gave when its bytes have arrived. */
	release?(data: Uint8Array): void;
}

/** A file of this machine as content. The caller closes the file. */
export function fileContent(
	file: FileHandle,
	facts: { readonly name: string; readonly size: number; readonly label: string },
): Content {
	// New memory for each portion costs more than its encryption.
	const spare: Uint8Array[] = [];
	return {
		...facts,
		release: data => void spare.push(data),
		read: async (offset, length) => {
			const old = spare.pop();
			const block = old?.length === length ? old : Buffer.allocUnsafe(length);
			for (let filled = 0; filled < length;) {
				const { bytesRead } = await file.read(block, filled, length - filled, offset + filled);
				if (bytesRead === 0) {
					const reason = 'it became shorter while it was sent';
					throw new WindsockError('fileUnreadable', { path: facts.label, reason });
				}
				filled += bytesRead;
			}
			return block;
		},
	};
}

export interface SendOptions {
	/** Bytes of this content that are on the host, those that were there before included. */
	readonly onProgress: (there: number) => void;
	readonly signal: AbortSignal | undefined;
}

/**
 * Brings one content into the store. What arrived in an earlier try is gone on with when its hash is
 * that of the same bytes here. The host checks the hash of the whole before the name appears.
 */
export async function sendContent(
	session: TransferSession,
	content: Content,
	{ onProgress, signal }: SendOptions,
): Promise<void> {
	const { name, size, label } = content;
	let begun = await session.ask(label, { begin: { name, size } });
	while (begun.done['busy'] === true) {
		// Another window or shell sends the same; what it sends counts for both.
		onProgress(Number(begun.done['size']));
		await unlessAborted(look, signal);
		begun = await session.ask(label, { begin: { name, size } });
	}
	if (begun.done['there'] === true) {
		onProgress(size);
		return;
	}
	let next = Number(begun.done['size']);
	if (!Number.isSafeInteger(next) || next < 0 || next > size) {
		throw session.nonsense('size');
	}
	if (next > 0 && (await hashOfStart(content, next)) !== begun.done['sha256']) {
		await session.ask(label, { restart: name });
		next = 0;
	}
	onProgress(next);
	let there = next;
	const underWay: Promise<void>[] = [];
	try {
		while (next < size) {
			const length = Math.min(portion, size - next);
			const data = await content.read(next, length);
			next += length;
			const sent = session.ask(label, { append: name }, data).then(() => {
				content.release?.(data);
				there += length;
				onProgress(there);
			});
			// Its failure is met below, in its turn.
			sent.catch(() => undefined);
			underWay.push(sent);
			if (underWay.length >= lanes) {
				await underWay.shift();
			}
		}
		// Not after the last answer: on a long way that is another round trip.
		const finished = session.ask(label, { finish: name }).then(() => undefined);
		finished.catch(() => undefined);
		underWay.push(finished);
	} finally {
		await Promise.all(underWay);
	}
}

async function hashOfStart(content: Content, length: number): Promise<string> {
	const hash = createHash('sha256');
	for (let at = 0; at < length; at += portion) {
		const data = await content.read(at, Math.min(portion, length - at));
		hash.update(data);
		content.release?.(data);
	}
	return hash.digest('hex');
}
