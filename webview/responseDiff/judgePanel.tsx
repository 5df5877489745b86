import type { JSX } from 'preact';
import type { JudgedView } from '../../src/core/responses/judging/judged';
import type { JudgedFigure } from '../../src/core/responses/judging/judgedFigures';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import { hideJudges, judge } from './actions';
import { IntervalBar } from './intervalBar';
import { figureWords, judgedTitle, placeOf, publishedWords, spanWords } from './judgeWords';
import { judged, judgesShown } from './state';

const kinds = [
	['windsock', 'Windsock’s way', 'Both orders always; what does not survive the swap is a tie.'],
	['protocol', 'As published', 'Prompts, sampling and rules of the protocol, and its own figures.'],
] as const;

/** What judges have said: how far each can be trusted, then its figures, the two kinds apart. */
export function JudgePanel(): JSX.Element | null {
	if (!judgesShown.value) {
		return null;
	}
	const all = judged.value;
	return (
		<section class="rd-tally rd-judges" aria-label="Judges" data-testid="judges" tabIndex={0}>
			<div class="rd-judges-buttons">
				<Button testId="judge-start" onClick={() => judge()}>
					Judge Comparison…
				</Button>
				<Button label="Close the judges" testId="judges-close" onClick={() => hideJudges()}>
					Close
				</Button>
			</div>
			<JudgesBody all={all} />
		</section>
	);
}

function JudgesBody({
	all,
}: {
	readonly all: readonly JudgedView[] | 'heldBack' | undefined;
}): JSX.Element {
	if (all === undefined) {
		return <ProgressRing label="Reading what judges have said" />;
	}
	if (all === 'heldBack') {
		return (
			<p data-testid="judges-held-back">
				What a judge says names models and sways votes, so it is shown when your set is done, or
				when you end it with Wins.
			</p>
		);
	}
	if (all.length === 0) {
		return <p data-testid="judges-none">No judge has looked at these answers yet.</p>;
	}
	return (
		<div class="rd-judge-columns">
			{kinds.map(([kind, title, meaning]) => {
				const own = all.filter(one => one.kind === kind);
				return own.length === 0 ? null : (
					<section
						key={kind}
						class="rd-judge-column"
						aria-label={title}
						data-testid={`judges-${kind}`}
						tabIndex={0}
					>
						<h2>{title}</h2>
						<p class="ws-muted">{meaning}</p>
						{own.map(one => (
							<JudgedBlock key={judgedTitle(one)} view={one} />
						))}
					</section>
				);
			})}
		</div>
	);
}

function JudgedBlock({ view }: { readonly view: JudgedView }): JSX.Element {
	const unit = view.figures[0]?.unit;
	const hasAgainst = view.figures.some(({ against }) => against !== undefined);
	const hasCategory = view.figures.some(({ category }) => category !== undefined);
	return (
		<article class="rd-judged" data-testid="judged">
			<h3>{judgedTitle(view)}</h3>
			<ul class="rd-tally-notes">
				{view.trust.map(sentence => (
					<li key={sentence}>{sentence}</li>
				))}
			</ul>
			<table>
				<thead>
					<tr>
						<th>Model</th>
						{hasAgainst && <th>against</th>}
						{hasCategory && <th>Category</th>}
						{hasAgainst && !hasCategory && <th class="rd-number rd-wide">Won · lost · even</th>}
						<th class="rd-number">{unit === 'grade' ? 'Grade' : 'Share'}</th>
						<th>Interval</th>
						<th class="rd-number">Prompts</th>
					</tr>
				</thead>
				<tbody>
					{view.figures.map(figure => (
						<tr key={`${figure.model}\n${figure.against ?? ''}\n${figure.category ?? ''}`}>
							<td>{figure.model}</td>
							{hasAgainst && <td>{figure.against}</td>}
							{hasCategory && <td>{figure.category}</td>}
							{hasAgainst && !hasCategory && (
								<td class="rd-number rd-wide">
									{figure.wins} · {figure.losses} · {figure.ties}
								</td>
							)}
							<td class="rd-number">{figureWords(figure)}</td>
							<td>
								<Between figure={figure} />
							</td>
							<td class="rd-number">{figure.n}</td>
						</tr>
					))}
					{view.published.map(({ model, value, source }) => (
						<tr key={`published ${model}`} class="ws-muted" data-testid="judged-published">
							<td>{model}</td>
							{hasAgainst && <td />}
							{hasAgainst && !hasCategory && <td class="rd-wide" />}
							<td class="rd-number">{publishedWords(value, unit)}</td>
							<td colSpan={2}>published: {source}</td>
						</tr>
					))}
				</tbody>
			</table>
		</article>
	);
}

function Between({ figure }: { readonly figure: JudgedFigure }): JSX.Element {
	const { unit, value, interval } = figure;
	return (
		<span class="rd-interval">
			{interval && (
				<IntervalBar
					low={placeOf(unit, interval.low)}
					high={placeOf(unit, interval.high)}
					point={placeOf(unit, value)}
					{...(unit === 'share' ? { middle: 0.5 } : {})}
				/>
			)}
			{spanWords(figure)}
		</span>
	);
}
