import type { PhraseList } from '../../dataset/findings/phraseList';
import type { Comparison } from '../comparison';
import type { ModelResponse } from '../response';
import { behaviourShift, type ModelBehaviour } from './behaviourShift';
import { distinctivePhrases, promptsSaying, type DistinctivePhrase } from './distinctivePhrases';

/** Answers as a thread can be given them, without what behaviour does not depend on. */
export interface BehaviourQuestion {
	readonly prompts: readonly { readonly id: string; readonly asked?: string }[];
	/** Answers in the order of the prompts. */
	readonly models: readonly {
		readonly label: string;
		readonly answers: readonly (Pick<ModelResponse, 'response' | 'finishReason'> | undefined)[];
	}[];
	/** Label of the model that the others are compared with; absent for none. */
	readonly reference?: string;
	readonly phrases: PhraseList;
}

/** A phrase that a model says more often than the reference, with the prompts where it does. */
export interface SaidPhrase extends DistinctivePhrase {
	readonly promptIds: readonly string[];
}

export interface ReportedModel extends ModelBehaviour {
	/** Clearest first; none of the reference, and none without one. */
	readonly says: readonly SaidPhrase[];
	/**
	 * Prompts whose answer is longer than the reference's by more than a tenth; of the reference
	 * itself, or without one, those of its own longest tenth.
	 */
	readonly longer: readonly string[];
}

export interface BehaviourReport {
	readonly prompts: number;
	readonly reference?: string;
	readonly models: readonly ReportedModel[];
}

const longerBy = 1.1;
const longShare = 0.1;

/** What answers of each model to some prompts are like, with the prompts that each figure counts. */
export function behaviourReport(question: BehaviourQuestion): BehaviourReport {
	const { reference, phrases } = question;
	const comparison = comparisonOf(question);
	const [slice] = behaviourShift(comparison, reference ?? '', phrases);
	return {
		prompts: question.prompts.length,
		...(reference === undefined ? {} : { reference }),
		models: (slice?.models ?? []).map(model => {
			const other = reference === model.label ? undefined : reference;
			const found = other === undefined ? [] : distinctivePhrases(comparison, model.label, other);
			const saying = promptsSaying(
				comparison,
				model.label,
				found.map(({ phrase }) => phrase),
			);
			return {
				...model,
				says: found.map((phrase, i) => ({ ...phrase, promptIds: saying[i] ?? [] })),
				longer: longerPrompts(comparison, model.label, other),
			};
		}),
	};
}

/** Without tags, so that it is one slice. */
function comparisonOf({ prompts, models }: BehaviourQuestion): Comparison {
	const answer = (
		given: Pick<ModelResponse, 'response' | 'finishReason'>,
		place: { readonly promptId: string; readonly promptIndex: number; readonly model: string },
	): ModelResponse => ({ ...given, ...place, messages: [], tokens: {}, sampling: {}, row: {} });
	return {
		header: {
			schemaVersion: 1,
			id: '',
			name: '',
			createdAt: '',
			models: models.map(({ label }) => ({ label, ref: label })),
		},
		prompts: prompts.map(({ id, asked }, line) => ({
			id,
			messages: asked === undefined ? [] : [{ role: 'user', content: asked }],
			tags: [],
			line,
			extra: {},
		})),
		responses: new Map(
			models.map(({ label, answers }) => [
				label,
				new Map(
					answers.flatMap((given, promptIndex) => {
						const promptId = prompts[promptIndex]?.id;
						return given === undefined || promptId === undefined
							? []
							: [[promptId, answer(given, { promptId, promptIndex, model: label })] as const];
					}),
				),
			]),
		),
		votes: [],
		brokenLines: [],
	};
}

function longerPrompts(
	{ prompts, responses }: Comparison,
	label: string,
	other: string | undefined,
): string[] {
	const lengthOf = (of: string, id: string): number | undefined => {
		const answer = responses.get(of)?.get(id);
		return answer === undefined || answer.finishReason === 'error'
			? undefined
			: answer.response.length;
	};
	const lengths = prompts.flatMap(({ id }) => {
		const own = lengthOf(label, id);
		return own === undefined ? [] : [{ id, own }];
	});
	if (other !== undefined) {
		return lengths
			.filter(({ id, own }) => own > longerBy * (lengthOf(other, id) ?? Infinity))
			.map(({ id }) => id);
	}
	const sorted = lengths.map(({ own }) => own).sort((a, b) => a - b);
	const bound = sorted[Math.floor(sorted.length * (1 - longShare))] ?? Infinity;
	return lengths.filter(({ own }) => own >= bound).map(({ id }) => id);
}
