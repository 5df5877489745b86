import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { DoctorFinding } from '../../core/doctor/finding';
import { DoctorRounds } from '../../core/doctor/doctorRounds';
import { knownRunOf } from '../../core/doctor/knownRun';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import type { DismissedFindings } from './dismissedFindings';

/** What is worth a notice, with the word that `on_event` of a host has for it. */
const kinds: ReadonlyMap<string, string> = new Map([
	['notFinite', 'nan'],
	['hiddenNan', 'nan'],
	['divergence', 'divergence'],
	['stall', 'stalled'],
	['diskSpace', 'disk'],
]);

/** Milliseconds between two looks at the runs that are training. */
const pace = 5000;

const show = 'Show';
const stop = 'Stop Run…';

export interface LiveNoticeServices {
	readonly library: Pick<RunLibrary, 'list' | 'describe' | 'runMetrics' | 'loadMetrics'>;
	/** Kinds that were told already, by run; kept over restarts. */
	readonly told: Pick<DismissedFindings, 'has' | 'add'>;
	/** Whether the host of a run tells its owner of such an event by itself. */
	readonly isToldByHost: (runId: string, event: string) => boolean;
	readonly warn: (text: string, ...actions: string[]) => Promise<string | undefined>;
	readonly showRun: (runId: string) => void;
	readonly stopRun: (runId: string) => void;
}

/** Says once for each run and kind what a person would want to know while it still trains. */
export class LiveNotices implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #rounds = new DoctorRounds(() => performance.now() / 1000);

	constructor(private readonly services: LiveNoticeServices) {}

	/** Looks again and again until disposed. */
	begin(): Disposable {
		const timer = setInterval(() => this.look(), pace);
		timer.unref();
		return this.#parts.add({ dispose: () => clearInterval(timer) });
	}

	look(): void {
		const { library } = this.services;
		for (const run of library.list()) {
			if (run.kind === 'train' && run.state === 'running') {
				// Only what is here is read: who follows the run fetches it from its host.
				void library.loadMetrics(run.id).then(() => this.#judge(run));
			} else {
				this.#rounds.forget(run.id);
			}
		}
	}

	dispose(): void {
		this.#parts.dispose();
	}

	#judge(run: RunSummary): void {
		const { library, told, isToldByHost } = this.services;
		const metrics = library.runMetrics(run.id);
		if (metrics === undefined || metrics.lastLine === 0) {
			return;
		}
		const known = knownRunOf(run, library);
		const isTraining = run.message === '';
		for (const finding of this.#rounds.look({ id: run.id, metrics, known, isTraining })) {
			const kind = kinds.get(finding.code);
			const isLate = finding.code === 'stall' && finding.severity !== 'error';
			if (kind !== undefined && !isLate && !told.has(run.id, kind)) {
				// Also where the host tells it, so that a hook taken away later repeats nothing.
				void told.add(run.id, kind);
				if (!isToldByHost(run.id, kind)) {
					void this.#tell(run, finding);
				}
			}
		}
	}

	async #tell(run: RunSummary, { sentence, advice }: DoctorFinding): Promise<void> {
		const { warn, showRun, stopRun } = this.services;
		const answer = await warn(`“${run.name}”: ${sentence} ${advice}`, show, stop);
		if (answer === show) {
			showRun(run.id);
		} else if (answer === stop) {
			stopRun(run.id);
		}
	}
}
