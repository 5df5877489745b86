/** Stands for every protected character; no letter, no space, no end of a sentence. */
const mask = '·';

/**
 * Code, links, addresses, formulas, tags and quotations: nothing in them is prose whose casing is
 * ours to mend. An unclosed fence protects the rest of the text.
 */
const protectedPattern = new RegExp(
	[
		'(?:```|~~~)[\\s\\S]*?(?:```|~~~|$(?![\\s\\S]))',
		'`[^`\\n]*`',
		'^(?: {4}|\\t).*$',
		'\\b[a-z][a-z0-9+.-]*://\\S+',
		'\\bwww\\.\\S+',
		'[\\w.+-]+@[\\w-]+\\.[\\w.-]+',
		'\\$\\$[\\s\\S]*?\\$\\$',
		'\\\\\\([\\s\\S]*?\\\\\\)',
		'</?[a-zA-Z][^<>\\n]{0,200}>',
		'“[^”\\n]{0,400}”',
		'"[^"\\n]{0,400}"',
	].join('|'),
	'gm',
);

/** The text with every protected stretch blotted out. Offsets stay. */
export function maskProtected(text: string): string {
	return text.replaceAll(protectedPattern, stretch => mask.repeat(stretch.length));
}
