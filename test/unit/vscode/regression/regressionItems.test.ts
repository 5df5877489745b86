import { expect, it } from 'vitest';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { regressionItems } from '../../../../src/vscode/regression/regressionItems';

it('lists first what changed sides, then what fails and why, then each model', () => {
	const { prompts } = readPromptSet('{"id":"p","prompt":"How  many\\nhelicopters?"}\n');
	const model = (label: string, verdict: 'pass' | 'fail', reasons: readonly string[]) => ({
		label,
		passed: verdict === 'pass' ? 1 : 0,
		failed: verdict === 'pass' ? 0 : 1,
		unknown: 0,
		answers: [{ promptId: 'p', verdict, reasons }],
	});
	const { title, items } = regressionItems(
		{
			prompts: 1,
			unpinned: 0,
			models: [model('old', 'pass', []), model('new', 'fail', ['it lacks “None”'])],
			flips: [{ promptId: 'p', from: 'old', to: 'new', now: 'fails' }],
		},
		prompts,
	);
	expect(title).toBe('Regression Set: 1 changed sides, 1 for the worse');
	expect(items).toEqual([
		{ separator: 'Changed sides' },
		{
			label: '$(error) p',
			description: 'old → new: now fails',
			detail: 'How many helicopters?',
		},
		{ separator: 'Failed or not known' },
		{ label: '$(error) p', description: 'new fails', detail: 'it lacks “None”' },
		{ separator: 'Models' },
		{ label: 'old', description: '1 of 1 passed' },
		{ label: 'new', description: '0 of 1 passed' },
	]);
});
