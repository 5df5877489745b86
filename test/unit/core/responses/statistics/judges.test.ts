import { expect, test } from 'vitest';
import { agreement } from '../../../../../src/core/responses/statistics/agreement';
import { consistency } from '../../../../../src/core/responses/statistics/consistency';
import { heldOutPick } from '../../../../../src/core/responses/statistics/heldOutPick';
import { leftChoice } from '../../../../../src/core/responses/statistics/leftChoice';
import { pairScores } from '../../../../../src/core/responses/statistics/pairScores';
import { voterAgreement } from '../../../../../src/core/responses/statistics/voterAgreement';
import { seededRandom } from '../../../../../src/core/responses/shuffle';
import type { Vote } from '../../../../../src/core/responses/vote';
import { statisticsReferences } from '../../../../support/statisticsReferences';

function vote(promptId: string, verdict: string, order: readonly string[], voter = 'ada'): Vote {
	const isBest = order.includes(verdict);
	return {
		id: `${promptId}-${voter}`,
		time: '',
		voter,
		promptId,
		verdict: isBest ? 'best' : (verdict as 'tie' | 'bothBad'),
		...(isBest ? { best: verdict } : {}),
		order,
		blind: true,
		answers: {},
	};
}

test('Cohen’s kappa and its interval are those of statsmodels', () => {
	for (const { first, second, kappa, low, high } of statisticsReferences.kappa) {
		const found = agreement(first.map((word, i) => [String(word), String(second[i])]));
		expect(found?.kappa?.value).toBeCloseTo(kappa, 12);
		expect(found?.kappa?.low).toBeCloseTo(low, 7);
		expect(found?.kappa?.high).toBeCloseTo(Math.min(1, high), 7);
	}
});

test('judges who always say the same have no kappa, and none have no agreement', () => {
	expect(
		agreement([
			['a', 'a'],
			['a', 'a'],
		]),
	).toEqual({ items: 2, same: 1 });
	expect(agreement([])).toBeUndefined();
	expect(
		agreement([
			['a', 'b'],
			['b', 'a'],
		])?.kappa?.value,
	).toBe(-1);
});

test('two voters are compared on prompts where both saw the same answers', () => {
	const votes = [
		vote('1', 'a', ['a', 'b']),
		vote('1', 'a', ['b', 'a'], 'bob'),
		vote('2', 'tie', ['a', 'b']),
		vote('2', 'b', ['a', 'b'], 'bob'),
		vote('3', 'a', ['a', 'c']),
		vote('3', 'a', ['a', 'b'], 'bob'),
	];
	expect(voterAgreement(votes)).toMatchObject([{ voters: ['ada', 'bob'], items: 2, same: 0.5 }]);
});

test('the left lane’s share counts votes for a best answer and knows how many lanes there were', () => {
	const found = leftChoice([
		vote('1', 'a', ['a', 'b']),
		vote('2', 'b', ['a', 'b']),
		vote('3', 'a', ['a', 'b', 'c', 'd']),
		vote('4', 'tie', ['a', 'b']),
	]);
	expect(found).toMatchObject({ votes: 3, left: 2 });
	expect(found?.expected).toBeCloseTo((0.5 + 0.5 + 0.25) / 3, 12);
	expect(leftChoice([vote('4', 'tie', ['a', 'b'])])).toBeUndefined();
});

test('consistency is not shown below twenty repeats', () => {
	const same = [vote('1', 'a', ['a', 'b']), vote('1', 'a', ['b', 'a'])] as const;
	const other = [vote('1', 'a', ['a', 'b']), vote('1', 'tie', ['b', 'a'])] as const;
	expect(consistency(Array.from({ length: 19 }, () => same))).toEqual({ repeats: 19 });
	const shown = consistency([...Array.from({ length: 19 }, () => same), other]);
	expect(shown.same?.value).toBe(0.95);
	expect(shown.same?.low).toBeCloseTo(0.7639, 3);
});

test('a vote for a third model says nothing between two, and voters of a prompt share its score', () => {
	const lanes = ['a', 'b', 'c'];
	const votes = [
		vote('1', 'a', lanes),
		vote('1', 'b', lanes, 'bob'),
		vote('2', 'c', lanes),
		vote('3', 'bothBad', lanes),
		vote('4', 'b', ['b', 'c']),
	];
	expect(pairScores(votes, 'a', 'b')).toEqual([
		{ promptId: '1', score: 0.5 },
		{ promptId: '3', score: 0.5 },
	]);
});

test('best-of-three votes leave the share between two models what it is without the third', () => {
	const random = seededRandom(51);
	const strengths = [3, 1, 4];
	const lanes = ['a', 'b', 'c'];
	const votes = Array.from({ length: 20_000 }, (_, i) => {
		let left = random() * 8;
		const chosen = strengths.findIndex(strength => (left -= strength) < 0);
		return vote(String(i), lanes[chosen] ?? 'c', lanes);
	});
	const scores = pairScores(votes, 'a', 'b').map(({ score }) => score);
	expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(0.75, 1);
});

const lanes = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];

test('of checkpoints that do not differ, a pick by luck is seldom confirmed; a better one is', () => {
	const random = seededRandom(61);
	const votings = 200;
	let [confirmed, chosenShares, confirmedShares] = [0, 0, 0];
	for (let voting = 0; voting < votings; voting++) {
		const votes = Array.from({ length: 60 }, (_, i) =>
			vote(`p${i}`, lanes[Math.floor(random() * 6)] ?? 'm1', lanes),
		);
		const found = heldOutPick(votes, lanes, `seed ${voting}`);
		confirmed += found?.isConfirmed === true ? 1 : 0;
		chosenShares += (found?.chosenShare ?? 1 / 6) / votings;
		confirmedShares += (found?.confirmed.value ?? 1 / 6) / votings;
	}
	expect(confirmed / votings).toBeLessThan(0.06);
	expect(chosenShares).toBeGreaterThan(0.22);
	expect(confirmedShares).toBeCloseTo(1 / 6, 1);

	const votes = Array.from({ length: 60 }, (_, i) =>
		vote(`p${i}`, random() < 0.5 ? 'm4' : (lanes[Math.floor(random() * 6)] ?? 'm1'), lanes),
	);
	const found = heldOutPick(votes, lanes, 'seed');
	expect(found).toMatchObject({ label: 'm4', isConfirmed: true, chosenOn: 30, confirmedOn: 30 });
	expect(heldOutPick(votes.toReversed(), lanes, 'seed')).toEqual(found);
});

test('nothing is picked of two models, of few prompts, or where two stand level', () => {
	const votes = Array.from({ length: 40 }, (_, i) => vote(`p${i}`, 'm1', lanes));
	expect(heldOutPick(votes, ['m1', 'm2'], 's')).toBeUndefined();
	expect(heldOutPick(votes.slice(0, 18), lanes, 's')).toBeUndefined();
	expect(
		heldOutPick(
			votes.map(({ promptId }) => vote(promptId, 'tie', lanes)),
			lanes,
			's',
		),
	).toBeUndefined();
});
