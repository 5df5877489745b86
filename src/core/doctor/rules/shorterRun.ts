import type { RunView } from '../runView';

/**
 * Keys of the recipe that make a run of several epochs shorter: half of its epochs, or those up to
 * one. Where the recipe gives steps those count, and epochs would change nothing. Undefined where it
 * cannot be shorter by whole epochs.
 *
 * @param best where it went best
 */
export function shorterRun(
	run: RunView,
	best?: { readonly step: number; readonly epoch: number },
): Readonly<Record<string, unknown>> | undefined {
	const steps = run.facts.number('max_steps') ?? 0;
	if (steps > 0) {
		const fewer = best === undefined ? Math.round(steps / 2) : best.step;
		return fewer >= 1 && fewer < steps ? { max_steps: fewer } : undefined;
	}
	const epochs = run.facts.number('num_train_epochs') ?? 0;
	const fewer = best === undefined ? Math.floor(epochs / 2) : Math.round(best.epoch);
	return fewer >= 1 && fewer < epochs ? { num_train_epochs: fewer } : undefined;
}
