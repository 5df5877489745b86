import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../shared/components/icon';
import { TextField } from '../shared/components/textField';
import type { Actions } from './actions';
import { RunSwatch } from './legend';
import { renameRun, soloRun } from './runChoices';
import { RunCard } from './runCard';
import type { ListedRun } from './runListModel';
import {
	needsAttention,
	quietText,
	remainingText,
	skippedText,
	stateText,
	stepText,
} from './runWords';
import { useSecondsSince } from './secondsSince';
import type { MonitorState } from './state';

export interface RunRowProps {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly listed: ListedRun;
	/** The one row whose buttons Tab reaches; arrow keys choose it. */
	readonly isCurrent: boolean;
	readonly onFocus: () => void;
}

/** One run of the list: two lines, the first of which shows and hides it. */
export function RunRow(props: RunRowProps): JSX.Element {
	const { state, listed } = props;
	const { run, name } = listed;
	const [isNamed, setNamed] = useState(false);
	const [isOpen, setOpen] = useState(false);
	const row = useRef<HTMLLIElement>(null);
	const more = useRef<HTMLButtonElement>(null);
	const tabIndex = props.isCurrent ? 0 : -1;
	const loss = run.newestLoss;
	const wasNamed = useRef(false);
	useEffect(() => {
		// The name is a button again, which takes the focus back from the field.
		if (wasNamed.current && !isNamed) {
			row.current?.querySelector<HTMLElement>('.run-toggle')?.focus();
		}
		wasNamed.current = isNamed;
	}, [isNamed]);
	const endNaming = (typed: string | undefined): void => {
		setNamed(false);
		if (typed !== undefined) {
			renameRun(state, run, typed);
		}
	};
	return (
		<li
			ref={row}
			class={`run-row ws-hover-row ${listed.isHidden ? 'run-hidden' : ''}`}
			data-testid={`run-row-${run.id}`}
			onFocusIn={props.onFocus}
			onKeyDown={event => {
				if (event.key === 'F2') {
					setNamed(true);
				} else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
					event.preventDefault();
					setOpen(true);
				}
			}}
			onContextMenu={event => {
				event.preventDefault();
				setOpen(true);
			}}
		>
			{isNamed ? (
				<NameField name={name} onEnd={endNaming} />
			) : (
				<button
					type="button"
					class="run-toggle ws-bare-button"
					tabIndex={tabIndex}
					aria-pressed={!listed.isHidden}
					title={`${name}\n${listed.isHidden ? 'Show in the charts' : 'Hide from the charts'}; with Alt show only this`}
					data-testid={`run-toggle-${run.id}`}
					onClick={event => (event.altKey ? soloRun(state, run.id) : state.toggleRun(run.id))}
				>
					<RunSwatch slot={listed.slot} off={listed.isHidden} />
					<span class="run-row-name">{name}</span>
					{listed.isPinned && <Icon name="pin" />}
					<span class="run-loss number" title="Newest loss">
						{loss ?? ''}
					</span>
				</button>
			)}
			<RowWords listed={listed} state={state} />
			<button
				type="button"
				ref={more}
				class="ws-icon-button run-more"
				tabIndex={tabIndex}
				aria-label={`More of ${name}`}
				title="More…"
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				data-testid={`run-more-${run.id}`}
				onClick={() => setOpen(!isOpen)}
			>
				<Icon name="more" />
			</button>
			{isOpen && more.current && (
				<RunCard
					{...props}
					anchor={more.current}
					onClose={() => setOpen(false)}
					onRename={() => {
						setOpen(false);
						setNamed(true);
					}}
				/>
			)}
		</li>
	);
}

/** The second line: how the run stands, or what is wrong with it. */
function RowWords(props: {
	readonly listed: ListedRun;
	readonly state: MonitorState;
}): JSX.Element {
	const { run } = props.listed;
	const isWrong = needsAttention(run) && run.message !== '';
	const step = stepText(run);
	const since = useSecondsSince(run, 5000);
	const left = remainingText(run, since);
	const quiet = quietText(run, since);
	const words = [
		stateText(run),
		...(isWrong ? [run.message] : []),
		...(step === undefined || isWrong ? [] : [`step ${step}`]),
		...(left === undefined ? [] : [`${left} left`]),
		...(quiet === undefined ? [] : [`nothing logged since ${quiet}`]),
	].join(' · ');
	const skipped = skippedText(run);
	const title = skipped === undefined ? words : `${words}\n${skipped}`;
	return (
		<span class="run-words" title={title} data-state={run.state}>
			{!run.file && <span class={`dot dot-${run.state}`} aria-hidden="true" />}
			<span class="run-words-text">{words}</span>
			{skipped !== undefined && <Icon name="warning" />}
		</span>
	);
}

function NameField(props: {
	readonly name: string;
	/** With what was typed, or undefined when it was given up. */
	readonly onEnd: (typed: string | undefined) => void;
}): JSX.Element {
	const [typed, setTyped] = useState(props.name);
	const isOver = useRef(false);
	// Taking the field away takes its focus as well, which must not count as a second end.
	const end = (name: string | undefined): void => {
		if (!isOver.current) {
			isOver.current = true;
			props.onEnd(name);
		}
	};
	return (
		<div
			class="run-naming"
			ref={element => {
				// The toolkit's field takes the focus once it is drawn.
				requestAnimationFrame(() =>
					element?.querySelector<HTMLElement>('vscode-text-field')?.focus(),
				);
			}}
			onFocusOut={() => end(typed)}
		>
			<TextField
				value={typed}
				label="Name of the run on this page"
				testId="run-name"
				onInput={setTyped}
				onKeyDown={event => {
					if (event.key === 'Enter' || event.key === 'Escape') {
						event.preventDefault();
						event.stopPropagation();
						end(event.key === 'Enter' ? typed : undefined);
					}
				}}
			/>
		</div>
	);
}
