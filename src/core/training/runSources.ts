import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import type { MetricSource, MetricSources } from '../metrics/metricSource';
import type { RunLibrary } from './runLibrary';

/** The runs of a library as what a run monitor draws. */
export class RunSources implements MetricSources, Disposable {
	readonly #changed = new Emitter<{ readonly id: string }>();
	readonly #parts: readonly Disposable[];
	readonly onDidChange: Event<{ readonly id: string }> = this.#changed.event;

	constructor(private readonly library: RunLibrary) {
		const note = ({ runId }: { readonly runId: string }): void => this.#changed.fire({ id: runId });
		this.#parts = [
			library.onDidChange(note),
			library.onDidAppendMetrics(note),
			library.onDidAppendLog(note),
			this.#changed,
		];
	}

	get(id: string): MetricSource | undefined {
		const run = this.library.get(id);
		const metrics = this.library.runMetrics(id);
		if (!run || !metrics) {
			return undefined;
		}
		const broken = this.library.brokenLines(id);
		const steps = Number(this.library.describe(id)?.arguments['logging_steps']);
		return {
			id,
			name: run.name,
			where: run.hostName,
			run,
			metrics,
			skipped:
				broken === 0 ? [] : [{ what: 'line of metrics.jsonl that is broken', count: broken }],
			...(Number.isInteger(steps) && steps > 0 ? { loggingSteps: steps } : {}),
		};
	}

	load(id: string): Promise<void> {
		return this.library.loadMetrics(id);
	}

	watch(id: string): Disposable {
		return this.library.watch(id);
	}

	dispose(): void {
		for (const part of this.#parts) {
			part.dispose();
		}
	}
}
