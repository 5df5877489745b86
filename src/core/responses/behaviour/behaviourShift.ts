import { ownPhrases, type PhraseList } from '../../dataset/findings/phraseList';
import type { Comparison } from '../comparison';
import type { Prompt } from '../promptSet';
import { wilsonInterval, type Interval } from '../wilson';
import { traitIds, traitsOf, type AnswerTraits, type TraitId } from './trait';

/** How often answers of one model show a trait, and how that differs from the reference. */
export interface TraitShare {
	readonly trait: TraitId;
	readonly answers: number;
	/** Of the answers looked at; with its 95% Wilson interval. */
	readonly share?: { readonly value: number } & Interval;
	/** Difference of shares on prompts that both answered, paired; 95%. Absent for the reference. */
	readonly shift?: PairedDifference;
	/** Prompts whose answer shows it, in the order of the set. */
	readonly promptIds: readonly string[];
}

export interface PairedDifference extends Interval {
	readonly value: number;
	/** Prompts that both models answered. */
	readonly prompts: number;
	/** The interval leaves zero out. */
	readonly isClear: boolean;
}

export interface ModelBehaviour {
	readonly label: string;
	/** Answers looked at: those that are there and that no server refused. */
	readonly answers: number;
	/** Mean length in characters, with a 95% interval, and its paired difference. */
	readonly characters?: { readonly value: number } & Interval;
	readonly charactersShift?: PairedDifference;
	readonly traits: readonly TraitShare[];
}

/** One slice of a comparison: all prompts, or those with a tag. */
export interface BehaviourSlice {
	/** Absent for all prompts. */
	readonly tag?: string;
	readonly prompts: number;
	readonly models: readonly ModelBehaviour[];
}

/** Tags with fewer prompts say nothing by themselves. */
export const fewestPrompts = 5;
const z = 1.959964;

/**
 * What answers of each model are like, over all prompts and per tag, beside the model that `reference`
 * names. Differences are taken on the prompts that both answered: that an easier prompt was answered
 * by one model only never looks like a shift.
 */
export function behaviourShift(
	comparison: Comparison,
	reference = comparison.header.models[0]?.label,
	phrases: PhraseList = ownPhrases,
): BehaviourSlice[] {
	const traits = new Map(
		comparison.header.models.map(({ label }) => [
			label,
			traitsByPrompt(comparison, label, phrases),
		]),
	);
	const slice = (prompts: readonly Prompt[], tag?: string): BehaviourSlice => ({
		...(tag === undefined ? {} : { tag }),
		prompts: prompts.length,
		models: comparison.header.models.map(({ label }) =>
			modelBehaviour(
				label,
				prompts,
				traits.get(label) ?? new Map(),
				label === reference ? undefined : traits.get(reference ?? ''),
			),
		),
	});
	const tags = [...new Set(comparison.prompts.flatMap(prompt => prompt.tags))];
	return [
		slice(comparison.prompts),
		...tags
			.map(tag => [tag, comparison.prompts.filter(({ tags: own }) => own.includes(tag))] as const)
			.filter(([, prompts]) => prompts.length >= fewestPrompts)
			.map(([tag, prompts]) => slice(prompts, tag)),
	];
}

function traitsByPrompt(
	comparison: Comparison,
	label: string,
	phrases: PhraseList,
): ReadonlyMap<string, AnswerTraits> {
	const found = new Map<string, AnswerTraits>();
	for (const prompt of comparison.prompts) {
		const answer = comparison.responses.get(label)?.get(prompt.id);
		const asked = prompt.messages.findLast(({ role }) => role === 'user')?.content;
		const traits = answer && traitsOf(answer, asked, phrases);
		if (traits) {
			found.set(prompt.id, traits);
		}
	}
	return found;
}

function modelBehaviour(
	label: string,
	prompts: readonly Prompt[],
	mine: ReadonlyMap<string, AnswerTraits>,
	theirs: ReadonlyMap<string, AnswerTraits> | undefined,
): ModelBehaviour {
	const answered = prompts.flatMap(({ id }) => {
		const own = mine.get(id);
		return own ? [{ id, own, other: theirs?.get(id) }] : [];
	});
	const paired = (of: (traits: AnswerTraits) => number): PairedDifference | undefined =>
		meanDifference(answered.flatMap(({ own, other }) => (other ? [of(own) - of(other)] : [])));
	return {
		label,
		answers: answered.length,
		characters: meanWithInterval(answered.map(({ own }) => own.characters)),
		charactersShift: paired(({ characters }) => characters),
		traits: traitIds.map(trait => {
			const promptIds = answered.filter(({ own }) => own.traits.has(trait)).map(({ id }) => id);
			const interval = wilsonInterval(promptIds.length, answered.length);
			return {
				trait,
				answers: promptIds.length,
				share: interval && { value: promptIds.length / answered.length, ...interval },
				shift: paired(({ traits }) => (traits.has(trait) ? 1 : 0)),
				promptIds,
			};
		}),
	};
}

/** Mean and 95% interval by the normal approximation; undefined without values. */
function meanWithInterval(
	values: readonly number[],
): ({ readonly value: number } & Interval) | undefined {
	if (values.length === 0) {
		return undefined;
	}
	const value = values.reduce((sum, one) => sum + one, 0) / values.length;
	const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
	const half = values.length > 1 ? z * Math.sqrt(squares / (values.length - 1) / values.length) : 0;
	return { value, low: value - half, high: value + half };
}

function meanDifference(differences: readonly number[]): PairedDifference | undefined {
	// From one pair nothing can be said about how much it would differ on others.
	const mean = differences.length < 2 ? undefined : meanWithInterval(differences);
	return (
		mean && {
			...mean,
			prompts: differences.length,
			isClear: differences.length >= fewestPrompts && (mean.low > 0 || mean.high < 0),
		}
	);
}
