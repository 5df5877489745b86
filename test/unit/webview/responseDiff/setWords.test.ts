import { expect, test } from 'vitest';
import type { SetView } from '../../../../src/protocol/responseDiff';
import {
	nextLanes,
	nextLook,
	planWords,
	promptsForTenPoints,
	smallestShare,
} from '../../../../webview/responseDiff/setWords';

function set(prompts: number, plan: Partial<SetView['plan']> = {}): SetView {
	return {
		plan: { look: 'planned', prompts, lanes: 'all', ...plan },
		started: false,
		pairable: true,
		prompts,
		done: 0,
		target: prompts,
		skips: 0,
		tallySeen: false,
	};
}

test('one key goes through the ways to look, with fewer prompts where ten points need fewer', () => {
	expect(nextLook(set(30))).toEqual({ look: 'anytime', lanes: 'all' });
	expect(nextLook(set(30, { look: 'anytime' }))).toMatchObject({ look: 'planned', prompts: 30 });
	expect(nextLook(set(2000))).toMatchObject({ look: 'planned', prompts: promptsForTenPoints });
	expect(nextLook(set(2000, { prompts: promptsForTenPoints }))).toMatchObject({ look: 'anytime' });
	expect(nextLanes(set(30)).lanes).toBe('pairs');
	expect(nextLanes({ ...set(30), pairable: false }).lanes).toBe('all');
});

test('a plan says what it can show and what ten points take', () => {
	expect(promptsForTenPoints).toBe(783);
	expect(smallestShare(783)).toBe(55);
	expect(smallestShare(2)).toBeUndefined();
	expect(planWords(set(30))).toBe(
		'Counts come after 30 prompts. That shows 75% against 25%, four times in five. A difference of 10 points takes about 783 prompts.',
	);
	expect(planWords(set(2))).toContain('too few');
	expect(planWords(set(900))).not.toContain('10 points');
	expect(planWords(set(30, { look: 'anytime' }))).toContain('at any time');
});
