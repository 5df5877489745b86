import { checkReplyText } from '../../core/dataset/findings/checkRow';
import type { Finding } from '../../core/dataset/findings/finding';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import { allEqual, type Comparison } from '../../core/responses/comparison';
import type { SkipReason } from '../../core/responses/preferencePairs';
import type { ChatMessage, Prompt } from '../../core/responses/promptSet';
import type { ModelResponse } from '../../core/responses/response';
import type { SharedFloors } from '../../core/responses/sharedFloors';
import { laneOrder, type Vote } from '../../core/responses/vote';
import type { RunSummary } from '../../core/training/runLibrary';
import { preferenceRows } from '../../node/responses/preferenceFiles';
import type {
	ComparisonOverview,
	GeneratingState,
	LaneSamples,
	LaneView,
	PromptEntry,
	PromptView,
	PromptVote,
} from '../../protocol/responseDiff';

export const maxLanes = 6;
const titleLength = 120;
/** An answer is long that belongs to this share of a comparison's longest. */
const longShare = 0.1;

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
	readonly floors: SharedFloors;
	/** Undefined while the answer was not looked at yet. */
	isRefusal(answer: ModelResponse): boolean | undefined;
	/** Number of the sample that a lane shows, from 0. */
	sampleOf(promptId: string, label: string): number;
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
	const longest = lengthOfLong(comparison, labels);
	let checked = true;
	const answersTo = (prompt: Prompt): ModelResponse[] =>
		labels.flatMap(label => comparison.responses.get(label)?.get(prompt.id) ?? []);
	const isRefusal = (answer: ModelResponse): boolean => {
		const known = context.isRefusal(answer);
		checked &&= known !== undefined;
		return known === true;
	};
	const disagreed = disagreements(comparison);
	const prompts = comparison.prompts.map((prompt): PromptEntry => ({
		id: prompt.id,
		title: titleOf(prompt),
		tags: prompt.tags,
		answers: labels.filter(label => comparison.responses.get(label)?.has(prompt.id)).length,
		voted: voted.has(prompt.id),
		equal: allEqual(comparison, prompt.id),
		long: answersTo(prompt).some(answer => answer.response.length >= longest),
		// Every answer is asked about: `checked` is about all of them.
		refusal: answersTo(prompt).filter(answer => isRefusal(answer)).length > 0,
		disagreement: disagreed.has(prompt.id),
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
		floors: context.floors,
		checked,
	};
}

/** Characters from which an answer belongs to the longest tenth; never where all are alike. */
function lengthOfLong(comparison: Comparison, labels: readonly string[]): number {
	const lengths = labels
		.flatMap(label => [...(comparison.responses.get(label)?.values() ?? [])])
		.map(answer => answer.response.length)
		.sort((a, b) => a - b);
	const bound = lengths[Math.floor(lengths.length * (1 - longShare))] ?? Infinity;
	const middle = lengths[Math.floor(lengths.length / 2)] ?? 0;
	return bound > middle ? bound : Infinity;
}

/** Prompts that two voters do not think the same of. */
function disagreements(comparison: Comparison): ReadonlySet<string> {
	const verdicts = new Map<string, Set<string>>();
	for (const { promptId, verdict, best } of comparison.votes) {
		const known = verdicts.get(promptId) ?? new Set();
		verdicts.set(promptId, known.add(`${verdict} ${best ?? ''}`));
	}
	return new Set([...verdicts].filter(([, known]) => known.size > 1).map(([id]) => id));
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
	const named = !state.context.blind || state.vote !== undefined;
	const first = comparison.responses.get(label)?.get(prompt.id);
	const samples = named ? comparison.samples?.get(label)?.get(prompt.id) : undefined;
	const answer = samples?.[state.context.sampleOf(prompt.id, label)] ?? first;
	const model = comparison.header.models.find(item => item.label === label);
	return {
		key: state.context.laneKey(prompt.id, label),
		missing: answer === undefined && !state.waiting,
		cut: !state.held && answer?.finishReason === 'length',
		failed: !state.held && answer?.finishReason === 'error',
		findings: state.held || !answer ? [] : findingsIn(answer, prompt, state.context.phrases),
		...(answer && !state.held
			? { text: answer.response, tokens: answer.tokens.response, ...ownTurns(answer, prompt) }
			: {}),
		...(answer && samples ? { samples: laneSamples(samples, answer) } : {}),
		...(named ? { model: { label, ref: model?.ref ?? label } } : {}),
	};
}

/** In a second turn a model follows what it said itself, which is not in the prompt set. */
function ownTurns(answer: ModelResponse, prompt: Prompt): Pick<LaneView, 'turns'> {
	const same = (turn: ChatMessage, i: number): boolean =>
		turn.role === prompt.messages[i]?.role && turn.content === prompt.messages[i]?.content;
	const own = answer.messages.some((turn, i) => turn.role === 'assistant' && !same(turn, i));
	return own ? { turns: answer.messages } : {};
}

function laneSamples(samples: readonly ModelResponse[], shown: ModelResponse): LaneSamples {
	return {
		count: samples.length,
		shown: samples.indexOf(shown),
		equal: samples.filter(sample => sample.response === shown.response).length,
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
