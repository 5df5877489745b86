import type { NoLengthControl } from '../../src/core/responses/statistics/lengthControl';
import type { ModelPair } from '../../src/core/responses/statistics/modelPair';
import type { Interval } from '../../src/core/responses/wilson';
import type { Tally } from '../../src/protocol/responseDiff';

export function percent(share: number): string {
	return `${Math.round(share * 100)}%`;
}

export function range({ low, high }: Interval): string {
	return `${Math.round(low * 100)}–${percent(high)}`;
}

/** The interval that the way of looking allows. */
export function intervalOf(pair: ModelPair, look: Tally['statistics']['look']): Interval {
	return look.kind === 'planned' ? pair.share : pair.anytime;
}

/** Why there is no share at equal length. */
export const noLengthWords: Readonly<Record<NoLengthControl, string>> = {
	fewPrompts: 'not estimable: one prompt',
	neverLost: 'not estimable: never lost',
	neverWon: 'not estimable: never won',
	lengthsPart: 'not estimable: lengths alone tell wins from losses',
};

/** How many more prompts would separate the two. */
export function moreWords(pair: ModelPair, look: Tally['statistics']['look']): string {
	const { low, high } = intervalOf(pair, look);
	if (low > 0.5 || high < 0.5) {
		return 'separated';
	}
	const { morePrompts } = pair;
	if (morePrompts === undefined) {
		return 'no difference to go by';
	}
	return morePrompts === 0
		? 'a few more prompts'
		: `about ${Number(morePrompts.toPrecision(2)).toLocaleString('en')} more prompts`;
}

/** What is to be known beside the table, a sentence each. */
export function tallyNotes(tally: Tally): string[] {
	const { statistics, ties, bothBad, voters, skips, afterTally } = tally;
	const { look, leftChoice, consistency, pick, agreement } = statistics;
	const notes = [
		look.kind === 'planned'
			? `${look.prompts} prompts were set before the first vote, and reached: the 95% intervals hold for that number.`
			: `${look.prompts === undefined ? 'No number was set before the first vote' : `${look.prompts} prompts were set and not reached`}: the 95% intervals hold however often you look, and are wider for it.`,
		`${count(ties, 'tie')} and ${bothBad} all bad count half a win each way. Each prompt counts once${voters > 1 ? `, with ${voters} voters` : ''}.`,
	];
	if (leftChoice) {
		const { left, votes, interval, expected } = leftChoice;
		notes.push(
			`The leftmost answer was best in ${percent(left / votes)} of ${count(votes, 'vote')} (${range(interval)}); without a leaning it would be ${percent(expected)}.`,
		);
	}
	if (consistency.same) {
		notes.push(
			`Of ${consistency.repeats} prompts that came again, ${percent(consistency.same.value)} got the same vote (${range(consistency.same)}).`,
		);
	} else if (consistency.repeats > 0) {
		notes.push(
			`${count(consistency.repeats, 'prompt')} came again; how steady the votes are is said from 20 on.`,
		);
	}
	for (const { voters: two, same, items } of agreement) {
		notes.push(`${two.join(' and ')} agree on ${percent(same)} of ${count(items, 'prompt')}.`);
	}
	if (pick) {
		notes.push(
			`${pick.label} did best on one half of the prompts (${percent(pick.chosenShare)} of ${pick.chosenOn}). On the half held back it has ${percent(pick.confirmed.value)} (${range(pick.confirmed)}), by chance ${percent(pick.expected)}: ${pick.isConfirmed ? 'confirmed' : 'not confirmed'}.`,
		);
	}
	if (skips > 0) {
		notes.push(`${count(skips, 'prompt')} put off by a skip, counted each time.`);
	}
	if (afterTally > 0) {
		notes.push(`${count(afterTally, 'vote')} given after counts were seen.`);
	}
	return notes;
}

function count(number: number, word: string): string {
	return `${number} ${number === 1 ? word : `${word}s`}`;
}
