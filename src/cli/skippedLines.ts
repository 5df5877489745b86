/** What was not read, a line each, as the run monitor says it; a reason is a sentence of its own. */
export function skippedLines(
	skipped: readonly { readonly what: string; readonly count: number }[],
): readonly string[] {
	return skipped.map(({ what, count }) =>
		what.endsWith('.') ? `skipped: ${what}` : `skipped: ${what} (${count})`,
	);
}
