import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { editUses, type EditUse } from '../../src/core/responses/answerEdit';
import { sharedText } from '../../src/core/responses/sharedText';
import type { LaneView, PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { keepToField } from '../shared/fieldKeys';
import { saveEdit } from './actions';
import { setDraft, type Draft } from './drafts';
import { editSentence, proposedUse, useWords } from './editWords';
import { busy } from './state';

/** Milliseconds without a key before the similarity is computed anew. */
const pause = 150;

/** The answer as a text to change, with what becomes of it. Control Enter keeps it, Escape gives it up. */
export function AnswerEditor(props: {
	readonly view: PromptView;
	readonly lane: LaneView;
	readonly number: number;
	readonly draft: Draft;
}): JSX.Element {
	const { view, lane, number, draft } = props;
	const field = useRef<HTMLTextAreaElement>(null);
	const similarity = useSimilarity(lane.text ?? '', draft.text);
	const use = draft.use ?? proposedUse(similarity);
	const isChanged = draft.text.trim() !== '' && draft.text.trim() !== lane.text?.trim();
	useEffect(() => field.current?.focus(), []);
	const save = (kept: EditUse | 'none'): void => {
		void saveEdit(view, lane, { text: draft.text, use: kept });
	};
	return (
		<div class="rd-editor">
			<textarea
				ref={field}
				class="rd-editor-field"
				dir="auto"
				aria-label={`Edit answer ${number}. Control Enter keeps the edit, Escape gives it up.`}
				data-testid={`edit-text-${number}`}
				value={draft.text}
				onInput={event => setDraft(view, lane, { ...draft, text: event.currentTarget.value })}
				onKeyDown={event => {
					keepToField(event);
					if (event.key === 'Escape') {
						setDraft(view, lane, undefined);
					} else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isChanged) {
						event.preventDefault();
						save(use);
					}
				}}
			/>
			<p class="rd-editor-note" role="status" data-testid={`edit-note-${number}`}>
				{isChanged
					? editSentence(similarity, use)
					: 'Change the text: the edited answer can be chosen over this one, or be an example of its own.'}
			</p>
			<div class="rd-editor-buttons">
				<Dropdown
					value={use}
					options={editUses.map(value => ({ value, text: useWords[value] }))}
					label={`What the edited answer ${number} is for`}
					testId={`edit-use-${number}`}
					onChange={value => setDraft(view, lane, { ...draft, use: value as EditUse })}
				/>
				<Button
					appearance="primary"
					disabled={!isChanged || busy.value}
					label="Keep: keep the edit (Control Enter)"
					testId={`edit-save-${number}`}
					onClick={() => save(use)}
				>
					Keep
				</Button>
				{lane.edit && (
					<Button
						disabled={busy.value}
						label="Remove Edit: it makes no row any more"
						testId={`edit-remove-${number}`}
						onClick={() => save('none')}
					>
						Remove Edit
					</Button>
				)}
				<Button
					label="Cancel: give the change up (Escape)"
					testId={`edit-cancel-${number}`}
					onClick={() => setDraft(view, lane, undefined)}
				>
					Cancel
				</Button>
			</div>
		</div>
	);
}

/** Behind the keys by a pause, for a long text takes some milliseconds. */
function useSimilarity(original: string, text: string): number {
	const [similarity, setSimilarity] = useState(() => sharedText(original, text));
	useEffect(() => {
		const timer = setTimeout(() => setSimilarity(sharedText(original, text)), pause);
		return () => clearTimeout(timer);
	}, [original, text]);
	return similarity;
}
