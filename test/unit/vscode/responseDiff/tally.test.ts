import { expect, test } from 'vitest';
import type { Comparison } from '../../../../src/core/responses/comparison';
import type { Vote } from '../../../../src/core/responses/vote';
import { tallyOf } from '../../../../src/vscode/responseDiff/tally';

function comparison(labels: readonly string[], winners: readonly string[]): Comparison {
	return {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'n',
			createdAt: '',
			models: labels.map(label => ({ label, ref: `path:${label}` })),
		},
		prompts: [],
		responses: new Map(),
		votes: winners.map((best, i): Vote => ({
			id: `${i}`,
			time: '',
			voter: 'ada',
			promptId: `p${i}`,
			verdict: 'best',
			best,
			order: labels,
			blind: true,
			answers: {},
		})),
		brokenLines: [],
	};
}

test('the tally of three models has ratings, from the highest down; of two it has shares', () => {
	const winners = ['b', 'a', 'c', 'b', 'b', 'c', 'b', 'a', 'b', 'b', 'c', 'c', 'b', 'a'];
	const three = tallyOf(comparison(['a', 'b', 'c'], winners), () => false);
	expect(three.rows.map(({ label, wins }) => [label, wins])).toEqual([
		['b', 7],
		['c', 4],
		['a', 3],
	]);
	expect(three.rows[0]?.rating).toMatchObject({ label: 'b', rank: 1 });
	const two = tallyOf(comparison(['a', 'b'], ['b', 'a', 'b']), () => false);
	expect(two.rows.map(({ label, rating }) => [label, rating])).toEqual([
		['a', undefined],
		['b', undefined],
	]);
	expect(tallyOf(comparison(['a', 'b', 'c'], []), () => false).rows[0]?.rating).toBeUndefined();
});

test('a model that never lost stands first and one that never won last, both without a rating', () => {
	const some = comparison(['d', 'a', 'b'], ['a', 'b', 'a', 'b']);
	const met = comparison(['c', 'a'], ['c']).votes.map(vote => ({ ...vote, promptId: 'q' }));
	const models = [...some.header.models, { label: 'c', ref: 'c' }];
	const { rows } = tallyOf(
		{
			...some,
			header: { ...some.header, models },
			votes: [...some.votes, ...met],
		},
		() => false,
	);
	expect(rows.map(({ label, rating }) => [label, rating?.notEstimable])).toEqual([
		['c', 'unbeaten'],
		['a', undefined],
		['b', undefined],
		['d', 'winless'],
	]);
});
