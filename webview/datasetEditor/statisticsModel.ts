import { signal } from '@preact/signals';
import type { ColumnSummary } from '../../src/core/dataset/statistics/columnSummary';
import type { HostChannel } from './pageModel';

/** What the panel of statistics knows. The host reads all rows when it is asked for. */
export class StatisticsModel {
	readonly isOpen = signal(false);
	readonly isReading = signal(false);
	readonly columns = signal<readonly ColumnSummary[]>([]);
	/** Why the rows could not be read, as a sentence. */
	readonly problem = signal<string | undefined>(undefined);
	#asked = 0;

	constructor(private readonly host: HostChannel) {}

	toggle(): void {
		this.isOpen.value = !this.isOpen.value;
		if (this.isOpen.value) {
			void this.load();
		} else if (this.isReading.value) {
			this.#asked++;
			this.isReading.value = false;
			void this.host.request('stopSummary', null);
		}
	}

	/** Reads what an edit has changed since; the host knows when there is nothing to read. */
	async load(): Promise<void> {
		const asked = ++this.#asked;
		this.isReading.value = true;
		const answer = await this.host.request('loadSummary', null);
		if (asked !== this.#asked) {
			return;
		}
		this.isReading.value = false;
		this.problem.value = answer.ok ? undefined : answer.message;
		if (answer.ok) {
			this.columns.value = answer.value;
		}
	}
}
