import type { PreflightKind } from './preflightReport';

/**
 * Of a dataset that was made of one's own votes every prompt stands in a set that was answered: that is said
 * once, as what it is, instead of prompt by prompt as a leak.
 *
 * @param ownVotes positions of the datasets that were made of votes
 */
export function spentOnce(
	kinds: readonly PreflightKind[],
	ownVotes: ReadonlySet<number>,
): PreflightKind[] {
	return kinds.flatMap(kind => {
		const { code, dataset = 0, rows, ofRow } = kind;
		if (code !== 'promptInOtherSet' || !ownVotes.has(dataset)) {
			return [kind];
		}
		// Prompts of the evaluation data are no voted prompts.
		const spent = rows.filter(row => ofRow.get(row)?.['kind'] === 'promptSet');
		const others = rows.filter(row => !spent.includes(row));
		if (spent.length === 0) {
			return [kind];
		}
		const told: PreflightKind = {
			part: 'data',
			code: 'promptsSpent',
			severity: 'info',
			dataset,
			rows: [],
			ofRow: new Map(),
			values: { prompts: spent.length },
		};
		return others.length === 0 ? [told] : [{ ...kind, rows: others }, told];
	});
}
