import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ExportedComparison } from '../../core/responses/formats/exportComparison';
import { writeAtomically } from '../dataset/atomicWrite';

/** Writes the files below `out`. What is there with another content stays, and nothing is written. */
export async function writeExport(
	{ files }: ExportedComparison,
	out: string,
): Promise<Result<readonly string[]>> {
	const written = [...files].map(([name, text]) => ({
		file: path.join(out, ...name.split('/')),
		text,
	}));
	try {
		for (const { file, text } of written) {
			const there = await readFile(file, 'utf8').catch((error: unknown) => {
				if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
					return undefined;
				}
				throw error;
			});
			if (there !== undefined && there !== text) {
				const reason = 'a file with another content is there already';
				return err(
					new WindsockError('fileUnwritable', {
						path: file,
						reason,
						remedy: 'Choose another place, or remove it.',
					}),
				);
			}
		}
		for (const { file, text } of written) {
			await mkdir(path.dirname(file), { recursive: true });
			const done = await writeAtomically(file, async handle => {
				await handle.writeFile(text);
			});
			if (!done.ok) {
				return done;
			}
		}
	} catch (error) {
		const details = { path: out, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return ok(written.map(({ file }) => file));
}
