import { checkReplyText } from '../../core/dataset/findings/checkRow';
import type { Finding } from '../../core/dataset/findings/finding';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import { checkpointLines } from '../../core/responses/checkpointLines';
import { allEqual, type Comparison } from '../../core/responses/comparison';
import type { ChatMessage, Prompt } from '../../core/responses/promptSet';
import type { ModelResponse } from '../../core/responses/response';
import type { SharedFloors } from '../../core/responses/sharedFloors';
import type { MaskedText } from '../../core/responses/identityMask';
import { laneOrder, type Vote } from '../../core/responses/vote';
import { drawnPairs, orderAgain, type VoteItem } from '../../core/responses/voteItems';
import { skipKey, type VotePlan } from '../../core/responses/voterSet';
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
	SetView,
} from '../../protocol/responseDiff';

import { leftOutWords } from '../comparisons/leftOutWords';
import { editOf, editView } from './editedLane';
import { promptTitle } from './promptTitle';

export const maxLanes = 6;
/** An answer is long that belongs to this share of a comparison's longest. */
const longShare = 0.1;

/** Everything a view is made from besides the comparison. */
export interface ViewContext {
	readonly blind: boolean;
	readonly voter: string;
	/** What can be voted on, in the order of the list. */
	readonly items: readonly VoteItem[];
	readonly plan: VotePlan;
	/** Labels of the models that are shown, where they were chosen; fewer than two count as none. */
	readonly chosen?: readonly string[] | undefined;
	/** Hides who an answer says it is by. */
	mask(text: string, asked: string): MaskedText;
	/** What prefaces and refusals are known by in this workspace. */
	readonly phrases: PhraseList;
	/** The generate run behind the comparison, when this workspace knows it. */
	readonly run: RunSummary | undefined;
	/** An opaque name for a lane, the same for the same prompt and label in one session. */
	laneKey(itemId: string, label: string): string;
	readonly floors: SharedFloors;
	/** Undefined while the answer was not looked at yet. */
	isRefusal(answer: ModelResponse): boolean | undefined;
	/** Judges that have judged, and the prompts where a vote and one of them differ. */
	readonly judged: { readonly judges: number; readonly otherwise: ReadonlySet<string> };
	/** Rises with each choice of models. */
	readonly choice: number;
	/** Number of the sample that a lane shows, from 0. */
	sampleOf(promptId: string, label: string): number;
}

/** Labels of the models that a prompt shows: two drawn ones, those chosen, or the first six. */
export function shownLabels(
	comparison: Comparison,
	promptIndex: number,
	context: ViewContext,
): readonly string[] {
	const labels = comparison.header.models.map(model => model.label);
	if (isArena(context)) {
		return pairsOf(comparison)[promptIndex] ?? labels.slice(0, 2);
	}
	const chosen = labels.filter(label => context.chosen?.includes(label) === true);
	return (chosen.length > 1 ? chosen : labels).slice(0, maxLanes);
}

function isArena(context: ViewContext): boolean {
	return context.blind && context.plan.lanes === 'pairs';
}

const drawn = new WeakMap<Comparison, readonly (readonly [string, string])[]>();

function pairsOf(comparison: Comparison): readonly (readonly [string, string])[] {
	const { header, prompts } = comparison;
	const known =
		drawn.get(comparison) ??
		drawnPairs(
			header.models.map(model => model.label),
			prompts.length,
			header.id,
		);
	drawn.set(comparison, known);
	return known;
}

/** Labels of one prompt's lanes from left to right. A voted prompt keeps the order of its vote. */
export function orderOf(comparison: Comparison, item: VoteItem, context: ViewContext): string[] {
	const labels = shownLabels(comparison, item.promptIndex, context);
	const vote = voteOf(comparison, item, context.voter);
	if (vote && (vote.blind || context.blind)) {
		const all = comparison.header.models.map(model => model.label);
		const known = vote.order.filter(label => all.includes(label));
		return isArena(context)
			? known
			: [...known, ...labels.filter(label => !known.includes(label))].slice(0, maxLanes);
	}
	if (!context.blind) {
		return [...labels];
	}
	const { id } = comparison.header;
	return item.repeat
		? orderAgain(
				orderOf(comparison, { ...item, repeat: false }, context),
				`${id}\n${item.promptId}\n${context.voter}`,
			)
		: laneOrder(labels, id, item.promptId, context.voter);
}

