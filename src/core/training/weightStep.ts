/**
 * Share of a model's weights that one full-rate Adam step changes when they are stored as bfloat16.
 *
 * A weight w in [2^e, 2^(e+1)) has neighbours 2^(e−7) apart (8 bits of significand), so a step moves
 * it when it is above half of that. Weights are taken as normal around 0.
 *
 * @param step the learning rate; Adam's steps are about as large
 * @param deviation of the weights; 0.02 is what most models begin with
 */
export function bf16ShareMoved(step: number, deviation = 0.02): number {
	if (!(step > 0)) {
		return 0;
	}
	// The largest e with 2^(e−8) < step; those below 2^(e+1) move.
	const e = Math.ceil(Math.log2(step)) + 7;
	return errorFunction(2 ** (e + 1) / (deviation * Math.SQRT2));
}

/** Abramowitz and Stegun 7.1.26; off by less than 1.5e-7. */
function errorFunction(x: number): number {
	const t = 1 / (1 + 0.3275911 * x);
	const terms = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
	const sum = terms.reduceRight((inner, term) => t * (term + inner), 0);
	return 1 - sum * Math.exp(-x * x);
}
