import { expect, test } from 'vitest';
import { ownPhrases } from '../../../../src/core/dataset/findings/phraseList';
import { behaviourReport } from '../../../../src/core/responses/behaviour/behaviourReport';
import { barRows, unseenTraits } from '../../../../webview/responseDiff/behaviourWords';

const answersOf = (texts: readonly string[]) =>
	texts.map(response => ({ response, finishReason: 'stop' as const }));
const { models } = behaviourReport({
	prompts: Array.from({ length: 10 }, (_, i) => ({ id: `p${i}` })),
	models: [
		{ label: 'base', answers: answersOf(Array.from({ length: 10 }, () => 'A plain sentence.')) },
		{
			label: 'dpo',
			answers: answersOf(
				Array.from({ length: 10 }, (_, i) => (i < 6 ? '- one\n- two and more' : 'A plain one.')),
			),
		},
	],
	reference: 'base',
	phrases: ownPhrases,
});

test('a bar says its figure, the difference and the prompts, and in words all of it', () => {
	const list = barRows(models, 'base').find(({ id }) => id === 'list');
	expect(list?.bars[0]).toMatchObject({ figure: '0%', isClear: false, promptIds: [] });
	expect(list?.bars[0]?.shift).toBeUndefined();
	expect(list?.bars[1]).toMatchObject({
		figure: '60%',
		shift: '+60',
		isClear: true,
		chip: 'dpo has a list',
		promptIds: ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'],
	});
	expect(list?.bars[1]?.words).toMatch(
		/^dpo has a list in 6 of 10 answers, 60% \(31–83%\); \+60 points against base on the 10 prompts that both answered, 95% between \+28 points and \+92 points\. Lists these prompts\.$/,
	);
});

test('lengths stand beside each other on one scale, with the difference in characters', () => {
	const [length] = barRows(models, 'base');
	expect(length).toMatchObject({ id: 'length', bars: [{ figure: '17' }, { figure: '17' }] });
	expect(length?.bars[1]?.words).toContain('±0 against base');
	expect(length?.bars[1]?.words).toContain('which may be chance');
	expect(Math.max(...(length?.bars ?? []).map(bar => bar?.interval.high ?? 0))).toBe(1);
});

test('traits of no answer have no row, and are named together', () => {
	const shown = barRows(models, 'base').map(({ id }) => id);
	expect(shown).toEqual(['length', 'list', 'lowerCaseStart'].filter(id => shown.includes(id)));
	expect(unseenTraits(models)).toContain('refuses');
	expect(unseenTraits(models)).not.toContain('has a list');
});
