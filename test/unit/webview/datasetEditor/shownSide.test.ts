import { describe, expect, it } from 'vitest';
import type { TokensSide } from '../../../../src/core/contract/runFiles.generated';
import type { TokensView } from '../../../../src/protocol/datasetTokens';
import { shownSides, tokenWords } from '../../../../webview/datasetEditor/tokens/shownSide';

const pieces = ['<u>', 'Hi', '</s>', '<a>', 'Yes', '.', '</s>'];

function side(more: Partial<TokensSide> = {}): TokensSide {
	return {
		name: 'text',
		text: pieces.join(''),
		isExact: true,
		ids: pieces.map((_, i) => 10 + i),
		pieces,
		special: [{ at: 0, name: '<u>' }],
		loss: [[4, 7]],
		start: 0,
		stop: 7,
		hasSeam: false,
		messages: [
			{ message: 0, role: 'user', start: 0, stop: 3 },
			{ message: 1, role: 'assistant', start: 3, stop: 7 },
		],
		...more,
	};
}

function sectionsOf(of: TokensSide): unknown[] {
	const view: TokensView = {
		id: 1,
		stamp: '',
		changes: [],
		trainer: { kind: 'shown', answer: { sides: [of] } },
	};
	return (shownSides(view)[0]?.sections ?? []).map(
		({ role, tokens, trained, isBehindCut, hasCut, chunks }) => [
			role,
			tokens,
			trained,
			`${hasCut ? '|' : ''}${isBehindCut ? 'behind' : 'read'}`,
			chunks.map(({ from, to }) => of.pieces.slice(from, to).join('')).join(''),
		],
	);
}

describe('the sides that the page draws', () => {
	it('have a section for each message with its counts', () => {
		expect(sectionsOf(side())).toEqual([
			['user', 3, 0, 'read', '<u>Hi</s>'],
			['assistant', 4, 3, 'read', '<a>Yes.</s>'],
		]);
	});

	it('have the cut inside of a message, and say no counts of it twice', () => {
		expect(sectionsOf(side({ stop: 5 }))).toEqual([
			['user', 3, 0, 'read', '<u>Hi</s>'],
			['assistant', 4, 1, 'read', '<a>Yes'],
			[undefined, undefined, undefined, '|behind', '.</s>'],
		]);
	});

	it('have the cut between two messages', () => {
		expect(sectionsOf(side({ stop: 3 }))).toEqual([
			['user', 3, 0, 'read', '<u>Hi</s>'],
			['assistant', 4, 0, '|behind', '<a>Yes.</s>'],
		]);
	});

	it('have the cut before what is read where the end is kept', () => {
		expect(sectionsOf(side({ start: 2 }))).toEqual([
			['user', 3, 0, 'behind', '<u>Hi'],
			[undefined, undefined, undefined, '|read', '</s>'],
			['assistant', 4, 3, 'read', '<a>Yes.</s>'],
		]);
	});

	it('are one section for plain text, in stretches that are drawn as they come into view', () => {
		const many = Array.from({ length: 1000 }, () => 'a');
		const of = side({
			text: many.join(''),
			pieces: many,
			ids: many.map(() => 1),
			messages: [],
			loss: [[0, 1000]],
			stop: 1000,
		});
		const answer = { sides: [of] } as const;
		const view: TokensView = {
			id: 1,
			stamp: '',
			changes: [],
			trainer: { kind: 'shown', answer: { sides: [...answer.sides] } },
		};
		const [shown] = shownSides(view);
		expect(shown?.sections.map(({ chunks }) => chunks)).toEqual([
			[
				{ from: 0, to: 400 },
				{ from: 400, to: 800 },
				{ from: 800, to: 1000 },
			],
		]);
	});

	it('are those of this machine until the host has answered, without a word of loss', () => {
		const { text, ids } = side();
		const view: TokensView = {
			id: 1,
			stamp: '',
			changes: [],
			trainer: { kind: 'loading', message: 'Loading' },
			local: { kind: 'sides', sides: [{ name: 'text', text, ids, pieces, special: [] }] },
		};
		const [shown] = shownSides(view);
		expect(shown?.loss).toBeUndefined();
		expect(shown && tokenWords(shown, 1)).toBe('"Hi", id 11, token 2 of 7');
	});

	it('are put into words for a screen reader', () => {
		const view: TokensView = {
			id: 1,
			stamp: '',
			changes: [],
			trainer: { kind: 'shown', answer: { sides: [side()] } },
		};
		const [shown] = shownSides(view);
		expect(shown && tokenWords(shown, 0)).toBe('<u>, id 10, token 1 of 7, special token, no loss');
		expect(shown && tokenWords(shown, 4)).toBe('"Yes", id 14, token 5 of 7, carries loss');
	});
});
