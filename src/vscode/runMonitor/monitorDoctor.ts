import type { Disposable } from '../../core/base/disposable';
import type { DoctorFinding } from '../../core/doctor/finding';
import { DoctorRounds } from '../../core/doctor/doctorRounds';
import { knownRunOf } from '../../core/doctor/knownRun';
import type { MetricSource } from '../../core/metrics/metricSource';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { DoctorReport } from '../../protocol/runMonitor';
import type { DismissedFindings } from '../doctor/dismissedFindings';

/** Milliseconds from a change of a run to the next look at it. */
const delay = 1000;
/** Milliseconds after which runs in training are looked at where nothing came. */
const patience = 15_000;

/** What is judged: a run of the library, or files of another tool. */
export type Judged = Pick<MetricSource, 'id' | 'metrics' | 'run'>;

export interface JudgedSources {
	get(id: string): Judged | undefined;
	/** Reads what is here and not read yet. */
	load(id: string): Promise<void>;
}

/** Judges the runs of a page while it is seen, and says so when it has something else to say. */
export class MonitorDoctor implements Disposable {
	readonly #rounds = new DoctorRounds(() => performance.now() / 1000);
	#runIds: readonly string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** When the next look is, in milliseconds of this machine's clock. */
	#due = 0;
	#said = '';
	#reports: readonly DoctorReport[] = [];

	constructor(
		private readonly sources: JudgedSources,
		private readonly library: Pick<RunLibrary, 'describe'>,
		private readonly dismissed: Pick<DismissedFindings, 'has' | 'add' | 'clear'>,
		private readonly say: (reports: readonly DoctorReport[]) => void,
		private readonly show: (runId: string, finding: DoctorFinding) => void,
	) {}

	/** The page is there, or shows other runs: it is told anew, once the charts are drawn. */
	begin(runIds: readonly string[]): void {
		this.#runIds = runIds;
		this.#said = '';
		this.#later(0);
	}

	/** Something came; a look follows soon, not for each line. */
	note(): void {
		this.#later(delay);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#runIds = [];
	}

	showChange(runId: string, code: string): void {
		const report = this.#reports.find(one => one.runId === runId);
		const finding = report?.findings.find(one => one.code === code);
		if (finding?.changes !== undefined) {
			this.show(runId, finding);
		}
	}

	async dismiss(runId: string, code: string): Promise<void> {
		await this.dismissed.add(runId, code);
		await this.#look();
	}

	async restore(runId: string): Promise<void> {
		await this.dismissed.clear(runId);
		await this.#look();
	}

	dispose(): void {
		this.stop();
	}

	/** A look that comes sooner stays; one that would come later gives way. */
	#later(wait: number): void {
		const due = performance.now() + wait;
		if (this.#timer !== undefined && this.#due <= due) {
			return;
		}
		clearTimeout(this.#timer);
		this.#due = due;
		this.#timer = setTimeout(() => void this.#look(), wait);
	}

	async #look(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const runIds = this.#runIds;
		for (const id of runIds) {
			await this.sources.load(id);
		}
		if (runIds !== this.#runIds) {
			return;
		}
		const seen = this.#runIds.flatMap(id => this.sources.get(id) ?? []);
		const reports = seen.map(source => this.#report(source));
		this.#reports = reports;
		const now = JSON.stringify(reports);
		if (now !== this.#said) {
			this.#said = now;
			this.say(reports);
		}
		if (seen.some(isTraining)) {
			this.#later(patience);
		}
	}

	#report(source: Judged): DoctorReport {
		const { id, metrics, run } = source;
		const known = run === undefined ? {} : knownRunOf(run, this.library);
		const all = this.#rounds.look({ id, metrics, known, isTraining: isTraining(source) });
		const findings = all.filter(({ code }) => !this.dismissed.has(id, code));
		return {
			runId: id,
			findings,
			dismissed: all.length - findings.length,
			hasRecipe: run !== undefined && !run.readOnly,
		};
	}
}

function isTraining({ run }: Judged): boolean {
	return run?.state === 'running' && run.message === '';
}
