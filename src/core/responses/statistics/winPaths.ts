/** Who is linked to whom by a chain of wins. */
export class WinPaths {
	readonly #reaches: Uint8Array;

	/** @param wins as of `winTable` */
	constructor(
		wins: Float64Array,
		private readonly models: number,
	) {
		const reaches = Uint8Array.from(wins, weight => (weight > 0 ? 1 : 0));
		for (let through = 0; through < models; through++) {
			for (let from = 0; from < models; from++) {
				if (reaches[from * models + through] !== 1) {
					continue;
				}
				for (let to = 0; to < models; to++) {
					if (reaches[through * models + to] === 1) {
						reaches[from * models + to] = 1;
					}
				}
			}
		}
		this.#reaches = reaches;
	}

	/** Whether a chain of wins leads from one model to another. */
	leads(from: number, to: number): boolean {
		return this.#reaches[from * this.models + to] === 1;
	}

	/**
	 * The most models of `among` that are all linked both ways: between these, and only these, the
	 * likelihood of Bradley and Terry has its highest point (Ford 1957).
	 */
	largestLinked(among: readonly number[]): number[] {
		let largest: number[] = [];
		for (const model of among) {
			const linked = among.filter(
				other => other === model || (this.leads(model, other) && this.leads(other, model)),
			);
			if (linked.length > largest.length) {
				largest = linked;
			}
		}
		return largest;
	}
}
