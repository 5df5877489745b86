import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder itself or the nearest above it that holds `.windsock`, else the folder itself. The home
 * folder does not count: what stands there belongs to the machine as a host.
 */
export function nearestWorkspace(folder: string, home: string): string {
	const here = resolve(folder);
	let at = here;
	while (at !== resolve(home)) {
		if (existsSync(join(at, '.windsock'))) {
			return at;
		}
		const above = dirname(at);
		if (above === at) {
			return here;
		}
		at = above;
	}
	return here;
}
