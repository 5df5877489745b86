import type { TokenizerExtension } from 'marked';

/** A formula that does not end within this many characters is none. */
const longest = 4_000;
const display = new RegExp(
	String.raw`^ {0,3}(?:\$\$[^]{1,${longest}}?\$\$|\\\[[^]{1,${longest}}?\\\])[ \t]*(?:\n|$)`,
);
/** As Pandoc has it: no blank inside the dollars, no digit behind, so that prices are no formulas. */
const inline = new RegExp(
	[
		String.raw`^\$\$[^]{1,${longest}}?\$\$`,
		String.raw`^\$(?![\s$])(?:\\[^\n]|[^\\$\n]){1,${longest}}(?<!\s)\$(?!\d)`,
		String.raw`^\\\([^]{1,${longest}}?\\\)`,
		String.raw`^\\\[[^]{1,${longest}}?\\\]`,
	].join('|'),
);

/**
 * Formulas are kept as they are written: the stars and underlines in them mean no emphasis, the
 * backslashes no escapes.
 */
export const displayMath: TokenizerExtension = {
	name: 'math',
	level: 'block',
	start: text => startOf(/\n {0,3}(?:\$\$|\\\[)/.exec(text)?.index),
	tokenizer: text => mathToken(display, text),
};

export const inlineMath: TokenizerExtension = {
	name: 'math',
	level: 'inline',
	start: text => startOf(/\$|\\[([]/.exec(text)?.index),
	tokenizer: text => mathToken(inline, text),
};

function startOf(index: number | undefined): number {
	return index ?? -1;
}

function mathToken(pattern: RegExp, text: string) {
	const raw = pattern.exec(text)?.[0];
	return raw === undefined ? undefined : { type: 'math', raw };
}
