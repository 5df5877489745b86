import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { AskedView, PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import { keepToField } from '../shared/fieldKeys';
import { askAll, askHost, closeAsk, keepAsked } from './askActions';
import { asked, askOpen, askText } from './asking';
import { askedWords } from './askedWords';

/** A prompt of one's own, put to all models at once. Enter asks, Shift Enter makes a line. */
export function AskBar(): JSX.Element | null {
	const field = useRef<HTMLTextAreaElement>(null);
	const open = askOpen.value;
	useEffect(() => {
		if (open) {
			field.current?.focus();
		}
	}, [open]);
	if (!open) {
		return null;
	}
	const shown = asked.value;
	return (
		<section class="rd-ask" aria-label="Ask all models">
			<textarea
				ref={field}
				class="rd-editor-field rd-ask-field"
				rows={2}
				dir="auto"
				placeholder="Ask all models at once. No vote is given on what you ask here."
				aria-label="Prompt for all models. Enter asks, Shift Enter makes a line, Escape closes."
				data-testid="ask-text"
				value={askText.value}
				onInput={event => {
					askText.value = event.currentTarget.value;
				}}
				onKeyDown={event => {
					keepToField(event);
					if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
						event.preventDefault();
						askAll();
						field.current?.blur();
					} else if (event.key === 'Escape') {
						closeAsk();
					}
				}}
			/>
			<div class="rd-ask-foot">
				<p class="rd-vote-status" role="status" data-testid="ask-status">
					{shown?.asking && <ProgressRing label="Asking" />} {shown ? askedWords(shown) : ''}
				</p>
				<Button
					appearance="primary"
					disabled={askText.value.trim() === ''}
					label="Ask (Enter)"
					testId="ask-send"
					onClick={() => askAll()}
				>
					Ask
				</Button>
				{shown?.hostName !== undefined && (
					<Button
						label={`Ask on ${shown.hostName}: as a job there, which loads the models first`}
						testId="ask-host"
						onClick={() => askHost()}
					>
						Ask on {shown.hostName}
					</Button>
				)}
				<Button
					disabled={!shown}
					label="Keep y: keep this prompt in a prompt set (key y)"
					testId="ask-keep"
					onClick={() => keepAsked()}
				>
					Keep <kbd>y</kbd>
				</Button>
				<Button
					label="Back: to the prompts of the comparison (Escape)"
					testId="ask-close"
					onClick={() => closeAsk()}
				>
					Back
				</Button>
			</div>
		</section>
	);
}

/** What was asked as the lanes take it: nothing can be voted on, and its index is none of the list. */
export function askedPromptView(shown: AskedView): PromptView {
	const { id, messages, lanes } = shown;
	return { index: -1, id, messages, tags: [], lanes, votable: false };
}
