import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder where this system keeps what can be fetched again. */
export function cacheFolder(
	environment: Readonly<Record<string, string | undefined>> = process.env,
	platform = process.platform,
	home = homedir(),
): string {
	const named = environment['XDG_CACHE_HOME'];
	if (named) {
		return join(named, 'windsock');
	}
	switch (platform) {
		case 'darwin':
			return join(home, 'Library', 'Caches', 'windsock');
		case 'win32':
			return join(
				environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'),
				'windsock',
				'Cache',
			);
		default:
			return join(home, '.cache', 'windsock');
	}
}
