/** One thing that a number was measured under: what it is, as far as that is on record. */
export type Condition =
	| {
			readonly isKnown: true;
			/** Equal where the thing is the same. */
			readonly identity: string;
			/** For people, short. */
			readonly text: string;
	  }
	| {
			readonly isKnown: false;
			/**
			 * Equal only where the thing is the same although nobody recorded what it is: the default of one
			 * version, the template of one model.
			 */
			readonly source?: string;
	  };

export interface NamedCondition {
	/** Stands before its values: “β”, “eval set”. */
	readonly name: string;
	readonly condition: Condition;
}

export const notRecorded: Condition = { isKnown: false };

export function known(identity: string, text: string): Condition {
	return { isKnown: true, identity, text };
}

/** Why two numbers do not compare as far as this goes; undefined where they do. */
export function conditionDifference(
	name: string,
	before: Condition | undefined,
	after: Condition | undefined,
): string | undefined {
	if (before?.isKnown === true && after?.isKnown === true) {
		if (before.identity === after.identity) {
			return undefined;
		}
		return before.text === after.text
			? `${name} ${before.text}, another of that name`
			: `${name} ${before.text} ≠ ${after.text}`;
	}
	const isSameSource =
		before?.isKnown === false &&
		after?.isKnown === false &&
		before.source !== undefined &&
		before.source === after.source;
	return isSameSource ? undefined : `${name} not recorded`;
}
