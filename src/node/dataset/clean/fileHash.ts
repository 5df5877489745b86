import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { checkCancelled } from '../expected';

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function fileHash(path: string, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
		checkCancelled(signal, 'reading the dataset');
		hash.update(chunk as Buffer);
	}
	return hash.digest('hex');
}
