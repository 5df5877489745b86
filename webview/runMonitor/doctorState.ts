import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { DoctorEvidence, DoctorFinding, DoctorSeverity } from '../../src/core/doctor/finding';
import type { DoctorReport } from '../../src/protocol/runMonitor';
import type { MonitorState } from './state';
import { within } from './zoom';

/** What the page asks of the doctor in the extension host. */
export interface DoctorActions {
	showChange(runId: string, code: string): void;
	dismiss(runId: string, code: string): void;
	restore(runId: string): void;
}

/** What the doctor has said about the runs of the page. */
export class DoctorState {
	readonly reports: Signal<readonly DoctorReport[]> = signal<readonly DoctorReport[]>([]);
	readonly isOpen: Signal<boolean> = signal(true);
	/** Findings over all runs. */
	readonly count: ReadonlySignal<number> = computed(() =>
		this.reports.value.reduce((sum, { findings }) => sum + findings.length, 0),
	);

	/** The runs that `isOpen` was decided for. */
	#runs = '';

	constructor(readonly actions: DoctorActions) {}

	/**
	 * What is known when runs come to the page is shown whole. What comes while somebody reads the
	 * charts takes the one line that was there and moves nothing; a click opens it.
	 */
	take(reports: readonly DoctorReport[]): void {
		const runs = reports.map(({ runId }) => runId).join(' ');
		batch(() => {
			this.reports.value = reports;
			if (runs !== this.#runs) {
				this.#runs = runs;
				this.isOpen.value = this.count.value > 0;
			}
		});
	}
}

/** `1 error, 2 warnings and 1 note`; empty of none. */
export function countWords(findings: readonly Pick<DoctorFinding, 'severity'>[]): string {
	const words = (severity: DoctorSeverity, one: string): readonly string[] => {
		const count = findings.filter(finding => finding.severity === severity).length;
		return count === 0 ? [] : [`${count} ${one}${count === 1 ? '' : 's'}`];
	};
	const all = [
		...words('error', 'error'),
		...words('warning', 'warning'),
		...words('info', 'note'),
	];
	const last = all.at(-1) ?? '';
	return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

/** `step 12`, `steps 12–40`. */
export function stepWords({ from, to }: Pick<DoctorEvidence, 'from' | 'to'>): string {
	return from === to ? `step ${from}` : `steps ${from}–${to}`;
}

/**
 * Shows the steps of a finding in all charts, with some room around them, and brings the chart of
 * its metric into sight.
 */
export function showEvidence(state: MonitorState, { metric, from, to }: DoctorEvidence): void {
	const room = Math.max(10, (to - from) / 2);
	if (state.view.value.axis !== 'step') {
		state.change({ axis: 'step' });
		state.zoomTo({ min: Math.max(0, from - room), max: to + room });
	} else {
		state.zoomTo(within({ min: from - room, max: to + room }, state.whole.value));
	}
	const panel = state.panels.value.find(({ lines }) => lines.some(line => line.metric === metric));
	if (panel === undefined) {
		return;
	}
	const { groups, hiddenPanels } = state.view.value;
	state.change({
		metricSearch: '',
		hiddenPanels: hiddenPanels.filter(id => id !== panel.id),
		...(panel.group === '' ? {} : { groups: { ...groups, [panel.group]: true } }),
	});
	state.announcement.value = `${panel.title}, ${stepWords({ from, to })}`;
	requestAnimationFrame(() => {
		const frame = document.querySelector<HTMLElement>(
			`[data-testid="panel-${CSS.escape(panel.id)}"]`,
		);
		frame?.scrollIntoView({ block: 'center' });
		frame?.classList.remove('panel-shown');
		requestAnimationFrame(() => frame?.classList.add('panel-shown'));
	});
}
