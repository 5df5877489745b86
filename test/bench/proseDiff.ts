// Prose diff against a plain word table on the same texts in the same process: time and spans.
import { existsSync, readFileSync } from 'node:fs';
import { proseDiff } from '../../src/core/responses/proseDiff';
import { tokenise, Vocabulary } from '../../src/core/responses/proseTokens';
import { seededRandom } from '../../src/core/responses/shuffle';
import type { Measurement } from '../support/bench/measurement';

const published = '../shared/data/alpaca-eval/llama-2-7b-chat-hf.annotations.json';

/** The usual way: one table over all words, a mark for each word that is not common. */
function plainDiff(referenceText: string, otherText: string): number {
	const vocabulary = new Vocabulary();
	const a = tokenise(referenceText, vocabulary).ids;
	const b = tokenise(otherText, vocabulary).ids;
	const width = b.length + 1;
	const table = new Uint16Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			const cell = i * width + j;
			table[cell] =
				a[i] === b[j]
					? (table[cell + width + 1] ?? 0) + 1
					: Math.max(table[cell + width] ?? 0, table[cell + 1] ?? 0);
		}
	}
	let [i, j, spans, equal] = [0, 0, 0, true];
	while (i < a.length || j < b.length) {
		const match = i < a.length && j < b.length && a[i] === b[j];
		spans += equal && !match ? 1 : 0;
		equal = match;
		if (match) {
			i++;
			j++;
		} else if (
			j >= b.length ||
			(i < a.length && (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
		) {
			i++;
		} else {
			j++;
		}
	}
	return spans;
}

function samplePairs(): [string, string][] {
	if (existsSync(published)) {
		const rows = JSON.parse(readFileSync(published, 'utf8')) as Record<string, string>[];
		return rows.map(row => [row['output_1'] ?? '', row['output_2'] ?? '']);
	}
	const random = seededRandom(1);
	const words = Array.from({ length: 400 }, (_, i) => `word${i}`);
	const text = (): string =>
		Array.from(
			{ length: 240 },
			() => `${words[Math.floor(random() ** 2 * words.length)]}${random() < 0.07 ? '.' : ''}`,
		).join(' ');
	return Array.from({ length: 805 }, () => [text(), text()]);
}

function quantile(values: readonly number[], share: number): number {
	return values.toSorted((x, y) => x - y)[Math.floor(share * (values.length - 1))] ?? 0;
}

interface Figures {
	readonly p95: number;
	readonly total: number;
	readonly spans: number;
	readonly mostSpans: number;
}

function figures(
	pairs: readonly [string, string][],
	spansOf: (a: string, b: string) => number,
): Figures {
	const times: number[] = [];
	const spans: number[] = [];
	for (const [a, b] of pairs) {
		const start = performance.now();
		spans.push(spansOf(a, b));
		times.push(performance.now() - start);
	}
	return {
		p95: quantile(times, 0.95),
		total: times.reduce((sum, time) => sum + time, 0),
		spans: quantile(spans, 0.5),
		mostSpans: quantile(spans, 1),
	};
}

export function measure(): readonly Measurement[] {
	const pairs = samplePairs();
	const ours = (a: string, b: string): number => proseDiff(a, b).changes.length;
	figures(pairs.slice(0, 100), ours);
	figures(pairs.slice(0, 100), plainDiff);
	const prose = figures(pairs, ours);
	const plain = figures(pairs, plainDiff);
	const long = pairs
		.map(([, b]) => b)
		.join('\n')
		.split(' ')
		.slice(0, 4000);
	const changed = long.map((word, i) => (i % 7 === 0 ? 'other' : word)).join(' ');
	const longTimes = Array.from({ length: 5 }, () => {
		const start = performance.now();
		proseDiff(long.join(' '), changed);
		return performance.now() - start;
	});
	const from = existsSync(published) ? 'published answers' : 'generated texts';
	return [
		{ what: `marked spans per pair, median, ${from}`, value: prose.spans, unit: 'spans' },
		{ what: 'the same, most', value: prose.mostSpans, unit: 'spans', limit: 30 },
		{ what: 'the same by a plain word table, median', value: plain.spans, unit: 'spans' },
		{ what: 'the same by a plain word table, most', value: plain.mostSpans, unit: 'spans' },
		{ what: 'time per pair, p95', value: prose.p95, unit: 'ms', limit: 50 },
		{ what: `${pairs.length} pairs`, value: prose.total / 1000, unit: 's', limit: 5 },
		{ what: 'the same against a plain word table', value: prose.total / plain.total, unit: '×' },
		{
			what: 'two texts of 4,000 words, median',
			value: quantile(longTimes, 0.5),
			unit: 'ms',
			limit: 150,
		},
	];
}
