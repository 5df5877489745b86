import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { changeWords } from '../../src/core/doctor/changeWords';
import type { DoctorEvidence, DoctorFinding } from '../../src/core/doctor/finding';
import type { DoctorReport } from '../../src/protocol/runMonitor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { showEvidence, stepWords, type DoctorState } from './doctorState';
import type { MonitorState } from './state';

interface ItemProps {
	readonly state: MonitorState;
	readonly doctor: DoctorState;
	readonly report: DoctorReport;
	readonly finding: DoctorFinding;
}

const severityWords = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

/** One finding: what was seen and where in one line, what to do about it below. */
export function DoctorItem(props: ItemProps): JSX.Element {
	const { state, doctor, report, finding } = props;
	const { code, severity, title, sentence, evidence } = finding;
	// Of a few all is said at once; of many, what to do is a click away.
	const [isOpen, setOpen] = useState(severity !== 'info' && doctor.count.value <= 2);
	const first = evidence[0];
	const several = state.runs.value.length > 1;
	const run = state.runs.value.find(({ id }) => id === report.runId);
	return (
		<li class="doctor-item ws-hover-row" data-testid={`finding-${code}`}>
			<span
				class={`doctor-mark doctor-${severity}`}
				role="img"
				aria-label={severityWords[severity]}
				title={severityWords[severity]}
			>
				<Icon name={severity === 'info' ? 'note' : 'warning'} />
			</span>
			<div class="doctor-words">
				<div class="doctor-line">
					<button
						type="button"
						class="doctor-name ws-bare-button"
						aria-expanded={isOpen}
						title={isOpen ? 'Show less' : 'Show what to do'}
						onClick={() => setOpen(!isOpen)}
					>
						<Icon name={isOpen ? 'down' : 'right'} />
						{title}
					</button>
					{several && <span class="ws-muted">{run?.name}</span>}
					<span class="doctor-sentence">{sentence}</span>
				</div>
				{isOpen && <Details {...props} />}
			</div>
			<span class="doctor-actions">
				{first && (
					<button
						type="button"
						class="doctor-link ws-bare-button"
						title={`Show ${first.metric} at ${stepWords(first)}`}
						data-testid={`jump-${code}`}
						onClick={() => showEvidence(state, first)}
					>
						{`Go to ${stepWords(first)}`}
					</button>
				)}
				<Button
					appearance="icon"
					label={`Dismiss “${title}” for this run`}
					testId={`dismiss-${code}`}
					onClick={() => doctor.actions.dismiss(report.runId, code)}
				>
					<Icon name="drop" />
				</Button>
			</span>
		</li>
	);
}

/** Values stand behind their metric; words speak for themselves. */
function evidenceWords({ metric, values }: DoctorEvidence): string {
	return /\d/.test(values) ? `${metric} ${values}` : values;
}

function Details({ state, doctor, report, finding }: ItemProps): JSX.Element {
	const { code, advice, evidence, sources, changes } = finding;
	return (
		<>
			<p class="doctor-advice">{advice}</p>
			{changes !== undefined && (
				<p class="doctor-change">
					<span class="ws-muted">In the recipe</span> <code>{changeWords(changes)}</code>{' '}
					{report.hasRecipe && (
						<button
							type="button"
							class="doctor-link ws-bare-button"
							data-testid={`change-${code}`}
							onClick={() => doctor.actions.showChange(report.runId, code)}
						>
							Show Change
						</button>
					)}
				</p>
			)}
			<p class="doctor-rest ws-muted">
				{evidence.slice(1).map(one => (
					<button
						type="button"
						class="doctor-link ws-bare-button"
						key={`${one.kind} ${one.metric} ${one.from}`}
						title={`Show ${one.metric} at ${stepWords(one)}`}
						onClick={() => showEvidence(state, one)}
					>
						{evidenceWords(one)}
					</button>
				))}
				<span>
					{'After '}
					{sources.map(({ title, url }, i) => (
						<>
							{i > 0 && ', '}
							{url === undefined ? (
								title.toLowerCase()
							) : (
								<a key={title} href={url} title={url}>
									{title}
								</a>
							)}
						</>
					))}
				</span>
			</p>
		</>
	);
}
