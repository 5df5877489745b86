// The person's own copy of the sample workspace.
import { cpSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { root } from './places.mjs';

/** Made once; what a person changed in it stays. */
export async function ensureSampleWorkspace() {
	const folder = process.env.WINDSOCK_SAMPLE || path.join(homedir(), 'windsock-sample');
	if (!existsSync(folder)) {
		cpSync(path.join(root, 'media', 'sample'), folder, { recursive: true });
	}
	return folder;
}
