import type { Polyline } from '../../../src/core/metrics/drawing';
import { redonePlaces as placesOf } from '../../../src/core/metrics/redonePlaces';

/** For each stretch the place from which a later one went over it again; infinite where none did. */
export function redonePlaces({ x, starts }: Pick<Polyline, 'x' | 'starts'>): Float64Array {
	return placesOf(starts.map(start => x[start]));
}
