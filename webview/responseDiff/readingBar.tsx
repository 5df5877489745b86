import type { JSX } from 'preact';
import { lenses, type Lens } from '../../src/core/responses/answerMarks';
import type { PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Checkbox } from '../shared/components/checkbox';
import { Dropdown } from '../shared/components/dropdown';
import { Icon } from '../shared/components/icon';
import {
	findSelected,
	openAllDiffs,
	openDiffEditor,
	setLens,
	setReference,
	setRendered,
	setScrollsTogether,
} from './actions';
import { toggleScrubber } from './scrubberActions';
import { scrubberShown } from './scrubberState';
import { isRendered, lens, listed, overview, referenceLane, scrollsTogether } from './state';

const lensWords: Readonly<Record<Lens, string>> = {
	difference: 'differences',
	shared: 'shared passages',
	onlyHere: 'only here',
};

/** How the answers are read: what is marked, against which, and in which form. */
export function ReadingBar({ view }: { readonly view: PromptView }): JSX.Element {
	const rendered = isRendered.value;
	const comparable = view.lanes.filter(lane => lane.text !== undefined).length > 1;
	return (
		<div class="rd-reading" role="toolbar" aria-label="How answers are shown">
			<span class="rd-picker">
				<span class="ws-muted">Mark</span>
				<Dropdown
					value={lens.value}
					options={lenses.map(value => ({ value, text: lensWords[value] }))}
					label="What is marked in the answers (key l)"
					testId="lens-picker"
					onChange={value => setLens(value as Lens)}
				/>
			</span>
			<ReferencePicker view={view} />
			<Checkbox
				checked={scrollsTogether.value}
				testId="scroll-together"
				onChange={together => setScrollsTogether(together)}
			>
				Scroll together
			</Checkbox>
			<span class="rd-reading-buttons">
				<Button
					appearance="icon"
					pressed={rendered}
					label={rendered ? 'Show as written (key m)' : 'Show Markdown (key m)'}
					testId="markdown-toggle"
					onClick={() => setRendered(!rendered)}
				>
					<Icon name={rendered ? 'raw' : 'rendered'} />
				</Button>
				{/* A press would take the selection away before the click. */}
				<span onMouseDown={event => event.preventDefault()}>
					<Button
						appearance="icon"
						label="Find the training rows nearest to the words selected in an answer (key f)"
						testId="find-sources"
						onClick={() => findSelected()}
					>
						<Icon name="search" />
					</Button>
				</span>
				{overview.value?.scrubbable === true && (
					<Button
						appearance="icon"
						pressed={scrubberShown.value}
						label="Slide through the checkpoints of a run (key c)"
						testId="scrubber-toggle"
						onClick={() => toggleScrubber()}
					>
						<Icon name="scrub" />
					</Button>
				)}
				<Button
					appearance="icon"
					disabled={!comparable}
					label="Open the reference and the answer pointed at in the diff editor (key d)"
					testId="diff-editor"
					onClick={() => openDiffEditor()}
				>
					<Icon name="diff" />
				</Button>
				<Button
					appearance="icon"
					disabled={listed.value.length === 0}
					label={`Open the ${listed.value.length} listed prompts in the multi-diff editor`}
					testId="multi-diff-editor"
					onClick={() => openAllDiffs()}
				>
					<Icon name="list" />
				</Button>
			</span>
			<Legend />
		</div>
	);
}

function ReferencePicker({ view }: { readonly view: PromptView }): JSX.Element {
	const { lanes } = view;
	const options = [
		...lanes.map((lane, i) => ({
			value: String(i),
			text: lane.model ? `${i + 1} ${lane.model.label}` : `Answer ${i + 1}`,
		})),
		{ value: '-1', text: 'nothing' },
	];
	return (
		<span class="rd-picker">
			<span class="ws-muted">Compare with</span>
			<Dropdown
				value={String(referenceLane.value < lanes.length ? referenceLane.value : -1)}
				options={options}
				label="The answer that the others are compared with (key r for the one pointed at)"
				testId="reference-picker"
				onChange={value => setReference(Number(value))}
			/>
		</span>
	);
}

/** What the marks of the lens mean; each answer has its own hue and line for them. */
function Legend(): JSX.Element | null {
	switch (lens.value) {
		case 'difference':
			return (
				<span class="rd-legend" aria-hidden="true">
					<mark class="rd-change rd-replaced">changed</mark>
					<mark class="rd-change rd-added">only here</mark>
					<mark class="rd-change rd-moved">moved</mark>
					<span>
						<span class="rd-gap" />
						missing
					</span>
				</span>
			);
		case 'shared':
			return (
				<span class="rd-legend" aria-hidden="true">
					<span>in the hue of the answer that has it too</span>
					<mark class="rd-change rd-shared rd-many">in several</mark>
				</span>
			);
		case 'onlyHere':
			return (
				<span class="rd-legend" aria-hidden="true">
					<span>sentences that no other answer has</span>
				</span>
			);
	}
}
