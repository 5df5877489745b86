/** One version of a dataset, by the numbers that stand for what its rows are and say. */
export interface PairableRows {
	readonly count: number;
	/** Equal for one example in both versions: of its id, or of its content. */
	nameOf(row: number): number;
	/** Equal for rows that say the same, whatever their spacing and key order. */
	contentOf(row: number): number;
}

/** Rows of two versions, from 0. A pair is one example. */
export interface RowPairs {
	/** By the later row. */
	readonly pairs: readonly {
		readonly old: number;
		readonly now: number;
		readonly isSame: boolean;
	}[];
	readonly removed: readonly number[];
	readonly added: readonly number[];
}

/**
 * Pairs the rows of two versions by name; of equal names the first with the first. Rows that changed
 * their name with their content, as rows without an id do, are paired where they stand between the
 * same neighbours and `isLike` knows them again.
 */
export async function pairRows(
	old: PairableRows,
	now: PairableRows,
	isLike: (old: number, now: number) => Promise<boolean>,
): Promise<RowPairs> {
	const waiting = new Map<number, number[]>();
	for (let row = old.count - 1; row >= 0; row--) {
		const name = old.nameOf(row);
		const rows = waiting.get(name);
		if (rows) {
			rows.push(row);
		} else {
			waiting.set(name, [row]);
		}
	}
	const partner = new Int32Array(now.count).fill(-1);
	const isTaken = new Uint8Array(old.count);
	for (let row = 0; row < now.count; row++) {
		const found = waiting.get(now.nameOf(row))?.pop() ?? -1;
		partner[row] = found;
		if (found >= 0) {
			isTaken[found] = 1;
		}
	}
	for (let row = 0; row < now.count; row++) {
		if (partner[row] === -1) {
			const before = row === 0 ? -1 : (partner[row - 1] ?? -1);
			const place = before + 1;
			const isKnown = row === 0 || before >= 0;
			if (isKnown && place < old.count && isTaken[place] === 0 && (await isLike(place, row))) {
				partner[row] = place;
				isTaken[place] = 1;
			}
		}
	}
	const pairs: { old: number; now: number; isSame: boolean }[] = [];
	const added: number[] = [];
	for (let row = 0; row < now.count; row++) {
		const own = partner[row] ?? -1;
		if (own < 0) {
			added.push(row);
		} else {
			pairs.push({ old: own, now: row, isSame: old.contentOf(own) === now.contentOf(row) });
		}
	}
	const removed = Array.from(isTaken.keys()).filter(row => isTaken[row] === 0);
	return { pairs, removed, added };
}
