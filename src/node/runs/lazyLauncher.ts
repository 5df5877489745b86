import type { Launcher } from '../../core/training/launchRequest';

/**
 * A launcher that is loaded with its first use. What launching needs (recipes, YAML, conversion)
 * would otherwise hold up the start of every window.
 */
export function lazyLauncher(load: () => Promise<Launcher>): Launcher {
	let loaded: Promise<Launcher> | undefined;
	const launcher = (): Promise<Launcher> => (loaded ??= load());
	return {
		launchTraining: async (...args) => (await launcher()).launchTraining(...args),
		launchGenerate: async (...args) => (await launcher()).launchGenerate(...args),
	};
}
