/** What is wrong with a file beside others: never dropped without a word. */
export type FileProblemKind =
	| 'unreadableRow'
	| 'duplicateId'
	| 'emptyAnswer'
	| 'longAnswer'
	| 'missingPrompt'
	| 'extraPrompt'
	| 'reorderedPrompt'
	| 'differentPrompt';

export interface FileProblem {
	readonly kind: FileProblemKind;
	readonly count: number;
	/** The first few: ids of prompts, or a line and what is wrong with it. */
	readonly named: readonly string[];
}

const mostNamed = 5;
const longestName = 120;

export function problemOf(kind: FileProblemKind, found: readonly string[]): FileProblem[] {
	return found.length === 0
		? []
		: [
				{
					kind,
					count: found.length,
					named: found.slice(0, mostNamed).map(name => name.slice(0, longestName)),
				},
			];
}

const words: Readonly<Record<FileProblemKind, readonly [string, string]>> = {
	unreadableRow: ['row cannot be read', 'rows cannot be read'],
	duplicateId: ['id stands twice (the last row counts)', 'ids stand twice (the last row counts)'],
	emptyAnswer: ['answer is empty', 'answers are empty'],
	longAnswer: ['answer is longer than 100 kB', 'answers are longer than 100 kB'],
	missingPrompt: ['prompt has no answer here', 'prompts have no answer here'],
	extraPrompt: ['prompt stands in no other file', 'prompts stand in no other file'],
	reorderedPrompt: ['prompt stands in another order', 'prompts stand in another order'],
	differentPrompt: [
		'prompt has another text under the same id',
		'prompts have other texts under the same ids',
	],
};

/** `3 answers are empty: 7, 12, 81`. */
export function problemText({ kind, count, named }: FileProblem): string {
	const more = count > named.length ? ', …' : '';
	return `${count} ${words[kind][count === 1 ? 0 : 1]}: ${named.join(', ')}${more}`;
}

/** How many of the places have to be moved to bring them in order: all but a longest rising run. */
export function outOfOrder(places: readonly number[]): number[] {
	const tails: number[] = [];
	const before = places.map(() => -1);
	for (const [i, place] of places.entries()) {
		let low = 0;
		let high = tails.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((places[tails[middle] ?? 0] ?? 0) < place) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		before[i] = low > 0 ? (tails[low - 1] ?? -1) : -1;
		tails[low] = i;
	}
	const inOrder = new Set<number>();
	for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) {
		inOrder.add(i);
	}
	return places.flatMap((_, i) => (inOrder.has(i) ? [] : [i]));
}
