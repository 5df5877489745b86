import type { Annotation } from '../annotate/annotationFold';
import type { Operator } from './query';

/** What is said of a row beside its label: by one annotator, or by several together. */
export interface Remarks {
	/** 1 to 5; of several annotators the mean. */
	readonly rating: number | undefined;
	readonly tags: readonly string[];
	readonly notes: readonly string[];
	readonly isSkipped: boolean;
}

/** What the annotations of a row come to; `undefined` where they say nothing beside a label. */
export function remarksOf(annotations: readonly Annotation[]): Remarks | undefined {
	const ratings = annotations.flatMap(({ rating }) => rating ?? []);
	const remarks = {
		rating:
			ratings.length === 0
				? undefined
				: ratings.reduce((sum: number, rating) => sum + rating, 0) / ratings.length,
		tags: [...new Set(annotations.flatMap(({ tags }) => tags))],
		notes: annotations.flatMap(({ note }) => note ?? []),
		isSkipped: annotations.some(({ isSkipped }) => isSkipped === true),
	};
	const isSilent =
		remarks.rating === undefined &&
		remarks.tags.length === 0 &&
		remarks.notes.length === 0 &&
		!remarks.isSkipped;
	return isSilent ? undefined : remarks;
}

/** States that annotations put a row into. */
export const reviewStates = ['reviewed', 'skipped', 'rated', 'tagged', 'noted'] as const;
export type ReviewState = (typeof reviewStates)[number];

/** Whether the annotations of a row put it into a state. */
export function isInState(
	state: ReviewState,
	label: string | undefined,
	remarks: Remarks | undefined,
): boolean {
	switch (state) {
		case 'reviewed':
			return label !== undefined || remarks?.rating !== undefined;
		case 'skipped':
			return remarks?.isSkipped === true;
		case 'rated':
			return remarks?.rating !== undefined;
		case 'tagged':
			return (remarks?.tags.length ?? 0) > 0;
		case 'noted':
			return (remarks?.notes.length ?? 0) > 0;
	}
}

/** The operator to try each of several texts with, before `!=` turns the answer round. */
export function eachOperator(operator: Operator, isExpression: boolean): Operator {
	return operator !== '!=' ? operator : isExpression ? ':' : '=';
}
