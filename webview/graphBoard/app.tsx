import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { BoardPicture, BoardState } from '../../src/protocol/graphBoard';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import { Board } from './board';
import { Results } from './results';
import { graphWords } from './stageWords';

export interface Actions {
	run(): void;
	pause(): void;
	restart(stage: string): void;
	open(stage: string): void;
	openFile(): void;
}

export function App(props: {
	readonly state: ReadonlySignal<BoardState | undefined>;
	readonly actions: Actions;
}): JSX.Element | null {
	const state = props.state.value;
	const { actions } = props;
	if (state === undefined) {
		return null;
	}
	const { picture, faults } = state;
	if (picture === undefined) {
		return faults.length === 0 ? (
			<div class="ws-empty">
				<ProgressRing label="Reading the graph" />
			</div>
		) : (
			<div class="ws-empty" data-testid="board-broken">
				<p class="board-title">This graph cannot be shown</p>
				<FaultList faults={faults} />
				<Button appearance="primary" onClick={() => actions.openFile()}>
					Open File
				</Button>
			</div>
		);
	}
	return (
		<>
			<Header state={state} picture={picture} actions={actions} />
			<Notices state={state} actions={actions} />
			<main class="board-page">
				<Board cards={picture.cards} isBusy={state.advancing !== undefined} actions={actions} />
				<Results table={picture.results} actions={actions} />
			</main>
			<div class="ws-visually-hidden" aria-live="polite">
				{`${picture.name}: ${graphWords[picture.state]}, ${countText(picture)}`}
			</div>
		</>
	);
}

function countText({ cards }: BoardPicture): string {
	const done = cards.filter(({ state }) => state === 'finished').length;
	return `${done} of ${cards.length} stages finished`;
}

function Header(props: {
	readonly state: BoardState;
	readonly picture: BoardPicture;
	readonly actions: Actions;
}): JSX.Element {
	const { state, picture, actions } = props;
	const isDone = picture.state === 'finished';
	return (
		<header class="board-header">
			<h1 class="board-name" title={picture.file}>
				{picture.name}
			</h1>
			<span class="stage-state" data-testid="board-state" data-state={picture.state}>
				<span class={`dot dot-${picture.state}`} aria-hidden="true" />
				{graphWords[picture.state]}
			</span>
			<span class="ws-muted number">{countText(picture)}</span>
			<span class="board-actions">
				{state.advancing === undefined ? (
					<Button
						appearance={isDone ? 'secondary' : 'primary'}
						disabled={!state.isTrusted || state.faults.length > 0}
						testId="run-graph"
						onClick={() => actions.run()}
					>
						Run Graph…
					</Button>
				) : (
					<Button
						appearance="secondary"
						testId="pause-graph"
						label="Nothing new starts. Runs that have begun go on."
						onClick={() => actions.pause()}
					>
						Start Nothing More
					</Button>
				)}
				<Button appearance="secondary" onClick={() => actions.openFile()}>
					Open File
				</Button>
			</span>
			{picture.description !== '' && <p class="board-description">{picture.description}</p>}
		</header>
	);
}

function Notices(props: { readonly state: BoardState; readonly actions: Actions }): JSX.Element {
	const { advancing, ended, faults, picture, isTrusted } = props.state;
	const isWaiting = advancing === undefined && picture !== undefined;
	const isOver = picture?.state === 'finished';
	return (
		<>
			{faults.length > 0 && (
				<div class="ws-banner ws-banner-error" role="alert" data-testid="board-faults">
					<span>
						The file cannot be run as it is; the board shows how it was before.
						<FaultList faults={faults} />
					</span>
				</div>
			)}
			{ended !== undefined && (
				<div class="ws-banner ws-banner-error" role="alert" data-testid="board-ended">
					<span>{ended}</span>
				</div>
			)}
			{!isTrusted && (
				<div class="ws-banner ws-banner-warning">
					<span>Graphs run only in a trusted workspace.</span>
				</div>
			)}
			{advancing !== undefined && (
				<div class="ws-banner" data-testid="board-advancing">
					<span>
						Advances on {advancing.hosts.join(', ')} while this window is open. Runs that have begun
						go on without it.
						{advancing.message !== '' && (
							<>
								<br />
								<span class="ws-muted">{advancing.message} …</span>
							</>
						)}
					</span>
				</div>
			)}
			{isWaiting && !isOver && faults.length === 0 && (
				<div class="ws-banner" data-testid="board-waiting">
					<span>{idleWords[picture.state]}</span>
				</div>
			)}
		</>
	);
}

/** What there is to do while this window does not bring the graph on. */
const idleWords = {
	running: 'Nothing new starts by itself: run the graph to let this window go on where runs end.',
	open: 'Nothing goes on now. Run the graph to start what is ready.',
	failed:
		'Nothing can start before what failed is mended: restart it from its card, or mend its file and run the graph.',
	finished: '',
} as const;

function FaultList({ faults }: { readonly faults: readonly string[] }): JSX.Element {
	return (
		<ul class="faults">
			{faults.map(fault => (
				<li key={fault}>{fault}</li>
			))}
		</ul>
	);
}
