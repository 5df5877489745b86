import type { JSX } from 'preact';
import type { PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { pinPrompt, showNextUnvoted, skip, step, undoVote, voteFlat } from './actions';
import { openAsk } from './askActions';
import { busy, overview } from './state';
import { statusOf } from './voteWords';

/** What was said about this prompt, and every action as a button with its key. */
export function VoteBar(props: { readonly view: PromptView }): JSX.Element {
	const { view } = props;
	const all = overview.value;
	const left = all ? all.prompts.length - all.voted : 0;
	return (
		<footer class="rd-vote-bar">
			<p class="rd-vote-status" role="status" data-testid="vote-status">
				{statusOf(view, left)}
			</p>
			<div class="rd-vote-buttons">
				<Button
					disabled={!view.votable || busy.value}
					pressed={view.vote?.verdict === 'tie'}
					label="Tie 0: the answers are equally good (key 0)"
					testId="vote-tie"
					onClick={() => voteFlat('tie')}
				>
					Tie <kbd>0</kbd>
				</Button>
				<Button
					disabled={!view.votable || busy.value}
					pressed={view.vote?.verdict === 'bothBad'}
					label={`${view.lanes.length > 2 ? 'All bad' : 'Both bad'} x: no answer is good (key x)`}
					testId="vote-bad"
					onClick={() => voteFlat('bothBad')}
				>
					{view.lanes.length > 2 ? 'All bad' : 'Both bad'} <kbd>x</kbd>
				</Button>
				<Button
					disabled={!view.vote || busy.value}
					label="Undo u: take the vote back (key u)"
					testId="vote-undo"
					onClick={() => undoVote()}
				>
					Undo <kbd>u</kbd>
				</Button>
				<Button
					disabled={view.vote !== undefined || busy.value}
					label="Skip s: put this prompt off until the others are done (key s)"
					testId="vote-skip"
					onClick={() => void skip()}
				>
					Skip <kbd>s</kbd>
				</Button>
				<Button
					label="Pin g: hold later models to what is expected of this prompt (key g)"
					testId="prompt-pin"
					onClick={() => pinPrompt()}
				>
					Pin <kbd>g</kbd>
				</Button>
				<Button
					label="Ask q: put a prompt of your own to all models at once (key q)"
					testId="ask-open"
					onClick={() => openAsk()}
				>
					Ask <kbd>q</kbd>
				</Button>
				<span class="rd-separator" />
				<Button
					label="Previous k: the prompt before (key k)"
					testId="prompt-previous"
					onClick={() => step(-1)}
				>
					Previous <kbd>k</kbd>
				</Button>
				<Button
					label="Next j: the prompt after (key j)"
					testId="prompt-next"
					onClick={() => step(1)}
				>
					Next <kbd>j</kbd>
				</Button>
				<Button
					appearance={view.vote && left > 0 ? 'primary' : 'secondary'}
					disabled={left === 0}
					label="Next unvoted n: the next prompt without a vote (key n)"
					testId="prompt-next-unvoted"
					onClick={() => showNextUnvoted()}
				>
					Next unvoted <kbd>n</kbd>
				</Button>
			</div>
		</footer>
	);
}
