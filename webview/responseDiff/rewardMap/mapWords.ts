import type { ScoredToken } from '../../../src/core/responses/rewardMap/scoredAnswer';
import type { ShownMap } from '../../../src/protocol/rewardMap';
import { visibleText } from '../visibleText';

/** Nats from which a token's colour gets stronger. One scale for all maps, so that they compare. */
export const levels = [0.05, 0.3, 1, 2.5] as const;

/** How strong a token's colour is, 0 to 4; what is not above its own noise has none. */
export function levelOf(ratio: number, noise: number): number {
	const size = Math.abs(ratio);
	return size <= 2 * noise ? 0 : levels.filter(level => size >= level).length;
}

/** With its sign, and a true minus. */
export function signed(value: number, digits = 2): string {
	const text = Math.abs(value).toFixed(digits);
	return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** A token as it can be seen: also white space alone, and a part of a character. */
export function shownToken(text: string): string {
	if (text === '') {
		return '·';
	}
	return visibleText(/^\s*\n\s*$/.test(text) ? text.replaceAll('\n', '↵\n') : text);
}

/** A token named in a sentence or a table. */
export function namedToken(text: string): string {
	return text === ''
		? 'rest of a character'
		: `“${visibleText(text).replaceAll('\n', '↵').replaceAll('\t', '⇥').replaceAll(' ', '␣')}”`;
}

/** What the figures of a map are. */
export function meaningOf({ policy, reference, beta }: ShownMap, isReward: boolean): string {
	const ratio = `log p(${policy.label}) − log p(${reference.label})`;
	if (isReward && beta !== undefined) {
		return `Reward of DPO: β ${beta} × (${ratio})`;
	}
	return beta === undefined
		? `Log-ratio ${ratio}, in nats; no reward, as ${policy.label} was not trained against ${reference.label}`
		: `Log-ratio ${ratio}, in nats; times β ${beta} it is the reward of DPO`;
}

/** A share of one, as `p`. */
export function probability(logProb: number): string {
	const share = Math.exp(logProb);
	return share >= 0.001 ? share.toFixed(3) : share.toExponential(0);
}

/** All about a token, for a screen reader. */
export function spokenToken(token: ScoredToken, factor: number): string {
	const ratio = token.policy - token.reference;
	return `${namedToken(token.text)} ${signed(factor * ratio)}`;
}
