import { leastShared } from './agreement';
import type { AgreementReport } from './annotationReport';

/** What two annotators do, for the end of a sentence: the percentage, and kappa where it says something. */
export function agreementWords({ shared, observed, kappa, noKappa }: AgreementReport): string {
	if (shared === 0 || observed === undefined) {
		return 'have decided no example in common';
	}
	const percent = `agree on ${Math.round(100 * observed)}% of ${shared} examples`;
	if (kappa) {
		const [value, low, high] = [kappa.value, kappa.low, kappa.high].map(one => one.toFixed(2));
		return `${percent}, kappa ${value} (95% interval ${low} to ${high})`;
	}
	return noKappa === 'oneAnswer'
		? `${percent}, no kappa: both gave one and the same answer throughout`
		: `${percent}, no kappa below ${leastShared} shared examples`;
}
