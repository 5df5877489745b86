import type { PackedPoints } from './packedPoints';

/** The same lines in pieces of at most so many, which share their memory with it. */
export function* packedPieces(packed: PackedPoints, most: number): Generator<PackedPoints, void> {
	const { length } = packed.n;
	if (length <= most) {
		yield packed;
		return;
	}
	const at = packed.metrics.map(() => 0);
	for (let from = 0; from < length; from += most) {
		const to = Math.min(length, from + most);
		yield {
			n: packed.n.subarray(from, to),
			attempt: packed.attempt.subarray(from, to),
			step: packed.step.subarray(from, to),
			epoch: packed.epoch.subarray(from, to),
			time: packed.time.subarray(from, to),
			wall: packed.wall.subarray(from, to),
			kind: packed.kind.subarray(from, to),
			metrics: packed.metrics.flatMap(({ name, row, value }, i) => {
				const start = at[i] ?? 0;
				let end = start;
				while (end < row.length && (row[end] ?? 0) < to) {
					end++;
				}
				at[i] = end;
				const its = row.subarray(start, end).map(one => one - from);
				return end > start ? [{ name, row: its, value: value.subarray(start, end) }] : [];
			}),
			labels: packed.labels
				.filter(({ row }) => row >= from && row < to)
				.map(({ row, label }) => ({ row: row - from, label })),
		};
	}
}
