/** Ratings are on Elo's scale: ten times the odds are 400 points (FastChat: base 10, scale 400). */
export const eloPerLogOdds = 400 / Math.LN10;

const mostSteps = 100;
/** No step is longer, in log-odds: far from the top a full Newton step may overshoot. */
const longestStep = 2;

/**
 * Log-strengths of largest likelihood under Bradley and Terry 1952, with a mean of zero, for models
 * that are linked both ways (`WinPaths.largestLinked`): the optimum of FastChat's weighted logistic
 * loss over unique results, a tie as half a win each way. Newton's method; the rank that is missing from the
 * Hessian, for only differences count, is put back by adding a constant to it.
 *
 * @param wins as of `winTable`
 * @param linked places of the models to fit
 * @param begin log-strengths of all models to begin at, by place
 * @returns by position in `linked`
 */
export function fitBradleyTerry(
	wins: Float64Array,
	models: number,
	linked: readonly number[],
	begin?: ArrayLike<number>,
): Float64Array {
	const size = linked.length;
	const strengths = Float64Array.from(linked, model => begin?.[model] ?? 0);
	const gradient = new Float64Array(size);
	const hessian = new Float64Array(size * size);
	let total = 0;
	for (const weight of wins) {
		total += weight;
	}
	for (let step = 0; step < mostSteps; step++) {
		slopes({ wins, models, linked, strengths, gradient, hessian });
		if (gradient.every(slope => Math.abs(slope) <= 1e-10 * total)) {
			break;
		}
		solveInPlace(hessian, gradient);
		const longest = gradient.reduce((most, move) => Math.max(most, Math.abs(move)), 0);
		const scale = Math.min(1, longestStep / longest);
		for (let i = 0; i < size; i++) {
			strengths[i] = (strengths[i] ?? 0) + scale * (gradient[i] ?? 0);
		}
	}
	const mean = strengths.reduce((sum, strength) => sum + strength, 0) / size;
	return strengths.map(strength => strength - mean);
}

/** The gradient of the log-likelihood and its Hessian with the sign turned. */
function slopes(fit: {
	readonly wins: Float64Array;
	readonly models: number;
	readonly linked: readonly number[];
	readonly strengths: Float64Array;
	readonly gradient: Float64Array;
	readonly hessian: Float64Array;
}): void {
	const { wins, models, linked, strengths, gradient, hessian } = fit;
	const size = linked.length;
	let total = 0;
	gradient.fill(0);
	hessian.fill(0);
	for (let a = 0; a < size; a++) {
		for (let b = a + 1; b < size; b++) {
			const won = wins[(linked[a] ?? 0) * models + (linked[b] ?? 0)] ?? 0;
			const lost = wins[(linked[b] ?? 0) * models + (linked[a] ?? 0)] ?? 0;
			if (won + lost === 0) {
				continue;
			}
			const expected = 1 / (1 + Math.exp((strengths[b] ?? 0) - (strengths[a] ?? 0)));
			const slope = won - (won + lost) * expected;
			const bend = (won + lost) * expected * (1 - expected);
			gradient[a] = (gradient[a] ?? 0) + slope;
			gradient[b] = (gradient[b] ?? 0) - slope;
			for (const [cell, sign] of [
				[a * size + a, 1],
				[b * size + b, 1],
				[a * size + b, -1],
				[b * size + a, -1],
			] as const) {
				hessian[cell] = (hessian[cell] ?? 0) + sign * bend;
			}
			total += bend;
		}
	}
	const constant = total / size / size;
	for (let cell = 0; cell < hessian.length; cell++) {
		hessian[cell] = (hessian[cell] ?? 0) + constant;
	}
}

/** Solves for a symmetric positive matrix by Gauss; both arguments are overwritten, `right` by the answer. */
function solveInPlace(matrix: Float64Array, right: Float64Array): void {
	const size = right.length;
	for (let pivot = 0; pivot < size; pivot++) {
		for (let row = pivot + 1; row < size; row++) {
			const factor = (matrix[row * size + pivot] ?? 0) / (matrix[pivot * size + pivot] ?? 1);
			for (let column = pivot; column < size; column++) {
				const cell = row * size + column;
				matrix[cell] = (matrix[cell] ?? 0) - factor * (matrix[pivot * size + column] ?? 0);
			}
			right[row] = (right[row] ?? 0) - factor * (right[pivot] ?? 0);
		}
	}
	for (let row = size - 1; row >= 0; row--) {
		let rest = right[row] ?? 0;
		for (let column = row + 1; column < size; column++) {
			rest -= (matrix[row * size + column] ?? 0) * (right[column] ?? 0);
		}
		right[row] = rest / (matrix[row * size + row] ?? 1);
	}
}
