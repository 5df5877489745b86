/** What the editor keeps for a workspace. */
export interface Kept {
	get(key: string): unknown;
	update(key: string, value: unknown): PromiseLike<void>;
}

/** So many are remembered; the oldest go first. */
const most = 1000;

/** Pairs of run and code that a person, or a notice that was shown, has done away with. */
export class DismissedFindings {
	constructor(
		private readonly kept: Kept,
		private readonly key: string,
	) {}

	has(runId: string, code: string): boolean {
		return this.#all().includes(entry(runId, code));
	}

	async add(runId: string, code: string): Promise<void> {
		const others = this.#all().filter(one => one !== entry(runId, code));
		await this.kept.update(this.key, [...others, entry(runId, code)].slice(-most));
	}

	/** Takes back all that was dismissed of a run. */
	async clear(runId: string): Promise<void> {
		const others = this.#all().filter(one => !one.startsWith(`${runId} `));
		await this.kept.update(this.key, others);
	}

	#all(): readonly string[] {
		const kept = this.kept.get(this.key);
		return Array.isArray(kept) ? kept.filter(one => typeof one === 'string') : [];
	}
}

function entry(runId: string, code: string): string {
	return `${runId} ${code}`;
}
