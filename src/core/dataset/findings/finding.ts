/**
 * What a check can say about an example. The order is that of the bits in `findingBits`, which
 * stands in scan tables and in other threads: new codes go to the end.
 */
export const findingCodes = [
	'brokenRow',
	'emptyReply',
	'chosenEqualsRejected',
	'lowerCaseStart',
	'personalPreface',
	'duplicateRow',
	'lastTurnByUser',
	'refusal',
	'emptyTurn',
	'turnsNotAlternating',
	'tiedScores',
	'scoresReversed',
	'scoreAgainstAspects',
	'repetition',
	'garbledText',
	'emailAddress',
	'phoneNumber',
	'secretKey',
	'lengthOutlier',
	'otherLanguage',
	'nearDuplicate',
	'promptInOtherSet',
	'preflight',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
	readonly code: FindingCode;
	/** Number of the message as it is shown, when the finding is about one. */
	readonly message?: number;
	/** Short name, where several kinds of things have the code. */
	readonly name?: string;
	/** The words that gave rise to it. */
	readonly detail?: string;
	/** Where they stand in the text of the message; UTF-16 offsets, end exclusive. */
	readonly start?: number;
	readonly end?: number;
}

const numbers = new Map<string, number>(findingCodes.map((code, i) => [code, i]));

/** A set of codes as one number, so that millions of rows fit in a typed array. */
export function findingBits(findings: readonly Finding[]): number {
	return findings.reduce((bits, { code }) => bits | bitOf(code), 0) >>> 0;
}

export function bitOf(code: FindingCode): number {
	return (1 << (numbers.get(code) ?? 0)) >>> 0;
}

export function codesOf(bits: number): FindingCode[] {
	return bits === 0 ? [] : findingCodes.filter(code => (bits & bitOf(code)) !== 0);
}
