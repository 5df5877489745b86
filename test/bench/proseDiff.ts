// Prose diff against a plain word table on the same texts in the same process: time and spans.
import { existsSync, readFileSync } from 'node:fs';
import { proseDiff } from '../../src/core/responses/proseDiff';
import { tokenise, Vocabulary } from '../../src/core/responses/proseTokens';
import { seededRandom } from '../../src/core/responses/shuffle';

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

function measure(pairs: readonly [string, string][], spansOf: (a: string, b: string) => number) {
	const times: number[] = [];
	const spans: number[] = [];
	for (const [a, b] of pairs) {
		const start = performance.now();
		spans.push(spansOf(a, b));
		times.push(performance.now() - start);
	}
	return {
		p50ms: quantile(times, 0.5),
		p95ms: quantile(times, 0.95),
		maxMs: quantile(times, 1),
		totalMs: times.reduce((sum, time) => sum + time, 0),
		spansP50: quantile(spans, 0.5),
		spansMax: quantile(spans, 1),
	};
}

const pairs = samplePairs();
const ours = (a: string, b: string): number => proseDiff(a, b).changes.length;
measure(pairs.slice(0, 100), ours);
measure(pairs.slice(0, 100), plainDiff);
const prose = measure(pairs, ours);
const plain = measure(pairs, plainDiff);
const all = pairs.map(([, b]) => b).join('\n');
const long = all.split(' ').slice(0, 4000);
const start = performance.now();
proseDiff(long.join(' '), long.map((word, i) => (i % 7 === 0 ? 'other' : word)).join(' '));
const longMs = performance.now() - start;
console.log(
	JSON.stringify({
		bench: 'proseDiff',
		source: existsSync(published) ? 'published answers' : 'generated words',
		pairs: pairs.length,
		prose,
		plain,
		timeRatio: prose.totalMs / plain.totalMs,
		spanRatio: prose.spansP50 / plain.spansP50,
		long4000WordsMs: longMs,
	}),
);
