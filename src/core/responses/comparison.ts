import type { AnswerEdit } from './answerEdit';
import type { Prompt } from './promptSet';
import type { ModelResponse } from './response';
import { sharedText } from './sharedText';
import type { Vote } from './vote';
import type { VoterSet } from './voterSet';
import { wilsonInterval, type Interval } from './wilson';

export interface ComparedModel {
	/** Names the response file and the lane. */
	readonly label: string;
	/** Model reference: base, run:ID@step, path:…, hub:…, endpoint:…. */
	readonly ref: string;
}

/** `comparison.json`. Unknown fields are kept by who rewrites it. */
export interface ComparisonHeader {
	readonly schemaVersion: number;
	readonly id: string;
	readonly name: string;
	/** ISO 8601; empty when the folder has no header. */
	readonly createdAt: string;
	readonly hostName?: string;
	readonly promptsPath?: string;
	readonly models: readonly ComparedModel[];
	readonly sampling?: Readonly<Record<string, unknown>>;
	readonly runId?: string;
}

/** A comparison as it is on disk now; answers may still be arriving. */
export interface Comparison {
	readonly header: ComparisonHeader;
	readonly prompts: readonly Prompt[];
	/** By label, then by prompt id; the first of several samples. Votes are about these. */
	readonly responses: ReadonlyMap<string, ReadonlyMap<string, ModelResponse>>;
	/** All samples, the first too, by label and prompt id; only where a model was asked again. */
	readonly samples?: ReadonlyMap<string, ReadonlyMap<string, readonly ModelResponse[]>>;
	/** Standing votes of all voters. */
	readonly votes: readonly Vote[];
	/** Standing edits of answers, of all voters. */
	readonly edits?: readonly AnswerEdit[];
	/** By voter; absent where votes came from other formats. */
	readonly sets?: ReadonlyMap<string, VoterSet>;
	/** Lines that could not be read, by file, so that nothing is dropped without a word. */
	readonly brokenLines: readonly {
		readonly file: string;
		readonly line: number;
		readonly reason: string;
	}[];
}

export interface ModelSummary {
	readonly label: string;
	readonly ref: string;
	readonly answers: number;
	readonly missing: number;
	/** Answers cut at the token limit. */
	readonly cut: number;
	readonly empty: number;
	readonly meanCharacters: number;
	/** Of the answers that report it. */
	readonly meanTokens?: number;
	/** Mean share of words in common with the reference model's answers. */
	readonly sharedWithReference?: number;
	/** The same against the reference's answer to another prompt: the floor that means nothing. */
	readonly sharedFloor?: number;
	/** Answers equal to the reference model's, letter for letter. */
	readonly identicalToReference: number;
	/** Prompts won; a prompt with several voters counts once, shared between the models voted best. */
	readonly wins: number;
	/** Prompts with a decided vote where this model was shown: the base of `winRate`. */
	readonly decided: number;
	readonly winRate?: { readonly share: number } & Interval;
}

export interface ComparisonSummary {
	readonly schemaVersion: 1;
	readonly id: string;
	readonly name: string;
	readonly createdAt: string;
	readonly prompts: number;
	readonly models: readonly ModelSummary[];
	/** Label of the model that the others are measured against: the first. */
	readonly reference?: string;
	/** Prompts where all answers are there and all are equal. */
	readonly identicalAnswers: number;
	readonly votes: {
		readonly voters: number;
		readonly prompts: number;
		readonly decided: number;
		readonly ties: number;
		readonly bothBad: number;
		readonly blind: number;
		/** Given after the voter had seen counts. */
		readonly afterTally: number;
		/** Times that a prompt was put off. */
		readonly skips: number;
	};
	readonly brokenLines: number;
}

