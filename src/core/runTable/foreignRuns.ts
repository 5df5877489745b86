import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import { foreignConditions } from '../comparability/runConditions';
import type { MetricSource } from '../metrics/metricSource';
import type { RunInputs } from '../training/runDiff';
import { digestOf, type MetricDigest } from './metricDigest';
import type { RunTableSource } from './runTableSource';
import type { TableRun } from './tableRun';

/** What other tools left in files that somebody has open. */
export interface OpenFiles {
	readonly onDidChange: Event<{ readonly id: string }>;
	list(): readonly MetricSource[];
}

/** The runs of a workspace with, behind them, files of other tools, of which only numbers are known. */
export class RunsWithFiles implements RunTableSource, Disposable {
	readonly #changed = new Emitter<{ readonly runId: string }>();
	readonly #digests = new Map<string, MetricDigest>();
	readonly #subscriptions: readonly Disposable[];
	readonly onDidChange = this.#changed.event;

	constructor(
		private readonly runs: RunTableSource,
		private readonly files: OpenFiles,
	) {
		this.#subscriptions = [
			runs.onDidChange(change => this.#changed.fire(change)),
			files.onDidChange(({ id }) => this.#changed.fire({ runId: id })),
		];
	}

	ids(): readonly string[] {
		return [...this.runs.ids(), ...this.files.list().map(({ id }) => id)];
	}

	list(): readonly TableRun[] {
		return [...this.runs.list(), ...this.files.list().map(file => this.#tableRun(file))];
	}

	get(runId: string): TableRun | undefined {
		const file = this.#file(runId);
		return file === undefined ? this.runs.get(runId) : this.#tableRun(file);
	}

	async read(runId: string): Promise<TableRun | undefined> {
		const file = this.#file(runId);
		if (file === undefined) {
			return this.runs.read(runId);
		}
		this.#digests.set(runId, digestOf(file.metrics));
		return this.#tableRun(file);
	}

	/** Of files nobody knows what they were made of. */
	inputs(runId: string): RunInputs | undefined {
		return this.runs.inputs(runId);
	}

	watch(runId: string): Disposable {
		return this.runs.watch(runId);
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) {
			subscription.dispose();
		}
		this.#changed.dispose();
	}

	#file(id: string): MetricSource | undefined {
		return this.files.list().find(file => file.id === id);
	}

	#tableRun({ id, name, where }: MetricSource): TableRun {
		const digest = this.#digests.get(id);
		return {
			summary: { id, name, hostName: where },
			data: [],
			evalData: [],
			recipe: {},
			conditions: () => foreignConditions,
			...(digest === undefined ? {} : { digest }),
		};
	}
}
