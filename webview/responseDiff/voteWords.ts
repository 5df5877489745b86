import type { PromptView } from '../../src/protocol/responseDiff';

/**
 * What was said about a prompt and what follows, in one or two sentences.
 *
 * @param left prompts of the comparison that have no vote yet
 */
export function statusOf(view: PromptView, left: number): string {
	const { vote } = view;
	if (!vote) {
		const texts = view.lanes.map(lane => lane.text);
		const equal = texts[0] !== undefined && texts.every(text => text === texts[0]);
		if (equal && texts.length > 1) {
			return `${texts.length === 2 ? 'Both' : `All ${texts.length}`} answers are equal: a vote makes no pair.`;
		}
		if (!showsFirstSamples(view)) {
			return 'Votes are about the first sample of each answer.';
		}
		return view.votable
			? 'Which answer is best?'
			: view.lanes.some(lane => lane.text === undefined && !lane.missing)
				? 'The answers are still coming.'
				: 'A vote needs at least two answers.';
	}
	const said =
		vote.verdict === 'tie'
			? 'A tie.'
			: vote.verdict === 'bothBad'
				? `${view.lanes.length > 2 ? 'All' : 'Both'} bad.`
				: bestSentence(view);
	const next = left === 0 ? 'All prompts have a vote.' : `${left} still without a vote.`;
	if (vote.repeat) {
		return `${said} This prompt had come before: the vote makes no pair and counts in no rate. ${next}`;
	}
	const pairs =
		vote.pairs === 0
			? 'No pair'
			: vote.pairs === 1
				? '1 preference pair'
				: `${vote.pairs} preference pairs`;
	const reasons = vote.leftOut.length === 0 ? '' : ` (${vote.leftOut.join('; ')})`;
	return `${said} ${pairs}${reasons}. ${next}`;
}

function bestSentence(view: PromptView): string {
	const number = view.lanes.findIndex(lane => lane.key === view.vote?.best) + 1;
	const name = view.lanes[number - 1]?.model?.label;
	return `Answer ${number} is best${name === undefined ? '' : `: ${name}`}.`;
}

/** Votes are about the first sample of each lane: while another is shown none can be given. */
export function showsFirstSamples(view: PromptView): boolean {
	return view.lanes.every(lane => (lane.samples?.shown ?? 0) === 0);
}
