/** What became of the rows at one step. `rowsIn` is always `kept + changed + dropped`. */
export interface StepAccount {
	readonly step: string;
	readonly rowsIn: number;
	readonly kept: number;
	readonly changed: number;
	readonly dropped: number;
	/** Why rows were changed or dropped, most frequent first. */
	readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
}

/** Counts what one step does. */
export class StepCounter {
	#kept = 0;
	#changed = 0;
	#dropped = 0;
	readonly #reasons = new Map<string, number>();

	constructor(readonly step: string) {}

	keep(): void {
		this.#kept++;
	}

	change(reason: string): void {
		this.#changed++;
		this.#count(reason);
	}

	drop(reason: string): void {
		this.#dropped++;
		this.#count(reason);
	}

	account(): StepAccount {
		const { step } = this;
		const [kept, changed, dropped] = [this.#kept, this.#changed, this.#dropped];
		const reasons = [...this.#reasons].map(([reason, rows]) => ({ reason, rows }));
		reasons.sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
		return { step, rowsIn: kept + changed + dropped, kept, changed, dropped, reasons };
	}

	/** Reasons that name rows (“says the same as row 7”) are counted as one. */
	#count(reason: string): void {
		const general = reason.replaceAll(/\brow \d+/g, 'another row');
		this.#reasons.set(general, (this.#reasons.get(general) ?? 0) + 1);
	}
}

/** `10 rows in = 7 kept + 2 changed + 1 dropped` */
export function accountText(account: Omit<StepAccount, 'step' | 'reasons'>): string {
	const { rowsIn, kept, changed, dropped } = account;
	return `${rowsIn} rows in = ${kept} kept + ${changed} changed + ${dropped} dropped`;
}
