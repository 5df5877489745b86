import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
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
	let rows = 0;
	let inRow = false;
	const hashed = await hashFile(path, chunk => {
		for (const byte of chunk) {
			if (byte === newline) {
				inRow = false;
			} else if (!inRow && !blank.has(byte)) {
				inRow = true;
				rows++;
			}
		}
	});
	return hashed.ok ? ok({ ...hashed.value, rows }) : hashed;
}

/** Reads a file once for its hash and its size. */
export async function hashFile(
	path: string,
	onChunk: (chunk: Uint8Array) => void = () => {},
): Promise<Result<Omit<FileDigest, 'rows'>>> {
	const hash = createHash('sha256');
	let bytes = 0;
	try {
		const found = await stat(path);
		if (!found.isFile()) {
			const reason = found.isDirectory() ? 'it is a folder' : 'it is a pipe or a device';
			return err(new WindsockError('fileUnreadable', { path, reason }));
		}
		const chunks = createReadStream(path, { highWaterMark: 1 << 18 });
		for await (const chunk of chunks as AsyncIterable<Buffer>) {
			hash.update(chunk);
			bytes += chunk.length;
			onChunk(chunk);
		}
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const code = missing ? 'fileMissing' : 'fileUnreadable';
		return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
	}
	return ok({ sha256: hash.digest('hex'), bytes });
}

/** Puts a small text into the host's store, named by its content. What is there already is not sent. */
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
