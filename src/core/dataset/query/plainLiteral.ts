/** Shorter ones stand in nearly every row. */
const shortest = 3;

/** The longest stretch that a row's JSON can only write as it stands. */
export function plainLiteral(texts: readonly string[]): string | undefined {
	const stretches = texts.flatMap(text => text.match(/[A-Za-z]+(?: [A-Za-z]+)*/g) ?? []);
	const longest = stretches.toSorted((a, b) => b.length - a.length).at(0);
	// Tool arguments are written anew, and then 1e999 becomes null.
	return longest !== undefined &&
		longest.length >= shortest &&
		!'null'.includes(longest.toLowerCase())
		? longest
		: undefined;
}

/**
 * Finds, in bytes read as Latin-1, letters that a literal would not meet: ASCII behind `\\u`, and the
 * letters whose small or folded form is ASCII: the Kelvin sign, İ and ſ.
 */
export const hiddenLetters: {
	/** Begins a written code unit. */
	readonly escape: string;
	/** The four digits behind it that hide a letter. */
	readonly digits: RegExp;
	/** The letters themselves. */
	readonly bytes: readonly string[];
} = {
	escape: '\\u',
	digits: /^(?:00[0-7]|212[aA]|0130|017[fF])/,
	bytes: ['\u00e2\u0084\u00aa', '\u00c4\u00b0', '\u00c5\u00bf'],
};
