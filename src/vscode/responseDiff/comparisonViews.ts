import { checkReplyText } from '../../core/dataset/findings/checkRow';
import type { Finding } from '../../core/dataset/findings/finding';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import { allEqual, summariseComparison, type Comparison } from '../../core/responses/comparison';
import type { SkipReason } from '../../core/responses/preferencePairs';
import type { Prompt } from '../../core/responses/promptSet';
import type { ModelResponse } from '../../core/responses/response';
import { sharedText } from '../../core/responses/sharedText';
import { laneOrder, type Vote } from '../../core/responses/vote';
import type { RunSummary } from '../../core/training/runLibrary';
import { preferenceRows } from '../../node/responses/preferenceFiles';
import type {
	ComparisonOverview,
	GeneratingState,
	LaneView,
	PromptEntry,
	PromptView,
	PromptVote,
	Tally,
} from '../../protocol/responseDiff';

export const maxLanes = 6;
const titleLength = 120;
/** Pairs of answers to different prompts that the floor is taken from. */
const floorPairs = 40;

/** Everything a view is made from besides the comparison. */
export interface ViewContext {
	readonly blind: boolean;
	readonly voter: string;
	/** What prefaces and refusals are known by in this workspace. */
	readonly phrases: PhraseList;
	/** The generate run behind the comparison, when this workspace knows it. */
	readonly run: RunSummary | undefined;
	/** An opaque name for a lane, the same for the same prompt and label in one session. */
	laneKey(promptId: string, label: string): string;
}

/** Labels of the models that are shown: the first six. */
export function shownLabels(comparison: Comparison): string[] {
	return comparison.header.models.slice(0, maxLanes).map(model => model.label);
}

/** Labels of one prompt's lanes from left to right. A voted prompt keeps the order of its vote. */
export function orderOf(comparison: Comparison, promptId: string, context: ViewContext): string[] {
	const labels = shownLabels(comparison);
	const vote = voteOf(comparison, promptId, context.voter);
	if (vote && (vote.blind || context.blind)) {
		const known = vote.order.filter(label => labels.includes(label));
		return [...known, ...labels.filter(label => !known.includes(label))];
	}
	return context.blind ? laneOrder(labels, comparison.header.id, promptId, context.voter) : labels;
}

export function voteOf(comparison: Comparison, promptId: string, voter: string): Vote | undefined {
	return comparison.votes.find(vote => vote.promptId === promptId && vote.voter === voter);
}

/** Whether answers may still come. */
export function isGenerating(context: ViewContext): boolean {
	const state = context.run?.state;
	return state === 'queued' || state === 'preparing' || state === 'running' || state === 'stopping';
}

export function overviewOf(comparison: Comparison, context: ViewContext): ComparisonOverview {
	const labels = shownLabels(comparison);
	const voted = new Set(
		comparison.votes.filter(vote => vote.voter === context.voter).map(vote => vote.promptId),
	);
	const prompts = comparison.prompts.map((prompt): PromptEntry => ({
		id: prompt.id,
		title: titleOf(prompt),
		tags: prompt.tags,
		answers: labels.filter(label => comparison.responses.get(label)?.has(prompt.id)).length,
		voted: voted.has(prompt.id),
		equal: allEqual(comparison, prompt.id),
	}));
	return {
		comparisonId: comparison.header.id,
		title: neutralTitle(comparison),
		prompts,
		lanes: labels.length,
		moreModels: comparison.header.models.length - labels.length,
		blind: context.blind,
		generating: generatingState(comparison, context),
		voted: prompts.filter(prompt => prompt.voted).length,
		pairs: preferenceRows([comparison]).rows.length,
		identicalAnswers: prompts.filter(prompt => prompt.equal).length,
		brokenLines: comparison.brokenLines.length,
		sharedFloor: floorOf(comparison, labels),
	};
}

/** Names the prompt set, never a model: the tab's title shows while names are hidden. */
export function neutralTitle(comparison: Comparison): string {
	const file = comparison.header.promptsPath?.split(/[\\/]/).at(-1);
	const name = file?.replace(/\.jsonl?$/, '');
	return name === undefined || name === '' ? 'Comparison' : `Compare ${name}`;
}

function titleOf(prompt: Prompt): string {
	const text = prompt.messages.findLast(message => message.role === 'user')?.content ?? prompt.id;
	return text.trim().replaceAll(/\s+/g, ' ').slice(0, titleLength);
}

