import type { JSX } from 'preact';
import { leastShared } from '../../src/core/dataset/annotate/agreement';
import type {
	AgreementReport,
	AuthorReport,
} from '../../src/core/dataset/annotate/annotationReport';
import type { AnnotationSummary } from '../../src/protocol/datasetReview';
import { Button } from '../shared/components/button';
import { Tag } from '../shared/components/tag';
import type { DatasetPageModel } from './pageModel';

interface SummaryProps {
	readonly model: DatasetPageModel;
	readonly summary: AnnotationSummary;
}

/** The annotations of a dataset in numbers, in the place of the example. */
export function AnnotationPage({ model, summary }: SummaryProps): JSX.Element {
	const close = (): void => {
		model.report.value = undefined;
	};
	return (
		<div class="ws-report" data-testid="annotation-report">
			<div class="ws-review-line">
				<h1>Annotations</h1>
				<span class="ws-spacer" />
				<Button onClick={close} testId="close-report">
					Back to the Example
				</Button>
			</div>
			{summary.report.examples === 0 ? (
				<>
					<p>
						Nothing is annotated yet. A review asks about one example after another, and one key
						decides.
					</p>
					<p>
						<Button appearance="primary" onClick={() => void model.reviewing.start()}>
							Review…
						</Button>
					</p>
				</>
			) : (
				<AnnotationNumbers model={model} summary={summary} />
			)}
		</div>
	);
}

/** Who decided what, and how far annotators agree. */
export function AnnotationNumbers({ model, summary }: SummaryProps): JSX.Element | null {
	const { report, rows, me } = summary;
	const { labels } = report;
	if (report.examples === 0) {
		return null;
	}
	return (
		<>
			<h2>Decisions</h2>
			<p>
				{number(report.examples)} of {number(rows)} examples annotated: {number(labels.keep)} keep,{' '}
				{number(labels.drop)} drop, {number(labels.fix)} fix.
				{report.disputed > 0 &&
					' Where annotators differ, an example that anybody keeps counts as kept.'}
			</p>
			<AuthorTable authors={report.authors} me={me} />
			{report.tags.length > 0 && (
				<p class="ws-review-said">
					{report.tags.slice(0, 20).map(({ tag, examples }) => (
						<Tag key={tag}>{`#${tag} ${number(examples)}`}</Tag>
					))}
				</p>
			)}
			{report.suggestions.map(({ tool, examples }) => (
				<p key={tool} class="ws-muted">
					{tool} suggests something for {number(examples)} examples.
				</p>
			))}
			{report.agreement.length > 0 && <AgreementTable agreement={report.agreement} me={me} />}
			{report.disputed > 0 && (
				<p>
					<Button
						testId="review-disagreements"
						onClick={() => void model.reviewing.takeDisagreements()}
					>{`Review ${counted(report.disputed, 'Disagreement')}`}</Button>
				</p>
			)}
		</>
	);
}

function AuthorTable(props: {
	readonly authors: readonly AuthorReport[];
	readonly me: string;
}): JSX.Element {
	return (
		<div class="ws-report-scroll">
			<table class="ws-report-table" data-testid="author-table">
				<thead>
					<tr>
						<th scope="col">Annotator</th>
						<th scope="col">Examples</th>
						<th scope="col">Keep</th>
						<th scope="col">Drop</th>
						<th scope="col">Fix</th>
						<th scope="col">Rated</th>
						<th scope="col">Skipped</th>
						<th scope="col" title="Median over the examples, pauses left out">
							Median time
						</th>
					</tr>
				</thead>
				<tbody>
					{props.authors.map(one => (
						<tr key={one.author}>
							<th scope="row">{named(one.author, props.me)}</th>
							<td>{number(one.examples)}</td>
							<td>{number(one.labels.keep)}</td>
							<td>{number(one.labels.drop)}</td>
							<td>{number(one.labels.fix)}</td>
							<td>
								{number(one.rated)}
								{one.meanRating !== undefined && ` (mean ${one.meanRating.toFixed(1)})`}
							</td>
							<td>{number(one.skipped)}</td>
							<td>
								{one.secondsPerExample === undefined ? '' : `${one.secondsPerExample.toFixed(1)} s`}
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

function AgreementTable(props: {
	readonly agreement: readonly AgreementReport[];
	readonly me: string;
}): JSX.Element {
	return (
		<>
			<h2>Agreement</h2>
			<div class="ws-report-scroll">
				<table class="ws-report-table" data-testid="agreement-table">
					<thead>
						<tr>
							<th scope="col">Annotators</th>
							<th scope="col">Shared</th>
							<th scope="col">Agree</th>
							<th scope="col">Differ</th>
							<th scope="col" title="Agreement beyond chance: 1 is full, 0 is that of chance">
								Cohen’s kappa (95% interval)
							</th>
						</tr>
					</thead>
					<tbody>
						{props.agreement.map(one => (
							<tr key={one.annotators.join('\n')}>
								<th scope="row">
									{one.annotators.map(author => named(author, props.me)).join(' and ')}
								</th>
								<td>{number(one.shared)}</td>
								<td>{one.observed === undefined ? '' : `${Math.round(100 * one.observed)}%`}</td>
								<td>{number(one.disagreements)}</td>
								<td>{kappaWords(one)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</>
	);
}

function kappaWords({ kappa, noKappa }: AgreementReport): string {
	if (kappa) {
		const [value, low, high] = [kappa.value, kappa.low, kappa.high].map(one =>
			one.toFixed(2).replace('-', '−'),
		);
		return `${value} (${low} to ${high})`;
	}
	return noKappa === 'oneAnswer'
		? 'none: both gave one and the same answer'
		: `none below ${leastShared} shared`;
}

function named(author: string, me: string): string {
	return author === me ? `${author} (you)` : author;
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}

function counted(count: number, noun: string): string {
	return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
