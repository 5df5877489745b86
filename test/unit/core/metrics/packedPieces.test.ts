import { expect, it } from 'vitest';
import { packedPieces } from '../../../../src/core/metrics/packedPieces';
import { packPoints, unpackPoints } from '../../../../src/core/metrics/packedPoints';
import { point } from './builders';

it('gives the same lines in pieces of any length', () => {
	const points = Array.from({ length: 23 }, (_, i) =>
		point({
			n: i + 1,
			values: i % 3 === 0 ? { loss: i, rare: i } : { loss: i },
			...(i % 5 === 0 ? { label: `label ${i}` } : {}),
		}),
	);
	const packed = packPoints(points);
	for (const most of [1, 4, 22, 23, 50]) {
		const pieces = [...packedPieces(packed, most)];
		expect(pieces).toHaveLength(Math.ceil(points.length / most));
		expect(pieces.flatMap(piece => unpackPoints(piece))).toEqual(unpackPoints(packed));
	}
});
