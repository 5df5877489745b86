import { WindsockError } from '../../core/base/errors';
import { isSafePath } from './safePath';
import type { TransferSession } from './transferSession';

export interface FarFile {
	/** Relative to the folder, with `/`; it stays in the folder on every system. */
	readonly path: string;
	readonly size: number;
}

/** The plain files below a folder of a host. Rejects with `pathRefused` for a path that leads out. */
export async function filesOf(
	session: TransferSession,
	folder: string,
): Promise<readonly FarFile[]> {
	const answer = await session.ask(folder, { files: folder });
	let listed: unknown;
	try {
		listed = JSON.parse(new TextDecoder().decode(answer.data));
	} catch (error) {
		throw session.nonsense(error);
	}
	return (Array.isArray(listed) ? (listed as FarFile[]) : []).map(({ path, size }) => {
		if (typeof path !== 'string' || !isSafePath(path)) {
			throw new WindsockError('pathRefused', { host: session.host, path: String(path) });
		}
		if (!Number.isSafeInteger(size) || size < 0) {
			throw session.nonsense('size');
		}
		return { path, size };
	});
}
