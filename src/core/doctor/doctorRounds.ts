import type { RunMetrics } from '../metrics/runMetrics';
import { diagnose } from './diagnose';
import type { DoctorFinding } from './finding';
import type { KnownRun } from './runFacts';
import { StepClock } from './stepClock';

export interface Patient {
	readonly id: string;
	readonly metrics: RunMetrics;
	readonly known: KnownRun;
	/** Steps are due now: it is running, and neither loading nor ending. */
	readonly isTraining: boolean;
}

interface Chart {
	readonly metrics: RunMetrics;
	readonly lastLine: number;
	readonly isTraining: boolean;
	readonly findings: readonly DoctorFinding[];
}

/** Looks after several runs again and again; one that has not changed is not judged anew. */
export class DoctorRounds {
	readonly #records = new Map<string, Chart>();
	readonly #clocks = new Map<string, StepClock>();

	/** @param seconds of a clock of this machine */
	constructor(private readonly now: () => number) {}

	look({ id, metrics, known, isTraining }: Patient): readonly DoctorFinding[] {
		const before = this.#records.get(id);
		const { lastLine } = metrics;
		const clock = this.#clocks.get(id) ?? new StepClock();
		this.#clocks.set(id, clock);
		const secondsSinceStep = clock.age(metrics, this.now());
		// A run in training is judged again also where nothing came: that may be the finding.
		const isSame =
			before?.metrics === metrics &&
			before.lastLine === lastLine &&
			before.isTraining === isTraining &&
			!isTraining;
		if (isSame) {
			return before.findings;
		}
		const live = isTraining ? { secondsSinceStep, isTraining } : undefined;
		const findings = diagnose(metrics, known, live);
		this.#records.set(id, { metrics, lastLine, isTraining, findings });
		return findings;
	}

	forget(id: string): void {
		this.#records.delete(id);
		this.#clocks.delete(id);
	}
}
