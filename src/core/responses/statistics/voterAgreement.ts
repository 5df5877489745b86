import type { Vote } from '../vote';
import { agreement, type Agreement } from './agreement';

export interface VoterAgreement extends Agreement {
	readonly voters: readonly [string, string];
}

/** For each two voters the prompts on which both judged the same answers. */
export function voterAgreement(votes: readonly Vote[]): VoterAgreement[] {
	const byVoter = [...Map.groupBy(votes, ({ voter }) => voter)];
	return byVoter.flatMap(([first, own], i) =>
		byVoter.slice(i + 1).flatMap(([second, theirs]) => {
			const others = new Map(theirs.map(vote => [vote.promptId, vote]));
			const found = agreement(
				own.flatMap(vote => {
					const other = others.get(vote.promptId);
					return other && shown(vote) === shown(other)
						? [[verdictOf(vote), verdictOf(other)] as const]
						: [];
				}),
			);
			return found ? [{ voters: [first, second] as const, ...found }] : [];
		}),
	);
}

function shown(vote: Vote): string {
	return JSON.stringify(vote.order.toSorted().map(label => [label, vote.answers[label]]));
}

/** `best:` before a label, since a model may be called `tie`. */
export function verdictOf(vote: Pick<Vote, 'verdict' | 'best'>): string {
	return vote.verdict === 'best' ? `best:${vote.best ?? ''}` : vote.verdict;
}
