import { effect, signal } from '@preact/signals';
import { sentenceFor } from '../../src/core/dataset/findings/checks';
import {
	findingCodes,
	type Finding,
	type FindingCode,
} from '../../src/core/dataset/findings/finding';
import type { DatasetPageModel, HostChannel } from './pageModel';

/** What the page shows of findings: the list of kinds, and the finding that F8 has come to. */
export class FindingsModel {
	/** Whether the list of kinds is open. */
	readonly isOpen = signal(false);
	/** Number of the finding of the row that is gone to; -1 for none. */
	readonly current = signal(-1);
	#row: number | undefined;
	/** Where to begin in the row that is on its way. */
	#entry: 'first' | 'last' | undefined;

	constructor(
		private readonly page: DatasetPageModel,
		private readonly host: HostChannel,
	) {
		queueMicrotask(() => effect(() => this.#follow(page.detail.value?.summary.id)));
	}

	/** The finding that is gone to. */
	shown(): Finding | undefined {
		return this.page.detail.value?.findings[this.current.value];
	}

	isFiltered(code: FindingCode): boolean {
		return this.page.query.has(termOf(code));
	}

	/** Shows the rows with this kind of finding only, or all again. */
	toggle(code: FindingCode): void {
		const others = findingCodes.filter(other => other !== code).map(termOf);
		this.page.query.toggle(termOf(code), [...others, 'finding:any', 'finding:none']);
	}

	isPreflightFiltered(code: string): boolean {
		return this.page.query.has(preflightTermOf(code));
	}

	/** Shows the rows in which a check on a host found this only, or all again. */
	togglePreflight(code: string): void {
		const kinds = this.page.snapshot.value?.preflight?.kinds ?? [];
		const others = kinds.filter(kind => kind.code !== code).map(kind => preflightTermOf(kind.code));
		this.page.query.toggle(preflightTermOf(code), others);
	}

	async dropPreflight(code: string): Promise<void> {
		const done = await this.host.request('dropPreflight', { code });
		this.page.problem.value = done.ok ? undefined : done.message;
	}

	checkAgain(): void {
		void this.host.request('checkAgain', null);
	}

	/** Goes to the next finding or the one before, and on into other rows. */
	async step(by: 1 | -1): Promise<void> {
		const findings = this.page.detail.value?.findings ?? [];
		const unvisited = this.current.value < 0 && by < 0 ? -1 : this.current.value + by;
		if (unvisited >= 0 && unvisited < findings.length) {
			this.#goTo(unvisited);
			return;
		}
		const from = this.page.selected.value ?? (by > 0 ? -1 : 0);
		const index = await this.host.request('findFinding', { from, by });
		if (index === undefined) {
			this.page.announcement.value = 'No row that is shown has a finding.';
			return;
		}
		if (index === this.page.selected.value) {
			this.#goTo(by > 0 ? 0 : findings.length - 1);
			return;
		}
		this.#entry = by > 0 ? 'first' : 'last';
		await this.page.select(index);
	}

	#follow(row: number | undefined): void {
		if (row === this.#row) {
			return;
		}
		this.#row = row;
		const count = this.page.detail.peek()?.findings.length ?? 0;
		const entry = this.#entry;
		this.#entry = undefined;
		if (entry === undefined || count === 0) {
			this.current.value = -1;
		} else {
			this.#goTo(entry === 'first' ? 0 : count - 1);
		}
	}

	#goTo(number: number): void {
		this.current.value = number;
		const detail = this.page.detail.peek();
		const finding = detail?.findings[number];
		if (detail && finding) {
			this.page.announcement.value = `Row ${detail.summary.number}: ${sentenceFor(finding)}`;
		}
	}
}

export function preflightTermOf(code: string): string {
	return `preflight:${code}`;
}

export function termOf(code: FindingCode): string {
	return `finding:${code}`;
}
