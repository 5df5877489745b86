// Prose diffs in the extension's own thread for them, beside word diffs that others use on the same texts.
import { diffWords } from 'diff';
import DiffMatchPatch from 'diff-match-patch';
import { diff as myersDiff } from 'fast-myers-diff';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import type { LaneMarks } from '../../src/core/responses/answerMarks';
import { proseDiff } from '../../src/core/responses/proseDiff';
import { tokenise, Vocabulary } from '../../src/core/responses/proseTokens';
import { AnswerAnalysis } from '../../src/node/responses/answerAnalysis';
import { answerSets, arePublished, type AnswerSet } from '../support/bench/answerTexts';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';

/** Times the whole of a list, and counts the spans that a reader would see marked. */
interface Contest {
	readonly seconds: number;
	readonly medianSpans: number;
	readonly mostSpans: number;
}

type CountSpans = (reference: string, other: string) => number;

/** Runs of what is not equal. */
function runsIn(isEqual: readonly boolean[]): number {
	return isEqual.filter((equal, i) => !equal && isEqual[i - 1] !== false).length;
}

const byDiffWords: CountSpans = (reference, other) =>
	runsIn(diffWords(reference, other).map(part => !part.added && !part.removed));

/** As its authors advise for words: each word is a character, and the result is cleaned up. */
const byDiffMatchPatch: CountSpans = (reference, other) => {
	const characters = new Map<string, string>();
	const spell = (text: string): string =>
		text
			.split(/(\s+)/)
			.map(word => {
				const known = characters.get(word) ?? String.fromCharCode(0x100 + characters.size);
				characters.set(word, known);
				return known;
			})
			.join('');
	const engine = new DiffMatchPatch();
	const found = engine.diff_main(spell(reference), spell(other), false);
	engine.diff_cleanupSemantic(found);
	return runsIn(found.map(([kind]) => kind === 0));
};

const byMyers: CountSpans = (reference, other) => {
	const vocabulary = new Vocabulary();
	const [a, b] = [tokenise(reference, vocabulary).ids, tokenise(other, vocabulary).ids];
	return [...myersDiff(a, b)].length;
};

const ours: CountSpans = (reference, other) => proseDiff(reference, other).changes.length;

function contest(sets: readonly AnswerSet[], count: CountSpans): Contest {
	const spans: number[] = [];
	const start = performance.now();
	for (const { reference, others } of sets) {
		for (const other of others) {
			spans.push(count(reference, other));
		}
	}
	const seconds = (performance.now() - start) / 1000;
	spans.sort((a, b) => a - b);
	return {
		seconds,
		medianSpans: spans[spans.length >> 1] ?? 0,
		mostSpans: spans.at(-1) ?? 0,
	};
}

/** Two answers of 4,000 words in which every seventh differs. */
function longPair(sets: readonly AnswerSet[]): [string, string] {
	const words = sets
		.map(set => set.reference)
		.join('\n')
		.split(' ')
		.slice(0, 4000);
	return [words.join(' '), words.map((word, i) => (i % 7 === 0 ? 'other' : word)).join(' ')];
}

/** The longest time for which the caller's thread did not come round, in ms, while `work` goes on. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
	let worst = 0;
	let last = performance.now();
	const timer = setInterval(() => {
		worst = Math.max(worst, performance.now() - last);
		last = performance.now();
	}, 1);
	await work();
	clearInterval(timer);
	return worst;
}

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const sets = answerSets();
	const diffs = sets.length * 3;
	const few = sets.slice(0, 60);
	for (const count of [ours, byDiffWords, byDiffMatchPatch, byMyers]) {
		contest(few.slice(0, 20), count);
	}
	const analysis = new AnswerAnalysis(
		path.join(root, 'dist', 'workers', 'answerAnalysisWorker.js'),
	);
	const marksOf = ({ reference, others }: AnswerSet): Promise<readonly LaneMarks[]> =>
		analysis.ask('marks', {
			texts: [reference, ...others],
			reference: 0,
			lens: 'difference',
		});
	await marksOf(few[0] as AnswerSet);
	const started = performance.now();
	for (const set of sets) {
		await marksOf(set);
	}
	const inWorker = (performance.now() - started) / 1000;
	const [reference, other] = longPair(sets);
	const long: number[] = [];
	const stall = await longestStall(async () => {
		for (let i = 0; i < 7; i++) {
			const start = performance.now();
			await marksOf({ prompt: '', reference, others: [`${other} ${i}`] });
			long.push(performance.now() - start);
		}
	});
	analysis.dispose();
	const here = contest(sets, ours);
	const rivals = [
		['jsdiff diffWords', contest(sets, byDiffWords)],
		['diff-match-patch on words', contest(sets, byDiffMatchPatch)],
		['fast-myers-diff on word ids', contest(sets, byMyers)],
	] as const;
	const from = arePublished ? 'published answers' : 'made texts';
	return [
		{ what: `${diffs} diffs in the worker, ${from}`, value: inWorker, unit: 's', limit: 5 },
		{ what: 'the same in this thread, without shared text', value: here.seconds, unit: 's' },
		...rivals.map(([name, rival]) => ({
			what: `the same by ${name}`,
			value: rival.seconds,
			unit: 's',
		})),
		{ what: 'marked spans per pair, median', value: here.medianSpans, unit: 'spans' },
		{ what: 'marked spans per pair, most', value: here.mostSpans, unit: 'spans', limit: 30 },
		...rivals.map(([name, rival]) => ({
			what: `the same by ${name}, median`,
			value: rival.medianSpans,
			unit: 'spans',
		})),
		...rivals.map(([name, rival]) => ({
			what: `the same by ${name}, most`,
			value: rival.mostSpans,
			unit: 'spans',
		})),
		{
			what: 'two answers of 4,000 words in the worker, slowest of 7',
			value: Math.max(...long),
			unit: 'ms',
			limit: 150,
		},
		{ what: 'longest stall of the asking thread meanwhile', value: stall, unit: 'ms', limit: 50 },
	];
}
