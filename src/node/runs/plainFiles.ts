import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs';

/** Whether the name itself stands for a file: a link or a pipe in somebody's folder is none. */
export function isPlainFile(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export function isPlainFolder(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Bytes; 0 for what is no plain file. */
export function plainSize(path: string): number {
	const stat = lstatSync(path, { throwIfNoEntry: false });
	return stat?.isFile() === true ? stat.size : 0;
}

/** Appends to a file, made when it is missing. Throws for a link, which may lead anywhere. */
export function appendPlain(path: string, bytes: Uint8Array): void {
	const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
	// Windows knows neither of the two.
	const careful = (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
	const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | careful, 0o666);
	try {
		if (!fstatSync(file).isFile()) {
			throw new Error(`${path} is not a plain file`);
		}
		for (let at = 0; at < bytes.length;) {
			at += writeSync(file, bytes, at);
		}
	} finally {
		closeSync(file);
	}
}
