import type { JSX } from 'preact';
import type { PreflightKindState, PreflightState } from '../../src/protocol/datasetPreflight';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { DatasetPageModel } from './pageModel';

/** What the check of a recipe on a host says of the dataset; a click shows the rows of one kind. */
export function PreflightSection(props: {
	readonly model: DatasetPageModel;
	readonly state: PreflightState;
}): JSX.Element {
	const { model, state } = props;
	return (
		<section class="ws-preflight" aria-label="Preflight" data-testid="preflight-section">
			<header class="ws-findings-header">
				<h3>Preflight</h3>
				<span class="ws-preflight-of" title={`${state.recipe}, checked on ${state.hostName}`}>
					{state.recipe} on {state.hostName}
				</span>
				<span class="ws-spacer" />
				<Button
					appearance="icon"
					label="Check the recipe on its host again"
					testId="check-again"
					onClick={() => model.findings.checkAgain()}
				>
					<Icon name="refresh" />
				</Button>
			</header>
			{state.isOutdated && (
				<p class="ws-findings-none ws-muted">
					The file was written since: check again to see which rows are meant.
				</p>
			)}
			{state.kinds.length === 0 ? (
				<p class="ws-findings-none ws-muted">Nothing was found in this dataset.</p>
			) : (
				<ul class="ws-findings-list">
					{state.kinds.map(kind => (
						<KindLine key={`${kind.code} ${kind.severity}`} model={model} kind={kind} />
					))}
				</ul>
			)}
		</section>
	);
}

function KindLine(props: {
	readonly model: DatasetPageModel;
	readonly kind: PreflightKindState;
}): JSX.Element {
	const { model, kind } = props;
	const { code, severity, name, sentence, advice, found, left } = kind;
	const words = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}. ${advice}.`;
	const isShown = model.findings.isPreflightFiltered(code);
	const isMended = found > 0 && left === 0;
	return (
		<li class="ws-preflight-kind">
			<button
				type="button"
				class={`ws-finding-kind${isMended ? ' ws-preflight-mended' : ''}`}
				aria-pressed={isShown}
				disabled={left === 0}
				title={words}
				data-testid={`preflight-kind-${code}`}
				onClick={() => model.findings.togglePreflight(code)}
			>
				<span class={`ws-mark-${severity}`} role="img" aria-label={severity}>
					<Icon name={isMended ? 'keep' : 'warning'} />
				</span>
				<span class="ws-finding-name">{name}</span>
				<span class="ws-finding-rows">{found === 0 ? '' : left.toLocaleString('en-US')}</span>
				<span class="ws-finding-meaning">
					{isMended ? 'All of these rows were changed: check again.' : words}
				</span>
			</button>
			{isShown && left > 0 && (
				<div class="ws-preflight-fixes">
					<Button
						label="Label these rows “drop”: training leaves them out, the file stays as it is"
						testId="preflight-drop"
						onClick={() => void model.findings.dropPreflight(code)}
					>
						Drop {left === 1 ? 'It' : `All ${left.toLocaleString('en-US')}`}
					</Button>
				</div>
			)}
		</li>
	);
}
