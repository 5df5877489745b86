import { describe, expect, it } from 'vitest';
import type { ShownMap } from '../../../../src/protocol/rewardMap';
import {
	levelOf,
	meaningOf,
	namedToken,
	probability,
	shownToken,
	signed,
} from '../../../../webview/responseDiff/rewardMap/mapWords';

const map: ShownMap = {
	runId: 'r',
	policy: { label: 'dpo', ref: 'run:d@4' },
	reference: { label: 'sft', ref: 'run:s@9' },
	beta: 0.1,
	state: 'scored',
	message: '',
};

describe('the words of a reward map', () => {
	it('give a token a colour only above twice its own noise', () => {
		expect([0.04, 0.05, -0.3, 1, -9].map(ratio => levelOf(ratio, 0))).toEqual([0, 1, 2, 3, 4]);
		expect(levelOf(0.3, 0.15)).toBe(0);
		expect(levelOf(-0.31, 0.15)).toBe(2);
	});

	it('say a sign that can be read, and none of nothing', () => {
		expect([0.123, -0.126, -0.001].map(value => signed(value))).toEqual(['+0.12', '−0.13', '0.00']);
	});

	it('show tokens that nobody would see', () => {
		expect(['\n\n', '', ' a', ' '].map(shownToken)).toEqual(['↵\n↵\n', '·', ' a', ' ']);
		expect(namedToken(' a\n')).toBe('“␣a↵”');
		expect(namedToken('')).toBe('rest of a character');
	});

	it('speak of a reward only where it is one', () => {
		const { beta: _, ...other } = map;
		expect(meaningOf(map, true)).toBe('Reward of DPO: β 0.1 × (log p(dpo) − log p(sft))');
		expect(meaningOf(map, false)).toContain('times β 0.1 it is the reward');
		expect(meaningOf(other, true)).toContain('no reward, as dpo was not trained against sft');
	});

	it('round a probability so that a small one is not nothing', () => {
		expect([Math.log(0.5), -20].map(probability)).toEqual(['0.500', '2e-9']);
	});
});
