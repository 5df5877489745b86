import { stat } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { hashFile } from './datasetStore';

/** SHA-256 of files, each read again only when its size or its time has changed. */
export class FileHashes {
	readonly #known = new Map<string, { readonly mark: string; readonly sha256: string }>();

	async of(path: string): Promise<Result<string>> {
		let mark: string;
		try {
			const { size, mtimeNs, ino } = await stat(path, { bigint: true });
			mark = `${size}:${mtimeNs}:${ino}`;
		} catch (error) {
			const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
			const code = missing ? 'fileMissing' : 'fileUnreadable';
			return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
		}
		const known = this.#known.get(path);
		if (known?.mark === mark) {
			return ok(known.sha256);
		}
		const hashed = await hashFile(path);
		if (!hashed.ok) {
			return hashed;
		}
		this.#known.set(path, { mark, sha256: hashed.value.sha256 });
		return ok(hashed.value.sha256);
	}

	/** Of several files together, with their order. */
	async ofAll(paths: readonly string[]): Promise<Result<readonly string[]>> {
		const hashes: string[] = [];
		for (const path of paths) {
			const hash = await this.of(path);
			if (!hash.ok) {
				return hash;
			}
			hashes.push(hash.value);
		}
		return ok(hashes);
	}
}