export function voteOf(comparison: Comparison, item: VoteItem, voter: string): Vote | undefined {
	return item.repeat
		? comparison.sets?.get(voter)?.repeats.get(item.promptId)
		: comparison.votes.find(vote => vote.promptId === item.promptId && vote.voter === voter);
}

/** Whether answers may still come. */
export function isGenerating(context: ViewContext): boolean {
	const state = context.run?.state;
	return state === 'queued' || state === 'preparing' || state === 'running' || state === 'stopping';
}

export function overviewOf(comparison: Comparison, context: ViewContext): ComparisonOverview {
	const voted = new Set(
		comparison.votes.filter(vote => vote.voter === context.voter).map(vote => vote.promptId),
	);
	const set = comparison.sets?.get(context.voter);
	const longest = lengthOfLong(
		comparison,
		comparison.header.models.map(model => model.label),
	);
	let checked = true;
	const isRefusal = (answer: ModelResponse): boolean => {
		const known = context.isRefusal(answer);
		checked &&= known !== undefined;
		return known === true;
	};
	const disagreed = disagreements(comparison);
	// What a judge says of a vote sways the next ones.
	const otherwise =
		context.blind && set?.tallySeen !== true ? new Set<string>() : context.judged.otherwise;
	const prompts = context.items.flatMap((item): PromptEntry[] => {
		const prompt = comparison.prompts[item.promptIndex];
		if (!prompt) {
			return [];
		}
		const answers = shownLabels(comparison, item.promptIndex, context).flatMap(
			label => comparison.responses.get(label)?.get(prompt.id) ?? [],
		);
		return [
			{
				id: item.id,
				title: promptTitle(prompt),
				tags: prompt.tags,
				answers: answers.length,
				voted: item.repeat ? set?.repeats.has(prompt.id) === true : voted.has(prompt.id),
				equal: allEqual(comparison, prompt.id),
				long: answers.some(answer => answer.response.length >= longest),
				// Every answer is asked about: `checked` is about all of them.
				refusal: answers.filter(answer => isRefusal(answer)).length > 0,
				disagreement: disagreed.has(prompt.id) || otherwise.has(prompt.id),
				skips: set?.skips.get(skipKey(prompt.id, item.repeat)) ?? 0,
			},
		];
	});
	const made = preferenceRows([comparison]);
	const models = comparison.header.models.length;
	const lanes = shownLabels(comparison, 0, context).length;
	return {
		comparisonId: comparison.header.id,
		title: neutralTitle(comparison),
		prompts,
		lanes,
		moreModels: isArena(context) ? 0 : models - lanes,
		choice: context.choice,
		scrubbable: checkpointLines(comparison.header.models).length > 0,
		blind: context.blind,
		generating: generatingState(comparison, context),
		set: setView(comparison, context, prompts),
		voted: prompts.filter(prompt => prompt.voted).length,
		pairs: made.rows.length,
		examples: made.examples.length,
		identicalAnswers: comparison.prompts.filter(({ id }) => allEqual(comparison, id)).length,
		brokenLines: comparison.brokenLines.length,
		floors: context.floors,
		checked,
		judges: context.judged.judges,
	};
}

