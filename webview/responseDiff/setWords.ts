import { plannedPrompts } from '../../src/core/responses/statistics/promptsNeeded';
import type { VotePlan } from '../../src/core/responses/voterSet';
import type { SetView } from '../../src/protocol/responseDiff';

/** Prompts that show 55% against 45%, a difference of 10 points, four times in five. */
export const promptsForTenPoints = plannedPrompts(0.55) ?? Infinity;

/** The next way to look: all prompts, as many as ten points need where there are more, any time. */
export function nextLook({ plan, prompts }: SetView): VotePlan {
	const { lanes } = plan;
	if (plan.look === 'anytime') {
		return { look: 'planned', prompts, lanes };
	}
	return plan.prompts === prompts && prompts > promptsForTenPoints
		? { look: 'planned', prompts: promptsForTenPoints, lanes }
		: { look: 'anytime', lanes };
}

export function nextLanes({ plan, pairable }: SetView): VotePlan {
	return { ...plan, lanes: pairable && plan.lanes === 'all' ? 'pairs' : 'all' };
}

/** What the plan means, in two sentences. */
export function planWords({ plan, prompts }: SetView): string {
	if (plan.look === 'anytime') {
		return 'You may end whenever you like. The interval then holds at any time, and is wider.';
	}
	const planned = plan.prompts ?? prompts;
	const share = smallestShare(planned);
	const shows =
		share === undefined
			? 'That is too few to tell two models apart.'
			: `That shows ${share}% against ${100 - share}%, four times in five.`;
	const more =
		planned < promptsForTenPoints
			? ` A difference of 10 points takes about ${promptsForTenPoints} prompts.`
			: '';
	return `Counts come after ${planned} ${planned === 1 ? 'prompt' : 'prompts'}. ${shows}${more}`;
}

/** The smallest share, in percent, that so many prompts tell from one half; undefined for none. */
export function smallestShare(prompts: number): number | undefined {
	for (let percent = 51; percent < 100; percent++) {
		if ((plannedPrompts(percent / 100) ?? Infinity) <= prompts) {
			return percent;
		}
	}
	return undefined;
}
