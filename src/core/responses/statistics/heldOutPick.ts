import { shuffled } from '../shuffle';
import type { Vote } from '../vote';
import { wilsonInterval, type Interval } from '../wilson';

export interface HeldOutPick {
	/** The model that did best on the first half of the prompts. */
	readonly label: string;
	readonly chosenOn: number;
	readonly chosenShare: number;
	readonly confirmedOn: number;
	/** Its share of the votes on the prompts held back, a tie shared by all; 95% Wilson interval. */
	readonly confirmed: { readonly value: number } & Interval;
	/** What it would have if no model were better. */
	readonly expected: number;
	/** The interval lies above `expected`. */
	readonly isConfirmed: boolean;
}

/** On fewer prompts a half says nothing. */
const fewestPrompts = 10;

/**
 * Picks the best of three models or more on a half of the prompts and measures it on the other: the best of many
 * on the same prompts is partly luck, so its share there is too high (Cawley & Talbot 2010). The halves
 * depend on the seed and the prompts only. Undefined below ten prompts a half, or for a pick at par.
 */
export function heldOutPick(
	votes: readonly Vote[],
	labels: readonly string[],
	seed: string,
): HeldOutPick | undefined {
	const ids = shuffled([...new Set(votes.map(({ promptId }) => promptId))].toSorted(), seed);
	const half = Math.ceil(ids.length / 2);
	if (labels.length < 3 || ids.length - half < fewestPrompts) {
		return undefined;
	}
	const [choosing, holding] = [new Set(ids.slice(0, half)), new Set(ids.slice(half))];
	const shares = labels
		.map(label => ({ label, ...shareOf(votes, label, choosing) }))
		.filter(({ prompts }) => prompts >= fewestPrompts)
		.toSorted((a, b) => b.share - b.expected - (a.share - a.expected));
	const [best, second] = shares;
	if (!best || (second && best.share - best.expected <= second.share - second.expected)) {
		return undefined;
	}
	const held = shareOf(votes, best.label, holding);
	const interval = wilsonInterval(held.share * held.prompts, held.prompts);
	return interval && held.prompts >= fewestPrompts
		? {
				label: best.label,
				chosenOn: best.prompts,
				chosenShare: best.share,
				confirmedOn: held.prompts,
				confirmed: { value: held.share, ...interval },
				expected: held.expected,
				isConfirmed: interval.low > held.expected,
			}
		: undefined;
}

/** Mean over prompts where the model was shown; several voters of one prompt count once. */
function shareOf(
	votes: readonly Vote[],
	label: string,
	ids: ReadonlySet<string>,
): { readonly share: number; readonly expected: number; readonly prompts: number } {
	const shown = votes.filter(vote => ids.has(vote.promptId) && vote.order.includes(label));
	const byPrompt = [...Map.groupBy(shown, ({ promptId }) => promptId).values()];
	const mean = (of: (vote: Vote) => number): number =>
		byPrompt.reduce(
			(sum, own) => sum + own.reduce((part, vote) => part + of(vote), 0) / own.length,
			0,
		) / byPrompt.length;
	return {
		share: mean(({ verdict, best, order }) =>
			verdict === 'best' ? (best === label ? 1 : 0) : 1 / order.length,
		),
		expected: mean(({ order }) => 1 / order.length),
		prompts: byPrompt.length,
	};
}
