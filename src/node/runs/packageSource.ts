import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ArchiveFile } from './tarArchive';

/** The Python package as it ships with this program. */
export interface PackageSource {
	/** First 16 hex digits over all names and contents. */
	readonly hash: string;
	/** First 16 hex digits of sha256(requirements.txt + newline + constraints.txt). */
	readonly lockHash: string;
	/** Sorted by path; paths begin with `windsock_remote/`. */
	readonly files: readonly ArchiveFile[];
}

async function pathsIn(folder: string): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		if (entry.name === '__pycache__' || entry.name.startsWith('.')) {
			continue;
		}
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			found.push(...(await pathsIn(path)));
		} else if (entry.isFile() && !entry.name.endsWith('.pyc')) {
			found.push(path);
		}
	}
	return found;
}

/** @param remoteFolder the folder that holds `windsock_remote` */
export async function readPackageSource(remoteFolder: string): Promise<PackageSource> {
	const paths = (await pathsIn(join(remoteFolder, 'windsock_remote'))).sort();
	const files: ArchiveFile[] = [];
	const hash = createHash('sha256');
	for (const path of paths) {
		const name = relative(remoteFolder, path).split(sep).join('/');
		const data = await readFile(path);
		const content = createHash('sha256').update(data).digest('hex');
		hash.update(`${name}\0${content}\n`);
		files.push({ path: name, data });
	}
	const text = (name: string): Uint8Array =>
		files.find(file => file.path === `windsock_remote/environment/${name}`)?.data ??
		new Uint8Array();
	const lock = createHash('sha256')
		.update(text('requirements.txt'))
		.update('\n')
		.update(text('constraints.txt'));
	return {
		hash: hash.digest('hex').slice(0, 16),
		lockHash: lock.digest('hex').slice(0, 16),
		files,
	};
}
