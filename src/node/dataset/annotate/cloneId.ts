import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isObject } from '../../../core/dataset/messageShapes';

/**
 * Eight hexadecimal digits that name the working copy in which a folder lies, so that two clones
 * of one author never write the same file. In git it is random and kept in the git folder, which
 * git never shares; elsewhere it follows from the machine and the folder.
 */
export async function cloneId(folder: string): Promise<string> {
	const at = await realpath(folder).catch(() => resolve(folder));
	const gitFolder = await findGitFolder(at);
	const own = gitFolder === undefined ? undefined : await gitCloneId(gitFolder);
	return own ?? digest(`${hostname()}\n${at}`);
}

/** The git folder of a working copy: `.git`, or where a `.git` file points in a work tree. */
async function findGitFolder(from: string): Promise<string | undefined> {
	for (let folder = from; ; folder = dirname(folder)) {
		const candidate = join(folder, '.git');
		const found = await stat(candidate).catch(() => undefined);
		if (found?.isDirectory()) {
			return candidate;
		}
		if (found?.isFile()) {
			const pointer = /^gitdir: (.+)$/m.exec(await readFile(candidate, 'utf8'));
			return pointer?.[1] === undefined ? undefined : resolve(folder, pointer[1].trim());
		}
		if (dirname(folder) === folder) {
			return undefined;
		}
	}
}

interface StoredId {
	readonly id: string;
	/** Machine and place that it was made for: a copied clone brings the file along. */
	readonly place: string;
	readonly inode: string;
}

/** `undefined` where the git folder cannot be written. */
async function gitCloneId(gitFolder: string): Promise<string | undefined> {
	const path = join(gitFolder, 'windsock-clone-id');
	const place = digest(`${hostname()}\n${gitFolder}`);
	const stored = await readStored(path);
	if (stored) {
		const inode = String((await stat(path, { bigint: true })).ino);
		// A folder that was moved keeps its inode; one in a container keeps it under another name.
		if (stored.place === place || stored.inode === inode) {
			return stored.id;
		}
	}
	const id = randomBytes(4).toString('hex');
	const temporary = `${path}.${randomBytes(4).toString('hex')}`;
	try {
		await writeFile(temporary, '', { flag: 'wx' });
		const inode = String((await stat(temporary, { bigint: true })).ino);
		await writeFile(temporary, `${JSON.stringify({ id, place, inode } satisfies StoredId)}\n`);
		await rename(temporary, path);
	} catch {
		// A read-only git folder, or a full disk: the machine and the folder have to do.
		return undefined;
	}
	// Another window may have been quicker; the file says who won.
	return (await readStored(path))?.id ?? id;
}

async function readStored(path: string): Promise<StoredId | undefined> {
	let value: unknown;
	try {
		value = JSON.parse(await readFile(path, 'utf8'));
	} catch {
		// None yet, or torn: a new one is made.
		return undefined;
	}
	return isObject(value) &&
		typeof value['id'] === 'string' &&
		/^[0-9a-f]{8}$/.test(value['id']) &&
		typeof value['place'] === 'string' &&
		typeof value['inode'] === 'string'
		? { id: value['id'], place: value['place'], inode: value['inode'] }
		: undefined;
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
