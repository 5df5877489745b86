import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { BoardCard } from '../../src/protocol/graphBoard';
import { StageCard } from './card';
import { Edges } from './edges';
import { neighbour } from './keys';
import { kindText } from './stageWords';

export interface BoardActions {
	restart(stage: string): void;
	open(stage: string): void;
}

/** The stages in columns, each behind those it comes from. One tab stop; arrows move between cards. */
export function Board(props: {
	readonly cards: readonly BoardCard[];
	/** A restart has to wait while the graph is brought on. */
	readonly isBusy: boolean;
	readonly actions: BoardActions;
}): JSX.Element {
	const { cards, isBusy, actions } = props;
	const board = useRef<HTMLDivElement>(null);
	const [focused, setFocused] = useState<string>();
	const [pointed, setPointed] = useState<string>();
	const columns = Array.from(Map.groupBy(cards, ({ column }) => column))
		.toSorted(([a], [b]) => a - b)
		.map(([, members]) => members);
	const stop = cards.some(({ name }) => name === focused) ? focused : cards[0]?.name;
	const onKeyDown = (event: KeyboardEvent): void => {
		// A button in a card takes its own keys.
		if (!(event.target instanceof HTMLElement) || !event.target.matches('.stage')) {
			return;
		}
		const at = event.target.dataset['stage'] ?? '';
		if (event.key === 'Enter' || event.key === ' ') {
			event.preventDefault();
			actions.open(at);
			return;
		}
		const next = neighbour(columns, at, event.key);
		if (next !== undefined) {
			event.preventDefault();
			setFocused(next);
			board.current?.querySelector<HTMLElement>(`[data-stage="${CSS.escape(next)}"]`)?.focus();
		}
	};
	return (
		<section class="board-scroll" aria-label="Stages">
			<div class="board" ref={board} onKeyDown={onKeyDown}>
				<Edges cards={cards} board={board} active={pointed} />
				{columns.map(members => (
					<div
						class="board-column"
						key={members[0]?.column}
						role="list"
						aria-label={titleOf(members)}
					>
						<h2 class="board-column-title" aria-hidden="true">
							{titleOf(members)}
						</h2>
						{members.map(card => (
							<StageCard
								key={card.name}
								card={card}
								isStop={card.name === stop}
								isBusy={isBusy}
								actions={actions}
								onFocus={() => setFocused(card.name)}
								onPointed={isPointed => setPointed(isPointed ? card.name : undefined)}
							/>
						))}
					</div>
				))}
			</div>
		</section>
	);
}

function titleOf(members: readonly BoardCard[]): string {
	return [...new Set(members.map(kindText))].join(' · ');
}
