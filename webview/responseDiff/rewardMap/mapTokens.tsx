import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RatioSum, RewardMap } from '../../../src/core/responses/rewardMap/rewardMap';
import type { LikelyToken, ScoredToken } from '../../../src/core/responses/rewardMap/scoredAnswer';
import { visibleText } from '../visibleText';
import { levelOf, namedToken, probability, shownToken, signed, spokenToken } from './mapWords';

interface TokensProps {
	readonly tokens: readonly ScoredToken[];
	readonly map: RewardMap;
	readonly names: { readonly policy: string; readonly reference: string };
	/** Figures are times this: β, or 1. */
	readonly factor: number;
	readonly testId: string;
}

/** The tokens of an answer in colour, the sum after each sentence, and all about one of them below. */
export function MapTokens(props: TokensProps): JSX.Element {
	const { tokens, map, factor } = props;
	const [at, setAt] = useState(0);
	const current = Math.min(at, tokens.length - 1);
	const token = tokens[current];
	const move = (event: KeyboardEvent): void => {
		const next = placeAfter(event.key, current, tokens.length);
		if (next !== undefined) {
			event.preventDefault();
			event.stopPropagation();
			setAt(next);
			const list = event.currentTarget as HTMLElement;
			list.querySelector<HTMLElement>(`[data-token="${next}"]`)?.focus();
		}
	};
	return (
		<>
			<div
				class="rd-text rd-map"
				dir="auto"
				role="listbox"
				aria-orientation="horizontal"
				aria-label="Tokens with their figures; arrow keys go through them"
				data-testid={props.testId}
				onKeyDown={move}
			>
				{map.sentences.map(sentence => (
					<Sentence key={sentence.start} sentence={sentence} factor={factor}>
						{tokens.slice(sentence.start, sentence.stop).map((one, i) => {
							const place = sentence.start + i;
							const ratio = map.ratios[place] ?? 0;
							const level = levelOf(ratio, Math.abs(one.again - one.policy));
							const sign = ratio < 0 ? 'minus' : 'plus';
							return (
								<span
									key={place}
									class={`rd-token${level > 0 ? ` rd-${sign}-${level}` : ''}${sentence.isEnding ? ' rd-token-ending' : ''}`}
									role="option"
									aria-selected={place === current}
									aria-label={spokenToken(one, factor)}
									tabIndex={place === current ? 0 : -1}
									data-token={place}
									onPointerEnter={() => setAt(place)}
									onFocus={() => setAt(place)}
								>
									{shownToken(sentence.isEnding ? one.text.replaceAll('\n', '↵') : one.text)}
								</span>
							);
						})}
					</Sentence>
				))}
			</div>
			{token && (
				<TokenDetail token={token} factor={factor} names={props.names} testId={props.testId} />
			)}
		</>
	);
}

function placeAfter(key: string, current: number, count: number): number | undefined {
	switch (key) {
		case 'ArrowRight':
		case 'ArrowDown':
			return Math.min(current + 1, count - 1);
		case 'ArrowLeft':
		case 'ArrowUp':
			return Math.max(current - 1, 0);
		case 'Home':
			return 0;
		case 'End':
			return count - 1;
		default:
			return undefined;
	}
}

function Sentence(props: {
	readonly sentence: RatioSum;
	readonly factor: number;
	readonly children: JSX.Element[];
}): JSX.Element {
	const { sentence, factor } = props;
	const [, spoken = '', space = ''] = /^(.*?)(\s*)$/su.exec(sentence.text) ?? [];
	return (
		<span class="rd-map-sentence">
			{props.children}
			<span
				class={`rd-map-sum rd-map-sum-${sentence.sum < 0 ? 'minus' : 'plus'}`}
				aria-hidden="true"
				title={`Sum of ${sentence.isEnding ? 'the end of the answer' : `“${visibleText(spoken)}”`}: ${signed(factor * sentence.sum, 3)}, noise ${(factor * sentence.noise).toFixed(3)}`}
			>
				{signed(factor * sentence.sum)}
			</span>
			{space.includes('\n') ? '\n' : ''}
		</span>
	);
}

function TokenDetail(props: {
	readonly token: ScoredToken;
	readonly factor: number;
	readonly names: TokensProps['names'];
	readonly testId: string;
}): JSX.Element {
	const { token, factor, names } = props;
	const ratio = token.policy - token.reference;
	const noise = Math.abs(token.again - token.policy);
	return (
		<div class="rd-map-detail" aria-live="polite" data-testid={`${props.testId}-detail`}>
			<p>
				<strong class="rd-map-token">{namedToken(token.text)}</strong> {signed(ratio, 3)} nats
				{factor === 1 ? '' : `, × β ${signed(factor * ratio, 3)}`}
				<span class="ws-muted"> ± {noise.toFixed(3)}</span>
			</p>
			<div class="rd-map-top">
				<Likeliest name={names.policy} logProb={token.policy} top={token.policyTop} />
				<Likeliest name={names.reference} logProb={token.reference} top={token.referenceTop} />
			</div>
		</div>
	);
}

function Likeliest(props: {
	readonly name: string;
	readonly logProb: number;
	readonly top: readonly LikelyToken[];
}): JSX.Element {
	return (
		<div>
			<div class="rd-map-model">
				<span>{props.name}</span> <span class="ws-muted">p {probability(props.logProb)}</span>
			</div>
			<ol aria-label={`Likeliest here for ${props.name}`}>
				{props.top.map(({ text, logProb }, i) => (
					<li key={i}>
						<span class="rd-map-token">{namedToken(text)}</span>{' '}
						<span class="ws-muted">{probability(logProb)}</span>
					</li>
				))}
			</ol>
		</div>
	);
}
