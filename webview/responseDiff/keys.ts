import type { VotePlan } from '../../src/core/responses/voterSet';
import type { SetView } from '../../src/protocol/responseDiff';
import {
	askTally,
	editAnswer,
	findSelected,
	hideTally,
	openDiffEditor,
	pinPrompt,
	setBlind,
	setPlan,
	setReference,
	setRendered,
	showNextLens,
	showNextUnvoted,
	skip,
	step,
	toggleTally,
	undoVote,
	voteFlat,
	voteFor,
} from './actions';
import { clearBar, hideBehaviour, toggleBehaviour } from './behaviourActions';
import { barFilter, behaviourShown } from './behaviourState';
import { closeAsk, keepAsked, openAsk } from './askActions';
import { asked } from './asking';
import { closeSources } from './sourcesActions';
import { sources } from './sourcesState';
import { toggleMapOfPointed } from './rewardMap/mapActions';
import { toggleScrubber } from './scrubberActions';
import { scrubberShown } from './scrubberState';
import { nextLanes, nextLook } from './setWords';
import { isRendered, overview, pointedLane, tally, tallyAsked, view } from './state';

function isTyping(event: KeyboardEvent): boolean {
	return event
		.composedPath()
		.some(
			target =>
				target instanceof HTMLInputElement ||
				target instanceof HTMLTextAreaElement ||
				(target instanceof HTMLElement && target.tagName === 'VSCODE-DROPDOWN'),
		);
}

/** Runs what a key means on this page. Returns whether it meant anything. */
function act(event: KeyboardEvent): boolean {
	if (asked.value) {
		return actOnAsked(event.key);
	}
	const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
	if (digit !== undefined && digit !== '0' && Number(digit) <= 6) {
		voteFor(event.shiftKey ? 'worst' : 'best', Number(digit) - 1);
		return true;
	}
	if (event.shiftKey) {
		return false;
	}
	switch (digit === '0' ? '0' : event.key) {
		case '0':
			voteFlat('tie');
			return true;
		case 'x':
			voteFlat('bothBad');
			return true;
		case 's':
			void skip();
			return true;
		case 'p':
			return change(nextLook);
		case 'a':
			return change(nextLanes);
		case 't':
			toggleTally();
			return true;
		case 'f':
			findSelected();
			return true;
		case 'h':
			toggleBehaviour();
			return true;
		case 'c':
			if (overview.value?.scrubbable !== true && !scrubberShown.value) {
				return false;
			}
			toggleScrubber();
			return true;
		case 'e':
			if (!tallyAsked.value) {
				return editAnswer();
			}
			void askTally(true);
			return true;
		case 'Escape':
			return leave();
		case 'u':
			undoVote();
			return true;
		case 'j':
		case 'ArrowRight':
			step(1);
			return true;
		case 'k':
		case 'ArrowLeft':
			step(-1);
			return true;
		case 'n':
			showNextUnvoted();
			return true;
		case 'b':
			void setBlind(!(overview.value?.blind ?? true));
			return true;
		case 'l':
			showNextLens();
			return true;
		case 'm':
			setRendered(!isRendered.value);
			return true;
		case 'i':
			toggleMapOfPointed();
			return true;
		case 'r':
			makePointedReference();
			return true;
		case 'd':
			openDiffEditor();
			return true;
		case 'q':
			openAsk();
			return true;
		case 'g':
			return pinPrompt();
		case '/':
			document.querySelector<HTMLElement>('[data-testid="prompt-search"]')?.focus();
			return true;
		default:
			return false;
	}
}

/** What Escape takes away: the counts, then sources, checkpoints, then the prompts of a bar, then the behaviour. */
function leave(): boolean {
	if (tally.value || tallyAsked.value) {
		hideTally();
	} else if (sources.value) {
		closeSources();
	} else if (scrubberShown.value) {
		toggleScrubber();
	} else if (barFilter.value) {
		clearBar();
	} else if (behaviourShown.value) {
		hideBehaviour();
	} else {
		return false;
	}
	return true;
}

/** Nothing is voted on what was asked here, so that no key may mean the prompt behind it. */
function actOnAsked(key: string): boolean {
	switch (key) {
		case 'y':
			return keepAsked();
		case 'm':
			setRendered(!isRendered.value);
			return true;
		case 'Escape':
			closeAsk();
			return true;
		default:
			return false;
	}
}

/** Plans are made before the first vote. */
function change(next: (set: SetView) => VotePlan): boolean {
	const current = overview.value;
	if (!current?.blind || current.set.started) {
		return false;
	}
	void setPlan(next(current.set));
	return true;
}

function makePointedReference(): void {
	const place = view.value?.lanes.findIndex(lane => lane.key === pointedLane.value) ?? -1;
	if (place >= 0) {
		setReference(place);
	}
}

/** One key for each action, wherever the focus is, but never while somebody types. */
export function listenToKeys(): void {
	document.addEventListener('keydown', event => {
		const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
		const onPage = event.target === document.body || event.target === document.documentElement;
		if (!plain || event.defaultPrevented || isTyping(event)) {
			return;
		}
		if (onPage && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && !asked.value) {
			step(event.key === 'ArrowDown' ? 1 : -1);
			event.preventDefault();
		} else if (!(event.repeat && /^[0-9xus]$/.test(event.key)) && act(event)) {
			event.preventDefault();
		}
	});
}