function generatingState(
	comparison: Comparison,
	context: ViewContext,
): GeneratingState | undefined {
	const total = comparison.prompts.length * comparison.header.models.length;
	let done = 0;
	for (const { label } of comparison.header.models) {
		done += comparison.responses.get(label)?.size ?? 0;
	}
	const failed = context.run?.state === 'failed' || context.run?.state === 'lost';
	if (done >= total && total > 0) {
		return undefined;
	}
	const running = isGenerating(context);
	return {
		state: running ? 'running' : failed ? 'failed' : 'stopped',
		done,
		total,
		message: context.blind ? '' : (context.run?.message ?? ''),
	};
}

/** What two answers share when they answer different questions: less than this means nothing. */
function floorOf(comparison: Comparison, labels: readonly string[]): number | undefined {
	const [first, second] = labels.map(label => comparison.responses.get(label));
	if (!first || !second || comparison.prompts.length < 2) {
		return undefined;
	}
	const { prompts } = comparison;
	const shares: number[] = [];
	for (let i = 0; i < Math.min(prompts.length, floorPairs); i++) {
		const left = first.get(prompts[i]?.id ?? '')?.response;
		const right = second.get(prompts[(i + 1) % prompts.length]?.id ?? '')?.response;
		if (left !== undefined && right !== undefined && left !== right) {
			shares.push(sharedText(left, right));
		}
	}
	return shares.length === 0
		? undefined
		: shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export function promptView(
	comparison: Comparison,
	index: number,
	context: ViewContext,
): PromptView | undefined {
	const prompt = comparison.prompts[index];
	if (!prompt) {
		return undefined;
	}
	const order = orderOf(comparison, prompt.id, context);
	const present = order.filter(label => comparison.responses.get(label)?.has(prompt.id));
	const vote = voteOf(comparison, prompt.id, context.voter);
	const waiting = isGenerating(context) && present.length < order.length;
	// Blind lanes appear together: the order in which answers arrive would tell the models apart.
	const held = context.blind && waiting && !vote;
	return {
		index,
		id: prompt.id,
		messages: prompt.messages,
		tags: prompt.tags,
		reference: prompt.reference,
		lanes: order.map(label => laneOf(comparison, prompt, label, { context, vote, held, waiting })),
		vote: vote && voteView(comparison, vote, context),
		votable: present.length >= 2 && !waiting,
	};
}

function laneOf(
	comparison: Comparison,
	prompt: Prompt,
	label: string,
	state: {
		readonly context: ViewContext;
		readonly vote: Vote | undefined;
		readonly held: boolean;
		readonly waiting: boolean;
	},
): LaneView {
	const answer = comparison.responses.get(label)?.get(prompt.id);
	const named = !state.context.blind || state.vote !== undefined;
	const model = comparison.header.models.find(item => item.label === label);
	return {
		key: state.context.laneKey(prompt.id, label),
		missing: answer === undefined && !state.waiting,
		cut: !state.held && answer?.finishReason === 'length',
		failed: !state.held && answer?.finishReason === 'error',
		findings: state.held || !answer ? [] : findingsIn(answer, prompt, state.context.phrases),
		...(answer && !state.held ? { text: answer.response, tokens: answer.tokens.response } : {}),
		...(named ? { model: { label, ref: model?.ref ?? label } } : {}),
	};
}

/** An answer that failed is no text of a model. */
function findingsIn(answer: ModelResponse, prompt: Prompt, phrases: PhraseList): Finding[] {
	const asked = prompt.messages.findLast(message => message.role === 'user')?.content;
	return answer.finishReason === 'error' ? [] : checkReplyText(answer.response, asked, { phrases });
}

const leftOutWords: Record<SkipReason, string> = {
	tie: 'a tie makes no pair',
	bothBad: 'answers that are all bad make no pair',
	identical: 'equal answers make no pair',
	emptyChosen: 'an empty answer is never chosen',
	answerMissing: 'an answer is no longer there',
	answerChanged: 'an answer changed since the vote',
};

function voteView(comparison: Comparison, vote: Vote, context: ViewContext): PromptVote {
	const made = preferenceRows([{ ...comparison, votes: [vote] }]);
	const key = (label: string | undefined): string | undefined =>
		label === undefined ? undefined : context.laneKey(vote.promptId, label);
	return {
		verdict: vote.verdict,
		best: key(vote.best),
		worst: key(vote.worst),
		blind: vote.blind,
		pairs: made.rows.length,
		leftOut: [...new Set(made.skipped.map(skip => leftOutWords[skip.reason]))],
	};
}

export function tallyOf(comparison: Comparison): Tally {
	const summary = summariseComparison(comparison);
	return {
		rows: summary.models.map(({ label, ref, wins, decided, winRate }) => ({
			label,
			ref,
			wins,
			decided,
			interval: winRate && { low: winRate.low, high: winRate.high },
		})),
		ties: summary.votes.ties,
		bothBad: summary.votes.bothBad,
		voters: summary.votes.voters,
	};
}
