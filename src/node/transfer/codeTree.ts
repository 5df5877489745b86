import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeFile } from './codeFolder';

/** Files read and hashed at a time. */
const lanes = 16;

export interface TreeFile extends CodeFile {
	readonly sha256: string;
}

/** A project as it is sent: its files by content, and the manifest that names them all. */
export interface CodeTree {
	readonly root: string;
	readonly files: readonly TreeFile[];
	/** As `code_tree.py` reads it. */
	readonly manifest: Uint8Array;
	/** SHA-256 of the manifest: the same files give the same. */
	readonly sha256: string;
	readonly bytes: number;
}

export function treeOf(root: string, files: readonly TreeFile[]): CodeTree {
	const rows = files.map(({ path, sha256, size, executable }) => [path, sha256, size, executable]);
	const manifest = Buffer.from(JSON.stringify({ files: rows }));
	return {
		root,
		files,
		manifest,
		sha256: createHash('sha256').update(manifest).digest('hex'),
		bytes: files.reduce((sum, { size }) => sum + size, 0),
	};
}

/** Reads and hashes the files. A file that changed since it was listed counts as it is now. */
export async function readCodeTree(root: string, files: readonly CodeFile[]): Promise<CodeTree> {
	const hashed: TreeFile[] = [];
	let next = 0;
	const lane = async (): Promise<void> => {
		for (let file = files[next]; file !== undefined; file = files[next]) {
			const at = next++;
			const data = await readFile(join(root, file.path));
			const sha256 = createHash('sha256').update(data).digest('hex');
			hashed[at] = { ...file, size: data.length, sha256 };
		}
	};
	await Promise.all(Array.from({ length: lanes }, lane));
	return treeOf(root, hashed);
}
