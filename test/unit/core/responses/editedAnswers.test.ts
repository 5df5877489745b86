import { describe, expect, it } from 'vitest';
import {
	foldEdits,
	parseEditEvent,
	type EditEvent,
} from '../../../../src/core/responses/answerEdit';
import { editedRows } from '../../../../src/core/responses/editedAnswers';
import type { PairSource } from '../../../../src/core/responses/preferencePairs';
import { parseResponse } from '../../../../src/core/responses/response';

const sha256 = (text: string): string => `hash of ${text}`;
const original = 'Helicopters are machines of metal, so a human cannot eat any of them.';

function edit(change: Partial<EditEvent> = {}): EditEvent {
	return {
		schemaVersion: 1,
		id: 'e1',
		time: '2026-11-28T08:00:00Z',
		voter: 'ada',
		promptId: 'p',
		label: 'sft',
		answer: sha256(original),
		text: 'None.',
		use: 'pair',
		...change,
	};
}

function source(change: Partial<PairSource> = {}): PairSource {
	const answer = parseResponse(JSON.stringify({ promptId: 'p', response: original }), 'sft');
	if (typeof answer === 'string') {
		throw new Error(answer);
	}
	return {
		comparisonId: 'c',
		models: [{ label: 'sft', ref: 'run:01@4' }],
		votes: [],
		messages: () => [{ role: 'user', content: 'How many?' }],
		response: label => (label === 'sft' ? answer : undefined),
		sha256,
		...change,
	};
}

const rowsOf = (change: Partial<EditEvent>, from: Partial<PairSource> = {}) =>
	editedRows(source(from), foldEdits([edit(change)]));

describe('edited answers', () => {
	it('are chosen over their original, with how like it they are and where they are from', () => {
		const { pairs, examples, skipped } = rowsOf({});
		expect([examples, skipped]).toEqual([[], []]);
		expect(pairs).toHaveLength(1);
		expect(pairs[0]?.row).toEqual({
			prompt: [{ role: 'user', content: 'How many?' }],
			chosen: [{ role: 'assistant', content: 'None.' }],
			rejected: [{ role: 'assistant', content: original }],
		});
		expect(pairs[0]?.provenance).toMatchObject({
			rule: 'edit',
			editId: 'e1',
			voter: 'ada',
			use: 'pair',
			similarity: 0,
			edited: { sha256: 'hash of None.' },
			original: { label: 'sft', ref: 'run:01@4', sha256: sha256(original) },
		});
		const near = rowsOf({ text: original.replace('any', 'one') }).pairs[0]?.provenance;
		expect(near?.similarity).toBeGreaterThan(0.9);
	});

	it('that are examples of their own make no pair', () => {
		const { pairs, examples } = rowsOf({ use: 'sft' });
		expect(pairs).toEqual([]);
		expect(examples.map(({ row }) => row)).toEqual([
			{
				prompt: [{ role: 'user', content: 'How many?' }],
				completion: [{ role: 'assistant', content: 'None.' }],
			},
		]);
	});

	it('make no row where the original is another, hosted or of a benchmark, or the text is none', () => {
		const reasonOf = (change: Partial<EditEvent>, from: Partial<PairSource> = {}) => {
			const { pairs, examples, skipped } = rowsOf(change, from);
			expect([...pairs, ...examples]).toEqual([]);
			return skipped.map(({ reason }) => reason);
		};
		expect(reasonOf({ answer: 'hash of another' })).toEqual(['answerChanged']);
		expect(reasonOf({ label: 'gone' })).toEqual(['answerMissing']);
		expect(reasonOf({ text: ' \n' })).toEqual(['emptyChosen']);
		expect(reasonOf({ text: `${original}\n` })).toEqual(['identical']);
		expect(reasonOf({}, { licenceNote: () => 'their terms' })).toEqual(['hosted']);
		expect(reasonOf({}, { benchmark: () => 'MT-Bench' })).toEqual(['benchmark']);
		const taken = rowsOf({}, { licenceNote: () => 'their terms', withHosted: true }).pairs;
		expect(taken[0]?.provenance.original.licenceNote).toBe('their terms');
	});

	it('stand as the last line of their voter says, and are gone when it takes them back', () => {
		const later = edit({ id: 'e2', text: 'Zero.', use: 'pairWithSft' });
		expect(foldEdits([edit(), later])).toEqual([later]);
		expect(foldEdits([edit(), edit({ id: 'e3', text: '', use: 'none' })])).toEqual([]);
		expect(foldEdits([edit(), edit({ id: 'e4', label: 'dpo' })])).toHaveLength(2);
	});

	it('are read from a line, or it is said what is wrong with it', () => {
		expect(parseEditEvent(JSON.stringify(edit()))).toEqual(edit());
		expect(parseEditEvent('{"schemaVersion":2}')).toMatch(/newer/);
		expect(parseEditEvent('{"schemaVersion":1}')).toMatch(/missing/);
		expect(parseEditEvent(JSON.stringify({ ...edit(), use: 'other' }))).toMatch(/use/);
		expect(parseEditEvent('{')).toMatch(/JSON/);
	});
});
