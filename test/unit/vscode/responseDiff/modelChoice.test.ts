import { expect, test } from 'vitest';
import type { Comparison } from '../../../../src/core/responses/comparison';
import { shownLabels, type ViewContext } from '../../../../src/vscode/responseDiff/comparisonViews';
import { ModelChoice } from '../../../../src/vscode/responseDiff/modelChoice';

const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const comparison = {
	header: { id: 'c', models: labels.map(label => ({ label, ref: label })) },
	prompts: [],
} as unknown as Comparison;

function contextOf(choice: ModelChoice): ViewContext {
	return { blind: true, plan: { lanes: 'all' }, chosen: choice.labels } as unknown as ViewContext;
}

test('of eight models six are shown, until others are chosen', async () => {
	const choice = new ModelChoice();
	expect(shownLabels(comparison, 0, contextOf(choice))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
	const asked: unknown[] = [];
	const changed = await choice.choose(comparison, contextOf(choice), (...question) => {
		asked.push(question);
		return Promise.resolve(['h', 'b']);
	});
	expect([changed, choice.count]).toEqual([true, 1]);
	expect(asked).toEqual([[labels, ['a', 'b', 'c', 'd', 'e', 'f']]]);
	// In the order of the comparison.
	expect(shownLabels(comparison, 0, contextOf(choice))).toEqual(['b', 'h']);
});

test('whoever declines, or chooses fewer than two, keeps what is shown', async () => {
	const choice = new ModelChoice();
	for (const answer of [undefined, [], ['c']]) {
		const chosen = choice.choose(comparison, contextOf(choice), () => Promise.resolve(answer));
		expect(await chosen).toBe(false);
	}
	expect([choice.count, choice.labels]).toEqual([0, undefined]);
});
