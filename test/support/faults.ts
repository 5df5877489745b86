import { appendFileSync } from 'node:fs';

/** Whether `npm run test:faults` runs: every fault as often as the guarantee says. */
export const isFull = process.env['WINDSOCK_FAULTS'] === 'full';

/** How often a fault is tried: a few times with every `npm test`, else as the guarantee says. */
export function tries(few: number, full: number): number {
	return isFull ? full : few;
}

/** Counts what came through a fault and tells the table of `npm run test:faults`. */
export class FaultCount {
	#tries = 0;
	#survived = 0;
	readonly #times: number[] = [];

	/** @param guarantee its number among the twelve of the run protocol */
	constructor(
		readonly guarantee: number,
		readonly fault: string,
	) {}

	/** Counts a try, and it as survived unless the work throws. */
	async attempt<T>(work: () => Promise<T>): Promise<T> {
		const begun = performance.now();
		this.#tries++;
		const result = await work();
		this.#survived++;
		this.#times.push((performance.now() - begun) / 1000);
		return result;
	}

	/** After the last try, also where one has failed. */
	tell(): void {
		const file = process.env['WINDSOCK_FAULT_REPORT'];
		if (file !== undefined) {
			const { guarantee, fault } = this;
			const row = {
				guarantee,
				fault,
				tries: this.#tries,
				survived: this.#survived,
				seconds: this.#times,
			};
			appendFileSync(file, `${JSON.stringify(row)}\n`);
		}
	}
}

/** Tries a fault several times; the test fails with the first that is not survived. */
export async function underFaults(
	{ guarantee, fault, times }: { guarantee: number; fault: string; times: number },
	work: (turn: number) => Promise<void>,
): Promise<void> {
	const count = new FaultCount(guarantee, fault);
	try {
		for (let turn = 0; turn < times; turn++) {
			await count.attempt(() => work(turn));
		}
	} finally {
		count.tell();
	}
}
