import { expect, test } from 'vitest';
import { ownPhrases } from '../../../../../src/core/dataset/findings/phraseList';
import {
	behaviourReport,
	type BehaviourQuestion,
} from '../../../../../src/core/responses/behaviour/behaviourReport';

function question(
	answers: Readonly<Record<string, readonly (string | undefined)[]>>,
	reference?: string,
): BehaviourQuestion {
	const count = Math.max(...Object.values(answers).map(({ length }) => length));
	return {
		prompts: Array.from({ length: count }, (_, i) => ({ id: `p${i}`, asked: 'What is it?' })),
		models: Object.entries(answers).map(([label, texts]) => ({
			label,
			answers: texts.map(text =>
				text === undefined ? undefined : { response: text, finishReason: 'stop' as const },
			),
		})),
		...(reference === undefined ? {} : { reference }),
		phrases: ownPhrases,
	};
}

const plain = (i: number): string => `It is the thing number ${i} that stands in the shed.`;
const twenty = Array.from({ length: 20 }, (_, i) => plain(i));
const dressed = twenty.map((text, i) =>
	i < 14 ? `Great question! ${text}\n\n- one\n- two` : text,
);

test('a model is compared with the reference, and each figure names the prompts that it counts', () => {
	const report = behaviourReport(question({ base: twenty, dpo: dressed }, 'base'));
	const [base, dpo] = report.models;
	const list = dpo?.traits.find(({ trait }) => trait === 'list');
	expect(list).toMatchObject({ answers: 14, shift: { value: 0.7, isClear: true } });
	expect(list?.promptIds).toEqual(Array.from({ length: 14 }, (_, i) => `p${i}`));
	expect(base?.traits.every(({ shift }) => shift === undefined)).toBe(true);
	expect(dpo?.longer).toEqual(list?.promptIds);
	expect(base?.says).toEqual([]);
});

test('phrases come with the prompts that say them, and a mark of the beginning counts as one', () => {
	const report = behaviourReport(question({ base: twenty, dpo: dressed }, 'base'));
	const said = report.models[1]?.says ?? [];
	expect(said[0]?.phrase).toBe('^ great');
	for (const { answers, promptIds } of said) {
		expect(promptIds).toHaveLength(answers);
	}
});

test('without a reference there are rates alone', () => {
	const report = behaviourReport(question({ base: twenty, dpo: dressed }));
	expect(report.reference).toBeUndefined();
	for (const { traits, says, charactersShift } of report.models) {
		expect(traits.every(({ shift }) => shift === undefined)).toBe(true);
		expect([says, charactersShift]).toEqual([[], undefined]);
	}
});

test('answers that are not there are neither counted nor listed', () => {
	const report = behaviourReport(
		question({ base: twenty, dpo: dressed.map((text, i) => (i < 10 ? undefined : text)) }, 'base'),
	);
	expect(report.models[1]).toMatchObject({ answers: 10, charactersShift: { prompts: 10 } });
	expect(report.models[1]?.longer).toEqual(['p10', 'p11', 'p12', 'p13']);
	const none = behaviourReport(question({ base: [undefined], dpo: [undefined] }, 'base'));
	expect(none.models.map(({ answers, longer }) => [answers, longer])).toEqual([
		[0, []],
		[0, []],
	]);
});
