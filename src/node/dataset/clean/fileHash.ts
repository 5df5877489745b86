import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ByteSource } from '../byteSource';
import type { DatasetFile } from '../datasetFile';
import { checkCancelled } from '../expected';
import { isFar } from '../far/farSource';
import { aheadOf } from '../far/readAhead';
import { sha256 } from '../hash';

/** SHA-256 of a file's bytes, in hexadecimal. */
async function fileHash(path: string, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
		checkCancelled(signal, 'reading the dataset');
		hash.update(chunk as Buffer);
	}
	return hash.digest('hex');
}

async function sourceHash(source: ByteSource, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	const step = 1 << 20;
	for (let at = 0; at < source.size; at += step) {
		checkCancelled(signal, 'reading the dataset');
		hash.update(await source.read(at, Math.min(source.size, at + step)));
	}
	return hash.digest('hex');
}

/** SHA-256 of a dataset: of its file, or of the hashes of its files in their order. */
export async function datasetHash(dataset: DatasetFile, signal?: AbortSignal): Promise<string> {
	const hashes: string[] = [];
	for (const { path, disk } of dataset.parts) {
		hashes.push(await (isFar(disk) ? sourceHash(aheadOf(disk), signal) : fileHash(path, signal)));
	}
	return hashes.length === 1 ? (hashes[0] ?? '') : sha256(hashes.join('\n'));
}
