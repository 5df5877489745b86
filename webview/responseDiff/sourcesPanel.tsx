import type { ComponentChildren, JSX } from 'preact';
import type { SourceRow, SourcesView } from '../../src/protocol/answerSources';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import { setBlind } from './actions';
import { PanelHead } from './panelHead';
import { chooseSources, closeSources, openSource } from './sourcesActions';
import { sources } from './sourcesState';
import { percent } from './tallyWords';
import { visibleText } from './visibleText';

/** Rows of training data that say what is selected in an answer, or why there are none. */
export function SourcesPanel(): JSX.Element | null {
	const view = sources.value;
	return view ? (
		<section class="rd-sources" aria-label="Sources" data-testid="sources">
			<Shown view={view} />
		</section>
	) : null;
}

function Shown({ view }: { readonly view: SourcesView }): JSX.Element {
	switch (view.kind) {
		case 'hidden':
			return (
				<Head>
					<span data-testid="sources-hidden">
						Names are hidden. Training data belongs to one model and would tell which answer is
						whose; vote first, or show the names.
					</span>
					<Button onClick={() => void setBlind(false)}>Show Names</Button>
				</Head>
			);
		case 'searching':
			return (
				<Head>
					<ProgressRing label={view.message} />
					<span role="status" data-testid="sources-searching">
						{view.message}
						{view.fraction === undefined ? '' : `, ${percent(view.fraction)}`}:{' '}
						<Phrase view={view} />
					</span>
					<Button testId="sources-cancel" onClick={() => closeSources()}>
						Cancel
					</Button>
				</Head>
			);
		case 'noDatasets':
			return (
				<Head>
					<span data-testid="sources-no-datasets">{view.why}</span>
					<Choose words="Choose Datasets…" />
				</Head>
			);
		case 'failed':
			return (
				<Head>
					<span role="alert">{view.message}</span>
					<Choose words="Choose Datasets…" />
				</Head>
			);
		case 'found':
			return <Found view={view} />;
	}
}

function Found(props: { readonly view: Extract<SourcesView, { kind: 'found' }> }): JSX.Element {
	const { view } = props;
	const { datasets, rows } = view;
	return (
		<>
			<Head>
				<span>
					{rows.length === 0 ? 'Not found: ' : 'Rows like '}
					<Phrase view={view} />{' '}
					{rows.length > 0 && (
						<strong data-testid="sources-label">– similar, not proof of cause</strong>
					)}
				</span>
				<Choose words="Search Others…" />
			</Head>
			<div class="rd-sources-scroll" tabIndex={0} role="group" aria-label="Rows">
				<p class="ws-muted" data-testid="sources-datasets">
					{rows.length === 0
						? 'No row of these datasets has a word of it: '
						: 'Nearest first, by the longest run of words in common. Searched: '}
					{datasets
						.map(({ name, of, rows: count, problem }) =>
							[
								name,
								of === undefined ? '' : `of ${of}`,
								problem === undefined
									? `${(count ?? 0).toLocaleString('en')} rows`
									: `not searched: ${problem}`,
							]
								.filter(Boolean)
								.join(', '),
						)
						.join(' · ')}
				</p>
				<ol class="rd-sources-list">
					{rows.map((row, place) => (
						<li key={place}>
							<Row row={row} place={place} />
						</li>
					))}
				</ol>
			</div>
		</>
	);
}

function Row({ row, place }: { readonly row: SourceRow; readonly place: number }): JSX.Element {
	const where = `${row.dataset}, row ${row.row.toLocaleString('en')}`;
	return (
		<button
			type="button"
			class="rd-source"
			title={`Open ${where} in the dataset editor`}
			data-testid={`source-${place}`}
			onClick={() => openSource(place)}
		>
			<span class="rd-source-place">
				<span class="rd-source-where">{where}</span>
				<span class="ws-muted">
					{row.place} · {row.sharedWords} of {row.phraseWords}{' '}
					{row.phraseWords === 1 ? 'word' : 'words'}
				</span>
			</span>
			<span class="rd-source-text" dir="auto">
				{visibleText(row.excerpt)}
			</span>
		</button>
	);
}

function Phrase({ view }: { readonly view: { readonly phrase: string } }): JSX.Element {
	return (
		<q class="rd-sources-phrase" dir="auto" title={view.phrase}>
			{visibleText(view.phrase)}
		</q>
	);
}

function Choose({ words }: { readonly words: string }): JSX.Element {
	return (
		<Button testId="sources-choose" onClick={() => chooseSources()}>
			{words}
		</Button>
	);
}

function Head({ children }: { readonly children: ComponentChildren }): JSX.Element {
	return (
		<PanelHead
			closeLabel="Close Sources (Escape)"
			closeTestId="sources-close"
			onClose={closeSources}
		>
			{children}
		</PanelHead>
	);
}