/** A set of all prompts is done with its repeats, so that what is left does not tell which they are. */
function setView(
	comparison: Comparison,
	context: ViewContext,
	entries: readonly PromptEntry[],
): SetView {
	const { plan, voter } = context;
	const set = comparison.sets?.get(voter);
	const prompts = comparison.prompts.length;
	const own = comparison.votes.filter(vote => vote.voter === voter).length;
	const isPart = plan.look === 'planned' && (plan.prompts ?? prompts) < prompts;
	return {
		plan,
		started: own > 0,
		pairable: comparison.header.models.length > 2,
		prompts,
		done: isPart ? own : entries.filter(entry => entry.voted).length,
		target: isPart ? (plan.prompts ?? prompts) : entries.length,
		skips: entries.reduce((sum, entry) => sum + entry.skips, 0),
		tallySeen: set?.tallySeen === true,
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
	// With nothing to count, only a run that is on its way or failed is news.
	if (total === 0 && !running && !failed) {
		return undefined;
	}
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
	const item = context.items[index];
	const prompt = item && comparison.prompts[item.promptIndex];
	if (!prompt) {
		return undefined;
	}
	const order = orderOf(comparison, item, context);
	const present = order.filter(label => comparison.responses.get(label)?.has(prompt.id));
	const vote = voteOf(comparison, item, context.voter);
	const waiting = isGenerating(context) && present.length < order.length;
	// Blind lanes appear together: the order in which answers arrive would tell the models apart.
	const held = context.blind && waiting && !vote;
	const state = { context, vote, held, waiting, item };
	return {
		index,
		id: item.id,
		messages: prompt.messages,
		tags: prompt.tags,
		reference: prompt.reference,
		lanes: order.map(label => laneOf(comparison, prompt, label, state)),
		vote: vote && voteView(comparison, vote, { context, item }),
		votable: present.length >= 2 && !waiting,
	};
}

function laneOf(
	comparison: Comparison,
	prompt: Prompt,
	label: string,
	state: {
		readonly context: ViewContext;
		readonly item: VoteItem;
		readonly vote: Vote | undefined;
		readonly held: boolean;
		readonly waiting: boolean;
	},
): LaneView {
	const { context, item, held } = state;
	const named = !context.blind || state.vote !== undefined;
	const first = comparison.responses.get(label)?.get(prompt.id);
	const samples = named ? comparison.samples?.get(label)?.get(prompt.id) : undefined;
	const given = samples?.[context.sampleOf(prompt.id, label)] ?? first;
	const { answer, masked } =
		named || !given ? { answer: given, masked: 0 } : maskedAnswer(given, prompt, context);
	const model = comparison.header.models.find(one => one.label === label);
	return {
		key: context.laneKey(item.id, label),
		missing: answer === undefined && !state.waiting,
		cut: !held && answer?.finishReason === 'length',
		failed: !held && answer?.finishReason === 'error',
		findings: held || !answer ? [] : findingsIn(answer, prompt, context.phrases),
		...(answer && !held
			? {
					text: answer.response,
					tokens: answer.tokens.response,
					...ownTurns(answer, prompt),
					...(masked > 0 ? { masked } : {}),
				}
			: {}),
		...(given && samples ? { samples: laneSamples(samples, given) } : {}),
		...(answer && !held
			? editView(editOf(comparison, prompt, label, context.voter), {
					named,
					isFirst: given === first,
					failed: answer.finishReason === 'error',
				})
			: {}),
		...(named ? { model: { label, ref: model?.ref ?? label } } : {}),
	};
}

/** An answer without the names that it gives itself, and the turns before it that the model said. */
function maskedAnswer(
	answer: ModelResponse,
	prompt: Prompt,
	context: ViewContext,
): { readonly answer: ModelResponse; readonly masked: number } {
	const asked = prompt.messages.map(({ content }) => content).join('\n');
	const said = context.mask(answer.response, asked);
	let { masked } = said;
	const messages = answer.messages.map((turn, i) => {
		if (turn.role !== 'assistant' || turn.content === prompt.messages[i]?.content) {
			return turn;
		}
		const hidden = context.mask(turn.content, asked);
		masked += hidden.masked;
		return { ...turn, content: hidden.text };
	});
	return { answer: { ...answer, response: said.text, messages }, masked };
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

function voteView(
	comparison: Comparison,
	vote: Vote,
	{ context, item }: { readonly context: ViewContext; readonly item: VoteItem },
): PromptVote {
	const made = item.repeat
		? { rows: [], skipped: [] }
		: preferenceRows([{ ...comparison, votes: [vote], edits: [] }]);
	const key = (label: string | undefined): string | undefined =>
		label === undefined ? undefined : context.laneKey(item.id, label);
	return {
		verdict: vote.verdict,
		best: key(vote.best),
		worst: key(vote.worst),
		blind: vote.blind,
		pairs: made.rows.length,
		leftOut: [...new Set(made.skipped.map(skip => leftOutWords[skip.reason]))],
		...(item.repeat ? { repeat: true as const } : {}),
	};
}
