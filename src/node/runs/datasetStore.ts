import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions, TransferOptions } from '../../core/hosts/host';
import type { PreparedHost } from './preparedHost';

export interface FileDigest {
	readonly sha256: string;
	readonly bytes: number;
	/** Lines that are not blank. */
	readonly rows: number;
}

const newline = 10;
const blank = new Set([9, 13, 32]);

/** Reads a JSONL file once for its hash, its size and its rows. */
export async function digestFile(path: string): Promise<Result<FileDigest>> {
	const hash = createHash('sha256');
	let bytes = 0;
	let rows = 0;
	let inRow = false;
	try {
		for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
			hash.update(chunk);
			bytes += chunk.length;
			for (const byte of chunk) {
				if (byte === newline) {
					inRow = false;
				} else if (!inRow && !blank.has(byte)) {
					inRow = true;
					rows++;
				}
			}
		}
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const code = missing ? 'fileMissing' : 'fileUnreadable';
		return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
	}
	return ok({ sha256: hash.digest('hex'), bytes, rows });
}

/**
 * Puts a file into the host's store, named by its content, and returns its path there. A file that
 * is there already sends no bytes. Fails with `noSpace` before the first byte.
 */
export async function storeFile(
	prepared: PreparedHost,
	localPath: string,
	digest: FileDigest,
	options: TransferOptions = {},
): Promise<Result<string>> {
	const { host, layout, freeBytes } = prepared;
	const path = `${layout.store}/${digest.sha256}.jsonl`;
	const there = await host.stat(path, options);
	if (!there.ok) {
		return there;
	}
	if (there.value?.kind === 'file' && there.value.size === digest.bytes) {
		return ok(path);
	}
	if (freeBytes !== undefined && freeBytes < digest.bytes) {
		const reason = `${digest.bytes} bytes to send, ${freeBytes} free`;
		return err(new WindsockError('noSpace', { host: host.name, reason }));
	}
	const sent = await host.upload(localPath, path, options);
	return sent.ok ? ok(path) : sent;
}

/** The same for a small text that is no file here. */
export async function storeText(
	{ host, layout }: PreparedHost,
	text: string,
	options: OperationOptions = {},
): Promise<Result<{ readonly path: string; readonly sha256: string }>> {
	const bytes = Buffer.from(text);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const path = `${layout.store}/${sha256}.jsonl`;
	const there = await host.stat(path, options);
	if (!there.ok) {
		return there;
	}
	if (there.value?.kind === 'file' && there.value.size === bytes.length) {
		return ok({ path, sha256 });
	}
	const written = await host.writeFile(path, bytes, options);
	return written.ok ? ok({ path, sha256 }) : written;
}
