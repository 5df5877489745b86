import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'windsock-dataset-'));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/** A file of that name in a folder that is gone after the test. */
export async function temporaryFile(name: string, content: string | Uint8Array): Promise<string> {
	const path = join(await temporaryFolder(), name);
	await writeFile(path, content);
	return path;
}
