import type { JSX } from 'preact';
import type { BoardCard } from '../../src/protocol/graphBoard';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { BoardActions } from './board';
import { factsText, fractionDone, kindText, noteText, stateWords } from './stageWords';

/** One stage: what it is, how it goes, and what can be done about it. */
export function StageCard(props: {
	readonly card: BoardCard;
	/** The one card that the tab key leads to. */
	readonly isStop: boolean;
	readonly isBusy: boolean;
	readonly actions: BoardActions;
	readonly onFocus: () => void;
	readonly onPointed: (isPointed: boolean) => void;
}): JSX.Element {
	const { card, isStop, isBusy, actions, onFocus, onPointed } = props;
	const { name, state, from, chosen, again } = card;
	const note = noteText(card);
	const facts = factsText(card);
	const isTrouble = ['failed', 'lost', 'stopped'].includes(state);
	return (
		<div
			class={`stage stage-${state}`}
			role="listitem"
			tabIndex={isStop ? 0 : -1}
			data-stage={name}
			data-state={state}
			data-testid={`stage-${name}`}
			aria-label={[kindText(card), name, stateWords[state], note, facts].filter(Boolean).join(', ')}
			title={chosen === '' ? undefined : `${name}: ${chosen}`}
			onFocus={onFocus}
			onClick={() => actions.open(name)}
			onMouseEnter={() => onPointed(true)}
			onMouseLeave={() => onPointed(false)}
		>
			<div class="stage-line">
				<span class="stage-name">{name}</span>
				{again !== undefined && (
					<Button
						appearance="icon"
						class={`stage-restart ${isTrouble ? 'stage-restart-wanted' : ''}`}
						label={isBusy ? 'Restart From Here (the graph advances; wait)' : 'Restart From Here'}
						disabled={isBusy}
						testId={`restart-${name}`}
						onClick={event => {
							event.stopPropagation();
							actions.restart(name);
						}}
					>
						<Icon name="refresh" />
					</Button>
				)}
			</div>
			<div class="stage-line">
				<span class="stage-state">
					<span class={`dot dot-${state}`} aria-hidden="true" />
					{stateWords[state]}
				</span>
				<span class="stage-facts number">{facts}</span>
			</div>
			<Progress card={card} />
			{from.length > 0 && state !== 'waiting' && state !== 'blocked' && (
				<p class="stage-from">from {from.join(', ')}</p>
			)}
			{note !== '' && (
				<p class={`stage-note ${isTrouble ? 'stage-trouble' : ''}`} title={note}>
					{note}
				</p>
			)}
		</div>
	);
}

function Progress({ card }: { readonly card: BoardCard }): JSX.Element | null {
	const done = fractionDone(card);
	return done === undefined ? null : (
		<div
			class="progress"
			role="progressbar"
			aria-label={`Steps of ${card.name}`}
			aria-valuenow={Math.round(done * 100)}
			aria-valuemin={0}
			aria-valuemax={100}
		>
			<div class="progress-done" style={{ width: `${done * 100}%` }} />
		</div>
	);
}
