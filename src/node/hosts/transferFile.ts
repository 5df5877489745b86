import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { err, ok, type Result } from '../../core/base/result';
import { unreadable, unwritable } from './hostErrors';

/** Says beforehand that this machine's side of an upload is a readable file. */
export async function checkReadable(path: string): Promise<Result<{ readonly size: number }>> {
	try {
		await access(path, constants.R_OK);
		const stats = await stat(path);
		return stats.isFile()
			? ok({ size: stats.size })
			: err(unreadable(path, new Error('it is not a file')));
	} catch (error) {
		return err(unreadable(path, error));
	}
}

/** Makes the folder of a download's target and says beforehand whether it can be written. */
export async function checkWritable(path: string): Promise<Result<void>> {
	try {
		await mkdir(dirname(path), { recursive: true });
		await access(dirname(path), constants.W_OK);
		return ok();
	} catch (error) {
		return err(unwritable(path, error));
	}
}
