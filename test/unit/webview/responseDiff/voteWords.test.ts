import { expect, test } from 'vitest';
import type { LaneView, PromptView } from '../../../../src/protocol/responseDiff';
import { statusOf } from '../../../../webview/responseDiff/voteWords';

function lane(key: string, change: Partial<LaneView> = {}): LaneView {
	return {
		key,
		text: `Answer ${key}`,
		missing: false,
		cut: false,
		failed: false,
		findings: [],
		...change,
	};
}

function view(change: Partial<PromptView> = {}): PromptView {
	return {
		index: 0,
		id: 'p',
		messages: [],
		tags: [],
		lanes: [lane('a'), lane('b')],
		votable: true,
		...change,
	};
}

test('before a vote it asks, waits, or says that the answers are equal', () => {
	expect(statusOf(view(), 3)).toBe('Which answer is best?');
	const coming = [lane('a'), lane('b', { text: undefined })];
	expect(statusOf(view({ lanes: coming, votable: false }), 3)).toContain('still coming');
	const gone = [lane('a'), lane('b', { text: undefined, missing: true })];
	expect(statusOf(view({ lanes: gone, votable: false }), 3)).toContain('at least two');
	const equal = [lane('a', { text: 'x' }), lane('b', { text: 'x' })];
	expect(statusOf(view({ lanes: equal }), 3)).toContain('Both answers are equal');
});

test('after a vote it names the winner, the pairs and what is left', () => {
	const lanes = [lane('a'), lane('b', { model: { label: 'sft', ref: 'run:1' } })];
	const vote = { verdict: 'best', best: 'b', blind: true, pairs: 1, leftOut: [] } as const;
	expect(statusOf(view({ lanes, vote }), 2)).toBe(
		'Answer 2 is best: sft. 1 preference pair. 2 still without a vote.',
	);
	const tie = {
		verdict: 'tie',
		blind: true,
		pairs: 0,
		leftOut: ['a tie makes no pair'],
	} as const;
	expect(statusOf(view({ lanes, vote: tie }), 0)).toBe(
		'A tie. No pair (a tie makes no pair). All prompts have a vote.',
	);
});
