import type { JSX, Ref, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DoctorReport } from '../../src/protocol/runMonitor';
import { Icon } from '../shared/components/icon';
import { DoctorItem } from './doctorItem';
import { countWords, type DoctorState } from './doctorState';
import { isActive } from './runWords';
import type { MonitorState } from './state';

/** Above the charts: what the doctor says about the runs, the worst first; one line of none. */
export function DoctorStrip(props: {
	readonly state: MonitorState;
	readonly doctor: DoctorState;
}): JSX.Element | null {
	const { state, doctor } = props;
	const reports = doctor.reports.value;
	const strip = useRef<HTMLElement>(null);
	useKeptPlace(strip, doctor.isOpen.value);
	if (state.panels.value.length === 0) {
		return null;
	}
	if (reports.length === 0) {
		return <p class="doctor doctor-none ws-muted">The doctor looks at the curves…</p>;
	}
	const all = reports.flatMap(({ findings }) => findings);
	const worst = all.find(({ severity }) => severity === 'error') ?? all[0];
	if (worst === undefined) {
		const hasLoss = state.panels.value.some(({ lines }) =>
			lines.some(({ metric }) => metric === 'loss'),
		);
		const isEarly = state.runs.value.some(isActive);
		return (
			<p
				ref={strip as Ref<HTMLParagraphElement>}
				class="doctor doctor-none ws-muted"
				data-testid="doctor"
			>
				<Icon name={hasLoss ? 'keep' : 'note'} />
				<span>
					{hasLoss
						? 'Nothing is wrong, as far as the curves tell.'
						: isEarly
							? 'The doctor begins with the first loss.'
							: 'No metric is named loss, so the doctor has little to judge by.'}
				</span>
				<Dismissed reports={reports} doctor={doctor} />
			</p>
		);
	}
	const { isOpen } = doctor;
	return (
		<section ref={strip} class="doctor" aria-label="Doctor" data-testid="doctor">
			<div class="doctor-head">
				<button
					type="button"
					class="doctor-fold ws-bare-button"
					aria-expanded={isOpen.value}
					data-testid="doctor-fold"
					onClick={() => {
						isOpen.value = !isOpen.value;
					}}
				>
					<Icon name={isOpen.value ? 'down' : 'right'} />
					<span class={`doctor-mark doctor-${worst.severity}`}>
						<Icon name={worst.severity === 'info' ? 'note' : 'warning'} />
					</span>
					<span class="doctor-title">Doctor</span>
					<span class="ws-muted doctor-count" role="status">
						{countWords(all)}
						{!isOpen.value && `: ${worst.title}. ${worst.sentence}`}
					</span>
				</button>
				<Dismissed reports={reports} doctor={doctor} />
			</div>
			{isOpen.value && (
				<ul class="doctor-list" aria-label="Findings">
					{reports.flatMap(report =>
						report.findings.map(finding => (
							<DoctorItem
								key={`${report.runId} ${finding.code}`}
								state={state}
								doctor={doctor}
								report={report}
								finding={finding}
							/>
						)),
					)}
				</ul>
			)}
		</section>
	);
}

/**
 * Moves the charts by what the strip grew or shrank where no person folded it, so that they stay
 * under the reader’s eyes.
 */
function useKeptPlace(strip: RefObject<HTMLElement | null>, isOpen: boolean): void {
	const height = strip.current?.offsetHeight;
	const wasOpen = useRef(isOpen);
	useLayoutEffect(() => {
		const grown = height === undefined ? 0 : (strip.current?.offsetHeight ?? 0) - height;
		const charts = strip.current?.parentElement?.querySelector('.panels');
		if (charts && grown !== 0 && wasOpen.current === isOpen) {
			charts.scrollTop += grown;
		}
		wasOpen.current = isOpen;
	});
}

/** Brings back what was dismissed. */
function Dismissed(props: {
	readonly reports: readonly DoctorReport[];
	readonly doctor: DoctorState;
}): JSX.Element | null {
	const some = props.reports.filter(({ dismissed }) => dismissed > 0);
	const count = some.reduce((sum, { dismissed }) => sum + dismissed, 0);
	return count === 0 ? null : (
		<button
			type="button"
			class="doctor-link ws-bare-button"
			data-testid="doctor-restore"
			onClick={() => some.forEach(({ runId }) => props.doctor.actions.restore(runId))}
		>
			Show {count} dismissed
		</button>
	);
}
