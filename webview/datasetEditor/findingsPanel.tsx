import type { JSX } from 'preact';
import { severityOf, shortNameOf } from '../../src/core/dataset/findings/checks';
import { meanings } from '../../src/core/dataset/findings/meanings';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { DatasetPageModel } from './pageModel';
import { PreflightSection } from './preflightSection';

/** All kinds of findings of the dataset with their rows; a click shows the rows of one kind. */
export function FindingsPanel({ model }: { readonly model: DatasetPageModel }): JSX.Element | null {
	const snapshot = model.snapshot.value;
	const dataset = snapshot?.dataset;
	const preflight = snapshot?.preflight;
	if (!model.findings.isOpen.value || !dataset) {
		return null;
	}
	// What a preflight found has a list of its own.
	const own = dataset.findings.filter(({ code }) => code !== 'preflight');
	const errorsFirst = own.sort(
		(a, b) =>
			Number(severityOf(b.code) === 'error') - Number(severityOf(a.code) === 'error') ||
			b.rows - a.rows,
	);
	return (
		<section class="ws-findings" aria-label="Findings" data-testid="findings-panel">
			<header class="ws-findings-header">
				<h2>Findings</h2>
				<span class="ws-spacer" />
				<Button
					appearance="icon"
					label="Previous finding (Shift+F8)"
					testId="previous-finding"
					onClick={() => void model.findings.step(-1)}
				>
					<Icon name="up" />
				</Button>
				<Button
					appearance="icon"
					label="Next finding (F8)"
					testId="next-finding"
					onClick={() => void model.findings.step(1)}
				>
					<Icon name="down" />
				</Button>
				<Button
					appearance="icon"
					label="Close the list of findings"
					onClick={() => (model.findings.isOpen.value = false)}
				>
					<Icon name="drop" />
				</Button>
			</header>
			<div class="ws-findings-scroll">
				{preflight && <PreflightSection model={model} state={preflight} />}
				{preflight && <h3 class="ws-findings-part">In the file</h3>}
				{errorsFirst.length === 0 ? (
					<p class="ws-findings-none ws-muted">
						{dataset.isChecked ? 'Nothing was found.' : 'Nothing was found so far.'}
					</p>
				) : (
					<ul class="ws-findings-list">
						{errorsFirst.map(({ code, rows }) => (
							<li key={code}>
								<button
									type="button"
									class="ws-finding-kind"
									aria-pressed={model.findings.isFiltered(code)}
									title={meanings[code]}
									data-testid={`finding-kind-${code}`}
									onClick={() => model.findings.toggle(code)}
								>
									<span
										class={`ws-mark-${severityOf(code)}`}
										role="img"
										aria-label={severityOf(code)}
									>
										<Icon name="warning" />
									</span>
									<span class="ws-finding-name">{shortNameOf(code)}</span>
									<span class="ws-finding-rows">{rows.toLocaleString('en-US')}</span>
									<span class="ws-finding-meaning">{meanings[code]}</span>
								</button>
							</li>
						))}
					</ul>
				)}
			</div>
		</section>
	);
}
