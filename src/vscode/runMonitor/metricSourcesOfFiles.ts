import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { MetricSource, MetricSources } from '../../core/metrics/metricSource';
import { isFileSource } from '../../node/metrics/fileSourceId';
import type { FileSources } from '../../node/metrics/fileSources';

/**
 * Files as sources of run monitors. Their readers are loaded with the first file that is shown:
 * who only watches runs never pays for them.
 */
export class MetricSourcesOfFiles implements MetricSources, Disposable {
	readonly #changed = new Emitter<{ readonly id: string }>();
	readonly onDidChange: MetricSources['onDidChange'] = this.#changed.event;
	#sources: FileSources | undefined;
	#loading: Promise<FileSources> | undefined;
	#isDisposed = false;

	constructor(private readonly hosts: Pick<HostDirectory, 'get'>) {}

	/** The readers themselves. */
	ready(): Promise<FileSources> {
		this.#loading ??= this.#load();
		return this.#loading;
	}

	get(id: string): MetricSource | undefined {
		return this.#sources?.get(id);
	}

	async load(id: string): Promise<void> {
		if (isFileSource(id)) {
			await (await this.ready()).load(id);
		}
	}

	watch(id: string): Disposable {
		return this.#sources?.watch(id) ?? { dispose: () => {} };
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#sources?.dispose();
		this.#changed.dispose();
	}

	async #load(): Promise<FileSources> {
		const { FileSources } = await import('../../node/metrics/fileSources');
		const sources = new FileSources(this.hosts);
		sources.onDidChange(change => this.#changed.fire(change));
		if (this.#isDisposed) {
			sources.dispose();
		}
		this.#sources = sources;
		return sources;
	}
}
