import { stat } from 'node:fs/promises';

/** Changes when a file is written anew. Undefined for what is no plain file on this machine. */
export async function fileStamp(path: string): Promise<string | undefined> {
	try {
		const { size, mtimeMs } = await stat(path);
		return `${size} ${mtimeMs}`;
	} catch {
		return undefined;
	}
}
