import type { JSX } from 'preact';
import { sentenceFor, severityOf, shortNameOf } from '../../src/core/dataset/findings/checks';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { Tag } from '../shared/components/tag';
import { CompletionsView, StepwiseView } from './answersView';
import { FieldsTable, ScalarValue } from './fieldsTable';
import { JsonTree } from './jsonTree';
import { EditableBlock, MessageView } from './messageView';
import { FindingHighlights } from './findingHighlights';
import { MatchHighlights } from './matchHighlights';
import type { DatasetPageModel } from './pageModel';
import { AnnotationPage } from './annotationSummary';
import { OtherWords } from './otherWords';
import { ReviewBar } from './reviewBar';
import { ReviewSummary } from './reviewSummary';
import { PreferenceView } from './preferenceView';
import { RawEditor } from './rawEditor';
import { ReadAsLine } from './readAsLine';
import { ReadingButtons } from './readingButtons';
import { DesirableMark, RowButtons } from './rowButtons';
import { TokensPanel } from './tokens/tokensPanel';

/** The selected row: what it is, what is found in it, and what it says. */
export function ExampleView({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const detail = model.detail.value;
	const review = model.review.value;
	if (model.report.value) {
		return (
			<section class="ws-example" aria-label="Annotation summary">
				<AnnotationPage model={model} summary={model.report.value} />
			</section>
		);
	}
	if (review?.isDone === true) {
		return (
			<section class="ws-example" aria-label="Review">
				<ReviewSummary model={model} review={review} />
			</section>
		);
	}
	if (!detail) {
		return (
			<section class="ws-example ws-empty" aria-label="Example">
				{model.selected.value === undefined ? 'Choose a row.' : ''}
			</section>
		);
	}
	return (
		<section class="ws-example" aria-label={`Example ${detail.summary.number}`}>
			<ReviewBar model={model} />
			<MatchHighlights model={model} />
			<FindingHighlights model={model} />
			<ExampleHeader model={model} detail={detail} />
			<OtherWords model={model} />
			<div class="ws-example-body" key={detail.summary.id} data-testid="example-body">
				{model.tokens.isOpen.value ? (
					<TokensPanel model={model.tokens} />
				) : model.isRaw.value ? (
					<RawEditor model={model} detail={detail} key={detail.stamp} />
				) : (
					<>
						<ReadAsLine model={model} detail={detail} />
						<ExampleBody model={model} detail={detail} />
					</>
				)}
			</div>
		</section>
	);
}

function ExampleHeader(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const { summary, example } = detail;
	return (
		<div class="ws-example-header">
			<h1 class="ws-example-title">Row {summary.number}</h1>
			<Tag title="Format of this row" testId="format">
				{summary.format}
			</Tag>
			{example.kind === 'messages' && example.desirable !== undefined && (
				<DesirableMark model={model} detail={detail} isDesirable={example.desirable} />
			)}
			{example.kind === 'preference' && example.scores && <Margin scores={example.scores} />}
			{detail.findings.map((finding, i) => (
				<Tag
					key={i}
					kind={severityOf(finding.code)}
					title={sentenceFor(finding)}
					testId={`finding-${finding.code}`}
				>
					{finding.name ?? shortNameOf(finding.code)}
				</Tag>
			))}
			<span class="ws-spacer" />
			<span class="ws-example-actions">
				<RowButtons model={model} detail={detail} />
				{!model.review.value && <LabelButtons model={model} detail={detail} />}
				<ReadingButtons model={model} isPair={example.kind === 'preference'} />
				<Button
					appearance="icon"
					label={`What the trainer sees: tokens, loss and cut${model.review.value ? '' : ' (T)'}`}
					testId="toggle-tokens"
					pressed={model.tokens.isOpen.value}
					onClick={() => model.toggleTokens()}
				>
					<Icon name="tokens" />
				</Button>
				<Button
					appearance="icon"
					label="Show and edit the row as raw JSON (R)"
					testId="toggle-raw"
					pressed={model.isRaw.value && !model.tokens.isOpen.value}
					onClick={() => model.toggleRaw()}
				>
					<Icon name="raw" />
				</Button>
				<Button
					appearance="icon"
					label="Previous row"
					testId="previous-row"
					onClick={() => void model.step(-1)}
				>
					<Icon name="up" />
				</Button>
				<Button
					appearance="icon"
					label="Next row"
					testId="next-row"
					onClick={() => void model.step(1)}
				>
					<Icon name="down" />
				</Button>
			</span>
		</div>
	);
}

/** By how much the chosen reply is scored above the rejected one. */
function Margin(props: {
	readonly scores: { readonly chosen: number; readonly rejected: number };
}): JSX.Element {
	const { chosen, rejected } = props.scores;
	const margin = Number((chosen - rejected).toPrecision(6));
	return (
		<span
			class={margin > 0 ? 'ws-muted' : 'ws-mark-warning'}
			title={`Score of chosen ${chosen}, of rejected ${rejected}`}
			data-testid="margin"
		>
			{chosen} : {rejected}, margin {margin > 0 ? '+' : ''}
			{margin}
		</span>
	);
}

/** In a review the bar above has these. */
function LabelButtons(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const { label } = detail.summary;
	const canLabel = model.snapshot.value?.dataset.noLabels === undefined;
	return (
		<>
			<Button
				label="Keep this example (K)"
				testId="label-keep"
				pressed={label === 'keep'}
				disabled={!canLabel}
				class="ws-label-button ws-label-keep"
				onClick={() => void model.rowEditor.label('keep')}
			>
				<Icon name="keep" />
				Keep
			</Button>
			<Button
				label="Drop this example (D)"
				testId="label-drop"
				pressed={label === 'drop'}
				disabled={!canLabel}
				class="ws-label-button ws-label-drop"
				onClick={() => void model.rowEditor.label('drop')}
			>
				<Icon name="drop" />
				Drop
			</Button>
		</>
	);
}

function ExampleBody(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const { example } = detail;
	switch (example.kind) {
		case 'messages':
			return (
				<>
					{example.messages.map((message, i) => (
						<MessageView key={i} model={model} detail={detail} message={message} index={i} />
					))}
					<FieldsTable model={model} detail={detail} example={example} />
				</>
			);
		case 'preference':
			return (
				<>
					<PreferenceView model={model} detail={detail} example={example} />
					<FieldsTable model={model} detail={detail} example={example} />
				</>
			);
		case 'completions':
			return (
				<>
					<CompletionsView model={model} detail={detail} example={example} />
					<FieldsTable model={model} detail={detail} example={example} />
				</>
			);
		case 'stepwise':
			return (
				<>
					<StepwiseView model={model} detail={detail} example={example} />
					<FieldsTable model={model} detail={detail} example={example} />
				</>
			);
		case 'text':
			return (
				<>
					<article class="ws-message ws-role-text" tabIndex={0} data-testid="message-0">
						<EditableBlock
							model={model}
							id={detail.summary.id}
							text={example.body}
							place={{ message: 0, block: 0 }}
							label="Text"
						/>
					</article>
					<FieldsTable model={model} detail={detail} example={example} />
				</>
			);
		case 'json':
			return (
				<JsonTree
					value={example.value}
					leaf={(path, value) => (
						<ScalarValue model={model} detail={detail} path={path} value={value} />
					)}
				/>
			);
		case 'broken':
			return (
				<>
					<p class="ws-broken" role="alert">
						This row is not valid JSON. Mend it here; until then it is kept as it is.
						{!model.rowEditor.canEdit && ` ${example.reason}`}
					</p>
					<RawEditor model={model} detail={detail} key={detail.stamp} />
				</>
			);
	}
}
