import { expect, test } from 'vitest';
import { summariseComparison, type Comparison } from '../../../../src/core/responses/comparison';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { parseResponse, type ModelResponse } from '../../../../src/core/responses/response';
import type { Vote } from '../../../../src/core/responses/vote';
import { wilsonInterval } from '../../../../src/core/responses/wilson';

function answers(model: string, texts: readonly string[]): [string, Map<string, ModelResponse>] {
	const map = new Map<string, ModelResponse>();
	for (const [i, response] of texts.entries()) {
		const parsed = parseResponse(
			JSON.stringify({
				promptId: `p${i}`,
				promptIndex: i,
				response,
				finishReason: i === 0 ? 'length' : 'stop',
				tokens: { prompt: 3, response: 10 + i },
			}),
			model,
		);
		if (typeof parsed !== 'string') {
			map.set(parsed.promptId, parsed);
		}
	}
	return [model, map];
}

function vote(promptId: string, voter: string, best?: string): Vote {
	return {
		id: `${promptId}${voter}`,
		time: '',
		voter,
		promptId,
		verdict: best === undefined ? 'tie' : 'best',
		best,
		order: ['base', 'sft'],
		blind: true,
		answers: {},
	};
}

test('a summary counts answers, equal answers, lengths and wins by prompt', () => {
	const comparison: Comparison = {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'n',
			createdAt: '',
			models: [
				{ label: 'base', ref: 'base' },
				{ label: 'sft', ref: 'run:1' },
			],
		},
		prompts: readPromptSet(
			[0, 1, 2, 3].map(i => JSON.stringify({ id: `p${i}`, prompt: 'x' })).join('\n'),
		).prompts,
		responses: new Map([
			answers('base', ['one two', 'same', 'abcd', 'w']),
			answers('sft', ['one three', 'same', 'ab cd']),
		]),
		votes: [
			vote('p0', 'ada', 'sft'),
			vote('p0', 'bob', 'base'),
			vote('p1', 'ada'),
			vote('p2', 'ada', 'sft'),
		],
		brokenLines: [],
	};
	const summary = summariseComparison(comparison);
	expect(summary).toMatchObject({
		prompts: 4,
		identicalAnswers: 1,
		reference: 'base',
		votes: { voters: 2, prompts: 3, decided: 3, ties: 1, bothBad: 0 },
	});
	expect(summary.models[1]).toMatchObject({
		answers: 3,
		missing: 1,
		cut: 1,
		meanTokens: 11,
		wins: 1.5,
		decided: 2,
		identicalToReference: 1,
		winRate: { share: 0.75 },
	});
	expect(summary.models[1]?.sharedWithReference).toBeCloseTo((0.5 + 1 + 0) / 3);
	expect(summary.models[0]?.winRate?.share).toBe(0.25);
});

test('the Wilson interval of 8 in 8 is 68 to 100, and nothing is known of none', () => {
	const interval = wilsonInterval(8, 8);
	expect(interval?.low).toBeCloseTo(0.6756, 3);
	expect(interval?.high).toBe(1);
	expect(wilsonInterval(0, 0)).toBeUndefined();
});
