import type { Comparison } from '../../core/responses/comparison';
import { shownLabels, type ViewContext } from './comparisonViews';
import type { ResponseDiffActions } from './responseDiffActions';

/** Which models of a comparison stand side by side, once somebody chose. */
export class ModelChoice {
	#labels: readonly string[] | undefined;
	#count = 0;

	get labels(): readonly string[] | undefined {
		return this.#labels;
	}

	/** How often somebody chose. */
	get count(): number {
		return this.#count;
	}

	/** Asks for them; false when the user declined. */
	async choose(
		comparison: Comparison,
		context: ViewContext,
		ask: ResponseDiffActions['chooseModels'],
	): Promise<boolean> {
		const labels = comparison.header.models.map(({ label }) => label);
		const chosen = await ask(labels, shownLabels(comparison, 0, { ...context, blind: false }));
		if (chosen === undefined || chosen.length < 2) {
			return false;
		}
		this.#labels = chosen;
		this.#count++;
		return true;
	}
}
