import type { JSX } from 'preact';
import type { AspectRating, Completion, Example, Step } from '../../src/core/dataset/example';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Icon } from '../shared/components/icon';
import { Tag } from '../shared/components/tag';
import { JsonTree } from './jsonTree';
import { MessageText } from './messageText';
import { MessageView } from './messageView';
import type { DatasetPageModel } from './pageModel';

interface AnswersProps<K extends Example['kind']> {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly example: Extract<Example, { readonly kind: K }>;
}

/** The prompt once, and under it every answer with what its judge says. */
export function CompletionsView(props: AnswersProps<'completions'>): JSX.Element {
	const { model, detail, example } = props;
	const { prompt, completions } = example;
	const best = bestOf(completions);
	let from = prompt.length;
	return (
		<>
			{prompt.map((message, i) => (
				<MessageView key={i} model={model} detail={detail} message={message} index={i} />
			))}
			<div class="ws-answers">
				{completions.map((completion, i) => {
					const first = from;
					from += completion.messages.length;
					return (
						<section
							key={i}
							class={`ws-side ws-answer${best.has(i) ? ' ws-answer-best' : ''}`}
							aria-label={`Answer ${i + 1}`}
							data-testid={`answer-${i}`}
						>
							<AnswerHeader completion={completion} number={i + 1} isBest={best.has(i)} />
							{completion.messages.map((message, k) => (
								<MessageView
									key={k}
									model={model}
									detail={detail}
									message={message}
									index={first + k}
								/>
							))}
							<Ratings ratings={completion.ratings} />
							{completion.critique && (
								<details class="ws-block">
									<summary>Critique</summary>
									<div class="ws-text">
										<MessageText reading={model.reading} text={completion.critique.text.trim()} />
									</div>
								</details>
							)}
							{completion.fields.length > 0 && (
								<dl class="ws-answer-fields">
									{completion.fields.map(({ name, value }) => (
										<div key={name}>
											<dt>{name}</dt>
											<dd>
												{typeof value === 'object' ? <JsonTree value={value} /> : String(value)}
											</dd>
										</div>
									))}
								</dl>
							)}
						</section>
					);
				})}
			</div>
		</>
	);
}

function AnswerHeader(props: {
	readonly completion: Completion;
	readonly number: number;
	readonly isBest: boolean;
}): JSX.Element {
	const { name, score, rank } = props.completion;
	return (
		<header class="ws-side-header">
			<h2>{name === '' ? `answer ${props.number}` : name}</h2>
			<span class="ws-spacer" />
			{props.isBest && <span class="ws-muted">{rank === 1 ? 'preferred' : 'best'}</span>}
			{rank !== undefined && score === undefined && <span class="ws-muted">rank {rank}</span>}
			{score !== undefined && <Tag title="Overall score">{score}</Tag>}
		</header>
	);
}

/** One line for each aspect; why it was rated so opens below it. */
function Ratings({ ratings }: { readonly ratings: readonly AspectRating[] }): JSX.Element | null {
	if (ratings.length === 0) {
		return null;
	}
	return (
		<table class="ws-ratings" aria-label="Ratings">
			<tbody>
				{ratings.map(one => (
					<tr key={one.aspect}>
						<th scope="row">{one.aspect.replaceAll('_', ' ')}</th>
						<td class="ws-rating">{one.rating}</td>
						<td>
							<Rationale rating={one} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Rationale({ rating }: { readonly rating: AspectRating }): JSX.Element | null {
	const { rationale, types, typesRationale } = rating;
	if (rationale === undefined && types === undefined) {
		return null;
	}
	const named = types?.filter(type => type !== 'None').join(', ') ?? '';
	return (
		<details>
			<summary>Why</summary>
			{named !== '' && <p class="ws-muted">Types: {named}</p>}
			{typesRationale !== undefined && <p class="ws-rationale">{typesRationale}</p>}
			{rationale !== undefined && <p class="ws-rationale">{rationale}</p>}
		</details>
	);
}

/** Numbers of the best answers; none where all are equal or nothing is said. */
function bestOf(completions: readonly Completion[]): ReadonlySet<number> {
	const worth = completions.map(({ score, rank }) => score ?? (rank && -rank) ?? Number.NaN);
	const known = worth.filter(value => !Number.isNaN(value));
	const most = Math.max(...known);
	const isTelling = known.some(value => value < most);
	return new Set(isTelling ? worth.flatMap((value, i) => (value === most ? [i] : [])) : []);
}

/** The steps of a solution one under the other, each with its mark. */
export function StepwiseView({ model, detail, example }: AnswersProps<'stepwise'>): JSX.Element {
	const { prompt, steps } = example;
	return (
		<>
			{prompt.map((message, i) => (
				<MessageView key={i} model={model} detail={detail} message={message} index={i} />
			))}
			<ol class="ws-steps" aria-label="Steps">
				{steps.map((step, i) => (
					<li key={i} class={`ws-step ws-step-${markOf(step)}`}>
						<MessageView
							model={model}
							detail={detail}
							message={step.message}
							index={prompt.length + i}
							aside={<StepMark step={step} number={i} />}
						/>
					</li>
				))}
			</ol>
		</>
	);
}

function StepMark(props: { readonly step: Step; readonly number: number }): JSX.Element {
	const mark = markOf(props.step);
	return (
		<span class={`ws-step-mark ws-step-mark-${mark}`} data-testid={`step-mark-${props.number}`}>
			{mark !== 'unmarked' && <Icon name={mark === 'right' ? 'keep' : 'drop'} />}
			{mark}
		</span>
	);
}

function markOf({ isRight }: Step): 'right' | 'wrong' | 'unmarked' {
	return isRight === undefined ? 'unmarked' : isRight ? 'right' : 'wrong';
}
