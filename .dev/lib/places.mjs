// Where the developer commands find and keep things. Nothing but Node's own modules here: this
// runs before the dependencies are there.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What is made once and shared by checkouts; each entry is keyed by a version or a hash. */
export const cacheRoot = path.join(
	process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
	'windsock',
);

/** The product's own default of `envRoot` and `models` on the `local` host. */
export const environmentsRoot = path.join(homedir(), '.windsock', 'envs');
export const modelsRoot = path.join(homedir(), '.windsock', 'models');

export const pinnedNode = path.join(root, 'node_modules', 'node', 'bin', 'node');

/** A tool of the dependencies. */
export function tool(name) {
	return path.join(root, 'node_modules', '.bin', name);
}
