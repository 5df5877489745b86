import type { Disposable } from '../base/disposable';
import type { Event } from '../base/emitter';
import type { MetricSource, MetricSources } from './metricSource';

/** Runs and files behind one port: whose id it is says which of them is asked. */
export class JoinedSources implements MetricSources {
	constructor(
		private readonly runs: MetricSources,
		private readonly files: MetricSources,
		private readonly isFile: (id: string) => boolean,
	) {}

	readonly onDidChange: Event<{ readonly id: string }> = listener => {
		const parts = [this.runs.onDidChange(listener), this.files.onDidChange(listener)];
		return { dispose: () => parts.forEach(part => part.dispose()) };
	};

	get(id: string): MetricSource | undefined {
		return this.#of(id).get(id);
	}

	load(id: string): Promise<void> {
		return this.#of(id).load(id);
	}

	watch(id: string): Disposable {
		return this.#of(id).watch(id);
	}

	#of(id: string): MetricSources {
		return this.isFile(id) ? this.files : this.runs;
	}
}
