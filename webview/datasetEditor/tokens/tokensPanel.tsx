import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TokensView } from '../../../src/protocol/datasetTokens';
import { Button } from '../../shared/components/button';
import { Icon } from '../../shared/components/icon';
import { ProgressRing } from '../../shared/components/progressRing';
import { shownSides } from './shownSide';
import { TokenSide } from './tokenSide';
import type { TokensModel } from './tokensModel';

/** The row that is shown, as the trainer of a recipe reads it. */
export function TokensPanel({ model }: { readonly model: TokensModel }): JSX.Element {
	const view = model.view.value;
	const sides = useMemo(() => (view ? shownSides(view) : []), [view?.trainer, view?.local]);
	if (!view) {
		return (
			<div class="ws-empty">
				<ProgressRing label="Reading the row" />
			</div>
		);
	}
	const answer = view.trainer.kind === 'shown' ? view.trainer.answer : undefined;
	return (
		<div class="ws-tokens" data-testid="tokens" data-state={view.trainer.kind}>
			<TokensBar model={model} view={view} />
			<TokensState model={model} view={view} hasText={sides.length > 0} />
			<TokensNotes view={view} />
			<div class={sides.length > 1 ? 'ws-pair' : ''}>
				{sides.map(side => (
					<TokenSide
						key={side.name}
						model={model}
						side={side}
						maxLength={answer?.maxLength ?? undefined}
						packing={answer?.packing ?? undefined}
					/>
				))}
			</div>
		</div>
	);
}

function TokensBar(props: { readonly model: TokensModel; readonly view: TokensView }): JSX.Element {
	const { model, view } = props;
	const { recipe, host, trainer } = view;
	return (
		<div class="ws-tokens-bar">
			<span class="ws-muted">As</span>
			<button
				class="ws-link"
				title={recipe ? `${recipe.path}: choose another recipe` : 'Choose a recipe'}
				data-testid="tokens-recipe"
				onClick={() => model.chooseRecipe()}
			>
				{recipe?.name ?? 'no recipe'}
			</button>
			{recipe?.method !== undefined && (
				<span class="ws-muted">({recipe.method.toUpperCase()})</span>
			)}
			<span class="ws-muted">trains it on</span>
			<button
				class="ws-link"
				title="Choose another host"
				data-testid="tokens-host"
				onClick={() => model.chooseHost()}
			>
				{host ?? 'no host'}
			</button>
			<span class="ws-spacer" />
			{trainer.kind === 'shown' && trainer.answer.sides !== undefined && (
				<span class="ws-token-legend" aria-hidden="true">
					<span class="ws-token ws-token-loss">with loss</span>
					<span class="ws-token">without</span>
					<span class="ws-token ws-token-special">special</span>
				</span>
			)}
		</div>
	);
}

/** What is going on or went wrong, with what to do next. */
function TokensState(props: {
	readonly model: TokensModel;
	readonly view: TokensView;
	/** Whether this machine shows something meanwhile. */
	readonly hasText: boolean;
}): JSX.Element | null {
	const { model, view, hasText } = props;
	const { trainer, host, local } = view;
	const refusedHere = local?.kind === 'refused' ? local.reason : undefined;
	switch (trainer.kind) {
		case 'noRecipe':
			return (
				<div class="ws-banner" role="note">
					<span>No recipe of this workspace uses this dataset. Whose trainer shall read it?</span>
					<Button testId="choose-recipe" onClick={() => model.chooseRecipe()}>
						{trainer.canChoose ? 'Choose a Recipe…' : 'New Recipe…'}
					</Button>
				</div>
			);
		case 'noHost':
			return (
				<div class="ws-banner" role="note">
					<span>Spans and loss come from a trainer on a host.</span>
					<Button testId="choose-host" onClick={() => model.chooseHost()}>
						Choose a Host…
					</Button>
				</div>
			);
		case 'loading':
			return (
				<div class="ws-tokens-loading" role="status" data-testid="tokens-loading">
					<ProgressRing label={trainer.message} />
					<span>
						{trainer.message}
						{host === undefined || host === 'local' ? '' : ` on ${host}`}.{' '}
						{hasText && 'Text and ids are this machine’s; what carries loss follows from the host.'}
						{refusedHere !== undefined && `Here the template refuses it: ${refusedHere}`}
					</span>
					<button class="ws-link" onClick={() => model.stop()}>
						Cancel
					</button>
				</div>
			);
		case 'environmentMissing':
			return (
				<div class="ws-banner" role="note">
					<span>
						{host} has no Python environment for training yet. Building it takes some minutes, once.{' '}
						{hasText &&
							'Until then text and ids are this machine’s, and what carries loss is not known.'}
					</span>
					<Button testId="build-environment" onClick={() => model.build()}>
						Build It Now
					</Button>
				</div>
			);
		case 'failed':
			return (
				<div class="ws-banner ws-banner-error" role="alert" data-testid="tokens-failed">
					<span>
						{trainer.message}{' '}
						{hasText && 'Text and ids are this machine’s; what carries loss is not known.'}
					</span>
					{trainer.needsTemplate === true && (
						<Button testId="use-template" onClick={() => model.useTemplate()}>
							Use a Marked Template…
						</Button>
					)}
					<Button onClick={() => model.retry()}>
						<Icon name="refresh" />
						Try Again
					</Button>
				</div>
			);
		case 'leftOut':
			return (
				<div class="ws-banner ws-banner-warning" role="note" data-testid="tokens-left-out">
					<span>Training leaves this row out: {trainer.reason}.</span>
				</div>
			);
		case 'shown':
			return <Refusal view={view} />;
	}
}

const refusers = {
	row: 'Training leaves this row out',
	template: 'The chat template refuses this row, which would end the training',
	trainer: 'The trainer fails at this row, which would end the training',
};

function Refusal({ view }: { readonly view: TokensView }): JSX.Element | null {
	const refused = view.trainer.kind === 'shown' ? view.trainer.answer.refused : undefined;
	return refused === undefined ? null : (
		<div
			class={`ws-banner ${refused.by === 'row' ? 'ws-banner-warning' : 'ws-banner-error'}`}
			role="alert"
			data-testid="tokens-refused"
		>
			<span>
				{refusers[refused.by]}: {refused.reason}
			</span>
		</div>
	);
}

/** What is true beside the text. */
function TokensNotes({ view }: { readonly view: TokensView }): JSX.Element | null {
	const answer = view.trainer.kind === 'shown' ? view.trainer.answer : undefined;
	const sides = answer?.sides ?? [];
	const untrained = sides.length > 0 && sides.every(side => side.loss.length === 0);
	const notes: readonly (string | false)[] = [
		view.standIn ?? false,
		view.changes.length > 0 && `Before it is sent: ${view.changes.join('; ')}.`,
		answer?.isDropped === true &&
			'max_length leaves nothing with loss: the trainer leaves this example out.',
		untrained && 'No token carries loss: nothing is learned from this example.',
		sides.some(side => side.hasSeam) &&
			'The prompt alone has other tokens than at the start of prompt and reply, so the seam is trained otherwise than it will be used.',
		sides.some(side => !side.isExact) &&
			'The text is put together from what each token says alone; the tokenizer does not say where they stand in the template’s text.',
	];
	const said = notes.filter(note => note !== false);
	return said.length === 0 ? null : (
		<ul class="ws-tokens-notes" data-testid="tokens-notes">
			{said.map(note => (
				<li key={note}>{note}</li>
			))}
		</ul>
	);
}
