export type Offsets = Int32Array | BigInt64Array;

/**
 * Checks where `count` values begin and end among `most`: one after another, so that all of them
 * together are not more than there are. Throws a RangeError.
 */
export function checkOffsets(offsets: Offsets, count: number, most: number): void {
	if (count === 0) {
		return;
	}
	if (offsets.length < count + 1) {
		throw new RangeError(`it has fewer values than the ${count} that it says`);
	}
	let before = 0;
	for (let i = 0; i <= count; i++) {
		const offset = Number(offsets[i]);
		if (offset < before || offset > most) {
			throw new RangeError(`value ${Math.max(0, i - 1)} of a column has a length that cannot be`);
		}
		before = offset;
	}
}
