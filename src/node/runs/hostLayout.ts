import type { HostSettings } from '../../core/hosts/hostDirectory';

/** Absolute places on one host. */
export interface HostLayout {
	readonly home: string;
	readonly runs: string;
	readonly envs: string;
	readonly models: string;
	/** Uploaded inputs by content hash. */
	readonly store: string;
	/** Uploaded Python packages by content hash. */
	readonly packages: string;
	/** Interpreter of the part that needs the standard library only. */
	readonly python: string;
}

export function expandHome(home: string, path: string): string {
	return path === '~' ? home : path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}

export function hostLayout(home: string, settings: HostSettings): HostLayout {
	const place = (configured: string | undefined, name: string): string =>
		expandHome(home, configured ?? `~/.windsock/${name}`).replace(/(?<=.)\/+$/, '');
	return {
		home,
		runs: place(settings.runRoot, 'runs'),
		envs: place(settings.envRoot, 'envs'),
		models: place(undefined, 'models'),
		store: place(undefined, 'store'),
		packages: place(undefined, 'packages'),
		python: expandHome(home, settings.python ?? 'python3'),
	};
}
