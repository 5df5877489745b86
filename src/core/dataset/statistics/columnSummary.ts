import type { ColumnTally } from './columnTally';
import type { RowStatistics } from './rowStatistics';

/** One bar of a histogram. */
export interface Bar {
	readonly label: string;
	readonly count: number;
	/** The query for the rows behind it. */
	readonly term: string;
}

/** What one column is like, for people. */
export interface ColumnSummary {
	/** As in `PackedStatistics`. */
	readonly name: string;
	/** Whether messages are counted and not rows. */
	readonly isOfMessages: boolean;
	/** Values that the bars do not show: texts that are too many or too long. */
	readonly others: number;
	readonly numbers:
		| {
				readonly least: number;
				readonly median: number;
				readonly mean: number;
				readonly most: number;
		  }
		| undefined;
	readonly bars: readonly Bar[];
}

/** Values that are shown one by one. */
const mostValues = 12;
const mostTexts = 10;

/** Columns that say something, in the order in which they were met. */
export function summarise(statistics: RowStatistics): ColumnSummary[] {
	return [...statistics.columns]
		.map(([name, tally]) => summaryOf(name, tally))
		.filter(({ bars, others }) => bars.length > 1 || (bars.length === 1 && others === 0));
}

function summaryOf(name: string, tally: ColumnTally): ColumnSummary {
	const values = tally.numbers();
	const texts = tally.texts();
	const shownTexts = texts.length > 200 ? [] : texts.slice(0, mostTexts);
	const count = (of: readonly { readonly count: number }[]): number =>
		of.reduce((sum, one) => sum + one.count, 0);
	return {
		name,
		isOfMessages: name.startsWith('len.'),
		others: count(texts) - count(shownTexts) + tally.freeTexts,
		numbers: numbersOf(values),
		bars: [
			...numberBars(name, values),
			...shownTexts.map(({ text, count: rows }) => ({
				label: text.startsWith('"') ? text.slice(1, -1) : text,
				count: rows,
				term: `${name}=${text}`,
			})),
		],
	};
}

type Counted = readonly { readonly value: number; readonly count: number }[];

function numbersOf(values: Counted): ColumnSummary['numbers'] {
	const [first] = values;
	const last = values.at(-1);
	if (!first || !last) {
		return undefined;
	}
	const count = values.reduce((sum, one) => sum + one.count, 0);
	const total = values.reduce((sum, one) => sum + one.value * one.count, 0);
	return {
		least: first.value,
		median: quantile(values, count, 0.5),
		mean: total / count,
		most: last.value,
	};
}

/** The lowest value that at least this share of the values does not exceed. */
function quantile(values: Counted, count: number, share: number): number {
	let seen = 0;
	for (const { value, count: own } of values) {
		seen += own;
		if (seen >= count * share) {
			return value;
		}
	}
	return values.at(-1)?.value ?? 0;
}

function numberBars(name: string, values: Counted): Bar[] {
	if (values.length <= mostValues) {
		return values.map(({ value, count }) => ({
			label: numberText(value),
			count,
			term: termFor(name, [`=${value}`]),
		}));
	}
	const edges = edgesOf(values);
	const counts = edges.map(() => 0);
	let at = 0;
	for (const { value, count } of values) {
		while (at + 1 < edges.length && value >= (edges[at + 1] ?? Number.POSITIVE_INFINITY)) {
			at++;
		}
		counts[at] = (counts[at] ?? 0) + count;
	}
	return edges.map((edge, i) => {
		const next = edges[i + 1];
		return {
			label:
				next === undefined
					? `from ${numberText(edge)}`
					: `${numberText(edge)} – ${numberText(next)}`,
			count: counts[i] ?? 0,
			term: termFor(name, [`>=${edge}`, ...(next === undefined ? [] : [`<${next}`])]),
		};
	});
}

/** Round numbers that the bars begin at; the last has no end. Lengths spread over powers of ten. */
function edgesOf(values: Counted): number[] {
	const least = values[0]?.value ?? 0;
	const most = values.at(-1)?.value ?? 0;
	const count = values.reduce((sum, one) => sum + one.count, 0);
	const isSkewed = least >= 0 && most > 20 * Math.max(1, quantile(values, count, 0.25));
	const edges = isSkewed ? roundNumbers(most) : evenNumbers(least, most);
	const first = Math.max(
		0,
		edges.findLastIndex(edge => edge <= least),
	);
	return edges.slice(first);
}

/** 0, 1, 2, 5, 10, 20, 50, … */
function roundNumbers(most: number): number[] {
	const edges = [0];
	for (let power = 1; power <= most; power *= 10) {
		edges.push(...[power, 2 * power, 5 * power].filter(edge => edge <= most));
	}
	return edges;
}

function evenNumbers(least: number, most: number): number[] {
	const rough = (most - least) / 10;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5, 10].find(times => times * power >= rough) ?? 10);
	const start = Math.floor(least / step);
	const edges: number[] = [];
	for (let n = start; n * step <= most; n++) {
		// Without the dust of binary fractions: 0.3 and not 0.30000000000000004.
		edges.push(Number((n * step).toPrecision(12)));
	}
	return edges;
}

/** Terms about one message have to stand together. */
function termFor(name: string, comparisons: readonly string[]): string {
	if (name.startsWith('len.')) {
		const lengths = comparisons.map(comparison => `len${comparison}`).join(' ');
		return `(role:${name.slice('len.'.length)} ${lengths})`;
	}
	return comparisons.map(comparison => name + comparison).join(' ');
}

function numberText(value: number): string {
	return Math.abs(value) >= 1e15
		? String(value)
		: value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}