export function summariseComparison(comparison: Comparison): ComparisonSummary {
	const { header, prompts, votes } = comparison;
	return {
		schemaVersion: 1,
		id: header.id,
		name: header.name,
		createdAt: header.createdAt,
		prompts: prompts.length,
		models: header.models.map(model => summariseModel(comparison, model)),
		reference: header.models[0]?.label,
		identicalAnswers: prompts.filter(prompt => allEqual(comparison, prompt.id)).length,
		votes: {
			voters: new Set(votes.map(vote => vote.voter)).size,
			prompts: new Set(votes.map(vote => vote.promptId)).size,
			decided: votes.filter(vote => vote.verdict === 'best').length,
			ties: votes.filter(vote => vote.verdict === 'tie').length,
			bothBad: votes.filter(vote => vote.verdict === 'bothBad').length,
			blind: votes.filter(vote => vote.blind).length,
			afterTally: votes.filter(vote => vote.afterTally).length,
			skips: [...(comparison.sets?.values() ?? [])]
				.flatMap(set => [...set.skips.values()])
				.reduce((sum, skips) => sum + skips, 0),
		},
		brokenLines: comparison.brokenLines.length,
	};
}

/** Whether every model answered the prompt and all answers are equal, letter for letter. */
export function allEqual(comparison: Comparison, promptId: string): boolean {
	const texts = comparison.header.models.map(
		model => comparison.responses.get(model.label)?.get(promptId)?.response,
	);
	return texts.length > 1 && texts[0] !== undefined && texts.every(text => text === texts[0]);
}

function summariseModel(comparison: Comparison, model: ComparedModel): ModelSummary {
	const answers = [...(comparison.responses.get(model.label)?.values() ?? [])];
	const tokens = answers.flatMap(answer => answer.tokens.response ?? []);
	const { wins, decided } = winsOf(model.label, comparison.votes);
	const interval = wilsonInterval(wins, decided);
	return {
		label: model.label,
		ref: model.ref,
		answers: answers.length,
		missing: Math.max(0, comparison.prompts.length - answers.length),
		cut: answers.filter(answer => answer.finishReason === 'length').length,
		empty: answers.filter(answer => answer.response.trim() === '').length,
		meanCharacters: mean(answers.map(answer => answer.response.length)) ?? 0,
		meanTokens: mean(tokens),
		...sharedFigures(comparison, model.label),
		wins,
		decided,
		winRate: interval && { share: wins / decided, ...interval },
	};
}

/** Prompts are the unit, not votes: two people on one prompt do not make it two observations. */
function winsOf(label: string, votes: readonly Vote[]): { wins: number; decided: number } {
	const byPrompt = new Map<string, { votes: number; wins: number }>();
	for (const vote of votes) {
		if (vote.verdict !== 'best' || !vote.order.includes(label)) {
			continue;
		}
		const entry = byPrompt.get(vote.promptId) ?? { votes: 0, wins: 0 };
		entry.votes++;
		entry.wins += vote.best === label ? 1 : 0;
		byPrompt.set(vote.promptId, entry);
	}
	let wins = 0;
	for (const entry of byPrompt.values()) {
		wins += entry.wins / entry.votes;
	}
	return { wins, decided: byPrompt.size };
}

function sharedFigures(
	comparison: Comparison,
	label: string,
): Pick<ModelSummary, 'sharedWithReference' | 'sharedFloor' | 'identicalToReference'> {
	const referenceLabel = comparison.header.models[0]?.label;
	const reference = comparison.responses.get(referenceLabel ?? '');
	const mine = comparison.responses.get(label);
	if (!reference || !mine || label === referenceLabel) {
		return { identicalToReference: 0 };
	}
	const both = comparison.prompts.flatMap(prompt => {
		const left = reference.get(prompt.id)?.response;
		const right = mine.get(prompt.id)?.response;
		return left === undefined || right === undefined ? [] : [{ left, right }];
	});
	const floors = both.map((pair, i) =>
		sharedText(both[(i + 1) % both.length]?.left ?? '', pair.right),
	);
	return {
		sharedWithReference: mean(both.map(pair => sharedText(pair.left, pair.right))),
		sharedFloor: both.length > 1 ? mean(floors) : undefined,
		identicalToReference: both.filter(pair => pair.left === pair.right).length,
	};
}

function mean(values: readonly number[]): number | undefined {
	return values.length === 0
		? undefined
		: values.reduce((sum, value) => sum + value, 0) / values.length;
}
