import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRange, type ByteSource } from './byteSource';

const folderName = /^windsock-unpacked-(\d+)-[0-9a-f]+$/;
let swept: Promise<void> | undefined;

/**
 * The text of a packed file while its dataset is open, or rows of a far one while they are worked on: a file in the system's folder for temporary
 * files that only this user can read. It grows while the text is unpacked into it, by this thread
 * or another one, and goes with `close`; what a killed process left goes with the next one.
 */
export async function createUnpackedFile(
	name = 'text',
): Promise<ByteSource & { readonly path: string }> {
	await (swept ??= sweep());
	const folder = join(
		tmpdir(),
		`windsock-unpacked-${process.pid}-${randomBytes(8).toString('hex')}`,
	);
	await mkdir(folder, { mode: 0o700 });
	const path = join(folder, name);
	const handle = await open(path, 'wx+', 0o600);
	return {
		path,
		size: 0,
		stamp: '',
		isUntouched: () => Promise.resolve(true),
		read: (start, end) => readRange(handle, start, end),
		close: async () => {
			await handle.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function sweep(): Promise<void> {
	for (const name of await readdir(tmpdir())) {
		const owner = folderName.exec(name)?.[1];
		if (owner !== undefined && !isAlive(Number(owner))) {
			// Another user's folder stays: it is not ours to remove.
			await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
		}
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
	}
}
