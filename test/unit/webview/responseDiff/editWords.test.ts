import { expect, it } from 'vitest';
import { editSentence, proposedUse } from '../../../../webview/responseDiff/editWords';

it('proposes an example instead of a pair of nearly the same answers, and says why', () => {
	expect([0.1, 0.79, 0.8, 1].map(proposedUse)).toEqual(['pair', 'pair', 'sft', 'sft']);
	expect(editSentence(0.3, 'pair')).toBe(
		'30% of words in common with the original. The edited answer is chosen over the original.',
	);
	expect(editSentence(0.92, 'pair')).toContain('can lower the probability of both answers');
	expect(editSentence(0.92, 'pairWithSft')).toContain(
		'loss_type: [sigmoid, sft] with loss_weights: [1, 0.2]',
	);
	expect(editSentence(0.92, 'sft')).toContain('example for SFT');
});
