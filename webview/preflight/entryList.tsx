import type { JSX } from 'preact';
import type { PreflightEntry, PreflightSnapshot } from '../../src/protocol/preflight';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { PreflightActions } from './app';

/** What was found, errors first; a click goes to the rows or to the key of the recipe. */
export function EntryList(props: {
	readonly snapshot: PreflightSnapshot;
	readonly actions: PreflightActions;
}): JSX.Element {
	const { snapshot, actions } = props;
	if (snapshot.entries.length === 0) {
		const done = 'Nothing was found in the recipe, the data or on the host.';
		return (
			<p class="ws-entries-none ws-muted">
				{snapshot.isRunning ? 'Nothing was found so far.' : done}
			</p>
		);
	}
	return (
		<ul class="ws-entries" aria-label="Findings">
			{snapshot.entries.map(entry => (
				<Entry key={entry.index} entry={entry} actions={actions} />
			))}
		</ul>
	);
}

function Entry(props: {
	readonly entry: PreflightEntry;
	readonly actions: PreflightActions;
}): JSX.Element {
	const { entry, actions } = props;
	const { index, severity, name, sentence, advice, about, rows, opens, fix } = entry;
	const said = (
		<>
			<span class={`ws-entry-mark ws-mark-${severity}`} role="img" aria-label={severity}>
				<Icon name={severity === 'info' ? 'note' : 'warning'} />
			</span>
			<span class="ws-entry-head">
				<strong>{name}</strong>
				<span class="ws-muted">{rows === '' ? about : `${about} · ${rows}`}</span>
			</span>
			<span class="ws-entry-words">{`${capital(sentence)}.`}</span>
			<span class="ws-entry-advice ws-muted">{`${advice}.`}</span>
		</>
	);
	return (
		<li class="ws-entry-item">
			{opens === 'nothing' ? (
				<div class="ws-entry">{said}</div>
			) : (
				<button
					type="button"
					class="ws-entry ws-entry-link"
					title={opens === 'rows' ? 'Show the rows' : 'Show it in the recipe'}
					data-testid={`entry-${index}`}
					onClick={() => actions.open(index)}
				>
					{said}
				</button>
			)}
			{fix !== undefined && (
				<div class="ws-entry-fix">
					<Button
						label={`Writes into the recipe: ${fix}`}
						testId={`fix-${index}`}
						onClick={() => actions.fix(index)}
					>
						{`Set ${fix}`}
					</Button>
				</div>
			)}
		</li>
	);
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
