import { labels, type Label } from '../annotation';
import type { Annotation } from './annotationFold';

/** Fewer shared examples than this say nothing about kappa: its interval spans most of the scale. */
export const leastShared = 20;

/** How far two annotators decide alike, on the examples that both have decided. */
export interface Agreement {
	readonly annotators: readonly [string, string];
	/** Examples that both have decided. */
	readonly shared: number;
	/** Share of them with the same decision, 0 to 1; absent where none is shared. */
	readonly observed?: number;
	readonly kappa?: Kappa;
	/** Why there is no kappa. */
	readonly noKappa?: 'tooFew' | 'oneAnswer';
	/** Names of the examples on which they differ. */
	readonly disagreements: readonly string[];
}

export interface Kappa {
	readonly value: number;
	/** Ends of the 95% interval. */
	readonly low: number;
	readonly high: number;
}

type Said = ReadonlyMap<string, Annotation>;

/** Agreement of every two annotators, in the order of their names. */
export function agreements(answers: ReadonlyMap<string, Said>): Agreement[] {
	const authors = [...answers.keys()].sort();
	return authors.flatMap((first, i) =>
		authors
			.slice(i + 1)
			.map(second =>
				agreementOf([first, second], answers.get(first) ?? none, answers.get(second) ?? none),
			),
	);
}

const none: Said = new Map();

function agreementOf(annotators: readonly [string, string], a: Said, b: Said): Agreement {
	const pairs: [Label, Label][] = [];
	const disagreements: string[] = [];
	for (const [id, { label }] of a) {
		const other = b.get(id)?.label;
		if (label !== undefined && other !== undefined) {
			pairs.push([label, other]);
			if (label !== other) {
				disagreements.push(id);
			}
		}
	}
	const shared = pairs.length;
	const base = { annotators, shared, disagreements };
	if (shared === 0) {
		return { ...base, noKappa: 'tooFew' };
	}
	const observed = (shared - disagreements.length) / shared;
	if (shared < leastShared) {
		return { ...base, observed, noKappa: 'tooFew' };
	}
	const kappa = cohensKappa(pairs);
	return kappa ? { ...base, observed, kappa } : { ...base, observed, noKappa: 'oneAnswer' };
}

/** Normal quantile of a two-sided 95% interval. */
const z = 1.959963984540054;

/**
 * Cohen's kappa (J. Cohen 1960, Educational and Psychological Measurement 20, 37–46) with a 95%
 * interval from the large-sample variance of Fleiss, Cohen and Everitt (1969, Psychological
 * Bulletin 72, 323–327, equation 13). Where the two agree on everything that variance is 0, which
 * would claim certainty; the lower end is then that of Wilson's interval (E. B. Wilson 1927,
 * Journal of the American Statistical Association 22, 209–212) for the observed agreement, with the
 * agreement by chance held fixed. `undefined` where both gave one and the same answer throughout:
 * chance alone explains all of it.
 */
export function cohensKappa(pairs: readonly (readonly [Label, Label])[]): Kappa | undefined {
	const n = pairs.length;
	const cells = labels.map(first =>
		labels.map(second => pairs.filter(([a, b]) => a === first && b === second).length / n),
	);
	const rows = cells.map(row => total(row));
	const columns = labels.map((_, j) => total(cells.map(row => row[j] ?? 0)));
	const observed = total(cells.map((row, i) => row[i] ?? 0));
	const chance = total(rows.map((share, i) => share * (columns[i] ?? 0)));
	if (n === 0 || chance > 1 - 1e-12) {
		return undefined;
	}
	const value = (observed - chance) / (1 - chance);
	if (observed > 1 - 1e-12) {
		const lowest = n / (n + z * z);
		return { value: 1, low: (lowest - chance) / (1 - chance), high: 1 };
	}
	let variance = -((value - chance * (1 - value)) ** 2);
	for (const [i, row] of cells.entries()) {
		for (const [j, share] of row.entries()) {
			variance +=
				i === j
					? share * (1 - ((rows[i] ?? 0) + (columns[i] ?? 0)) * (1 - value)) ** 2
					: share * ((columns[i] ?? 0) + (rows[j] ?? 0)) ** 2 * (1 - value) ** 2;
		}
	}
	const error = Math.sqrt(Math.max(0, variance) / n) / (1 - chance);
	return {
		value,
		low: Math.max(-1, value - z * error),
		high: Math.min(1, value + z * error),
	};
}

/** Examples on which one of these authors decided otherwise than another, each named once. */
export function disagreementsWith(
	answers: ReadonlyMap<string, Said>,
	author: string,
): ReadonlySet<string> {
	const found = agreements(answers).filter(({ annotators }) => annotators.includes(author));
	return new Set(found.flatMap(({ disagreements }) => disagreements));
}

function total(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
