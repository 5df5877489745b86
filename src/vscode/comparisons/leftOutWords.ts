import type { SkipReason } from '../../core/responses/preferencePairs';

/** Why a vote or an edit makes no row, as a phrase. */
export const leftOutWords: Readonly<Record<SkipReason, string>> = {
	tie: 'a tie makes no pair',
	bothBad: 'answers that are all bad make no pair',
	identical: 'equal answers make no pair',
	emptyChosen: 'an empty answer is never chosen',
	answerMissing: 'an answer is no longer there',
	answerChanged: 'an answer changed since the vote',
	noWorst: 'no worst answer was named',
	samePrompt: 'another vote on this prompt makes the pair',
	votersDisagree: 'voters disagree about the best',
	hosted: 'an answer of a hosted model is left out',
	ownTurns: 'the answers do not follow the same turns',
	benchmark: 'prompts of known benchmarks are not trained on',
	editedBest: 'an edited answer that was voted best is no bad example',
};
