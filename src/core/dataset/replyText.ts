import type { Block, Role } from './example';
import type { JsonPath } from './jsonScanner';

const opened = /^\s*<(think|thinking|thought|reasoning)>/;
const closed = /<\/(think|thinking|thought|reasoning)>\s*/;

/**
 * The blocks of a text. A reply that begins with its reasoning in tags, as DeepSeek and Qwen write
 * it, is taken apart: what was thought, and what was said. Both stay parts of the one string.
 */
export function textBlocks(text: string, role: Role, paths: readonly JsonPath[]): Block[] {
	const thought = role === 'assistant' ? thoughtIn(text) : undefined;
	if (!thought) {
		return [{ kind: 'text', text, paths }];
	}
	const { start, end, after } = thought;
	const reasoning: Block = {
		kind: 'reasoning',
		text: text.slice(start, end),
		written: text.slice(0, after),
		paths,
		range: { start, end },
	};
	const said: Block = {
		kind: 'text',
		text: text.slice(after),
		paths,
		range: { start: after, end: text.length },
	};
	return after < text.length ? [reasoning, said] : [reasoning];
}

/** Where the thought stands without its tags, and where the answer begins. */
function thoughtIn(text: string): { start: number; end: number; after: number } | undefined {
	// Most replies have none; `includes` is far quicker than a pattern.
	if (!text.includes('</')) {
		return undefined;
	}
	const close = closed.exec(text);
	const open = opened.exec(text);
	// Templates that put `<think>` into the prompt leave a reply with the closing tag only.
	const isQuoted = text.lastIndexOf('<think>', close?.index) >= 0;
	if (!close || (open ? open[1] !== close[1] : close[1] !== 'think' || isQuoted)) {
		return undefined;
	}
	const from = open?.[0].length ?? 0;
	if (from > close.index) {
		return undefined;
	}
	const inner = text.slice(from, close.index);
	const start = from + (inner.length - inner.trimStart().length);
	return {
		start,
		end: Math.max(start, from + inner.trimEnd().length),
		after: close.index + close[0].length,
	};
}
