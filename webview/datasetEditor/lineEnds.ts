/** The text that was typed with the line ends of the one before, and where the cursor stands in it. */
export function cutIn(
	before: string,
	typed: string,
	cursor: number,
): { readonly text: string; readonly at: number } {
	const text = keepLineEnds(before, typed);
	const lines = typed.slice(0, cursor).split('\n');
	let at = 0;
	for (const _ of lines.slice(1)) {
		const end = /\r\n|\r|\n/g;
		end.lastIndex = at;
		end.exec(text);
		at = end.lastIndex;
	}
	return { text, at: at + (lines.at(-1)?.length ?? 0) };
}

/**
 * What was typed, with the line ends of the text before. A text field gives every line end as
 * `\n`; lines that nobody touched must keep their own.
 */
export function keepLineEnds(before: string, typed: string): string {
	if (!before.includes('\r')) {
		return typed;
	}
	const pieces = before.split(/(\r\n|\r|\n)/);
	const old = pieces.filter((_, i) => i % 2 === 0);
	const ends = pieces.filter((_, i) => i % 2 === 1);
	const lines = typed.split('\n');
	const most = Math.min(old.length, lines.length);
	let head = 0;
	while (head < most && old[head] === lines[head]) {
		head++;
	}
	let tail = 0;
	while (tail < most - head && old[old.length - 1 - tail] === lines[lines.length - 1 - tail]) {
		tail++;
	}
	const usual = ends.filter(end => end === '\r\n').length * 2 >= ends.length ? '\r\n' : '\n';
	let text = '';
	for (const [i, line] of lines.entries()) {
		text += line;
		if (i < lines.length - 1) {
			// An end belongs to the line before it, at the end of the text to the line behind it.
			const fromEnd = lines.length - 2 - i;
			const own = i < head ? ends[i] : fromEnd < tail ? ends[ends.length - 1 - fromEnd] : undefined;
			const end = own ?? usual;
			// Two ends beside each other must not become one.
			text += end === '\n' && text.endsWith('\r') ? '\r' : end;
		}
	}
	return text;
}
