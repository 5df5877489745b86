import type { Comparison } from '../comparison';
import type { Vote } from '../vote';

/** First verdicts with those on hidden repeats, where the voter saw the same answers. */
export function repeatedVotes({ votes, sets }: Comparison): (readonly [Vote, Vote])[] {
	const firsts = new Map(votes.map(vote => [`${vote.voter}\n${vote.promptId}`, vote]));
	return [...(sets?.values() ?? [])].flatMap(({ voter, repeats }) =>
		[...repeats.values()].flatMap(again => {
			const first = firsts.get(`${voter}\n${again.promptId}`);
			return first && shown(first) === shown(again) ? [[first, again] as const] : [];
		}),
	);
}

function shown({ answers }: Vote): string {
	return JSON.stringify(Object.entries(answers).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
