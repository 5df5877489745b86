import type { WindsockError } from '../../core/base/errors';
import type { Comparison } from '../../core/responses/comparison';
import type { VotePlan } from '../../core/responses/voterSet';
import type { ComparisonStore } from '../../node/responses/comparisonStore';

/** What is on record of how one voter goes about one comparison: the plan, and that counts were seen. */
export class VoterNotes {
	constructor(
		private readonly comparisonId: string,
		private readonly voter: string,
		private readonly store: Pick<ComparisonStore, 'note'>,
		private readonly showError: (error: WindsockError) => void,
	) {}

	/** What the voter goes by: the plan that was kept, or one for all prompts until the first vote. */
	planOf(comparison: Comparison): VotePlan {
		const kept = comparison.sets?.get(this.voter)?.plan;
		if (kept) {
			return kept;
		}
		return this.hasVoted(comparison)
			? { look: 'anytime', lanes: 'all' }
			: { look: 'planned', prompts: comparison.prompts.length, lanes: 'all' };
	}

	hasVoted(comparison: Comparison): boolean {
		const skips = comparison.sets?.get(this.voter)?.skips.size ?? 0;
		return skips > 0 || comparison.votes.some(vote => vote.voter === this.voter);
	}

	/** A plan counts only when it was made before the first vote, so that one is on record by then. */
	async keepPlan(comparison: Comparison): Promise<boolean> {
		const isKept = comparison.sets?.get(this.voter)?.plan !== undefined;
		return isKept || this.hasVoted(comparison) || this.notePlan(this.planOf(comparison));
	}

	/** False when it could not be written, which the person has been told by then. */
	notePlan(plan: VotePlan): Promise<boolean> {
		return this.#note({ voter: this.voter, kind: 'plan', plan });
	}

	/** As `notePlan`; votes after it are marked. */
	noteTallySeen(): Promise<boolean> {
		return this.#note({ voter: this.voter, kind: 'tallySeen' });
	}

	async #note(note: Parameters<ComparisonStore['note']>[1]): Promise<boolean> {
		const noted = await this.store.note(this.comparisonId, note);
		if (!noted.ok) {
			this.showError(noted.error);
		}
		return noted.ok;
	}
}
