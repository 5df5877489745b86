import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names that Windows gives to devices, whatever stands behind a dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Whether a path that a host names stays in the folder it is written to, on every system: relative,
 * without `..`, and without what Windows reads as a drive, a stream or a separator.
 */
export function isSafePath(path: string): boolean {
	return (
		path.length > 0 &&
		path.length < 1024 &&
		// eslint-disable-next-line no-control-regex
		!/[\\:\u0000-\u001f]/.test(path) &&
		path.split('/').every(part => !['', '.', '..'].includes(part) && !device.test(part))
	);
}

/** Makes the folders of a safe path below `root`; undefined when one of them is a link or a file. */
export async function folderFor(root: string, path: string): Promise<string | undefined> {
	let folder = root;
	await mkdir(root, { recursive: true });
	for (const part of path.split('/').slice(0, -1)) {
		folder = join(folder, part);
		await mkdir(folder).catch((error: unknown) => {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
				throw error;
			}
		});
		if (!(await lstat(folder)).isDirectory()) {
			return undefined;
		}
	}
	return folder;
}
