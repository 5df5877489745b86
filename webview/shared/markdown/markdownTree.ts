import { Marked, type Token, type Tokens } from 'marked';
import { displayMath, inlineMath } from './mathTokens';

/** A part of a text's structure. Whatever Markdown has no picture for stays as it is written. */
export type MarkdownBlock =
	| {
			readonly kind: 'heading';
			readonly level: 1 | 2 | 3 | 4 | 5 | 6;
			readonly content: readonly MarkdownInline[];
	  }
	| { readonly kind: 'paragraph'; readonly content: readonly MarkdownInline[] }
	| { readonly kind: 'code'; readonly text: string; readonly language: string }
	| { readonly kind: 'math'; readonly text: string }
	/** HTML, definitions of links: shown letter by letter. */
	| { readonly kind: 'written'; readonly text: string }
	| { readonly kind: 'quote'; readonly blocks: readonly MarkdownBlock[] }
	| {
			readonly kind: 'list';
			/** Number of the first item; absent in a list without numbers. */
			readonly start?: number;
			readonly items: readonly MarkdownItem[];
	  }
	| {
			readonly kind: 'table';
			readonly columns: readonly ('left' | 'center' | 'right' | undefined)[];
			readonly header: readonly (readonly MarkdownInline[])[];
			readonly rows: readonly (readonly (readonly MarkdownInline[])[])[];
	  }
	| { readonly kind: 'rule' };

export interface MarkdownItem {
	/** Of a task list: whether it is ticked. */
	readonly isDone?: boolean;
	readonly blocks: readonly MarkdownBlock[];
}

export type MarkdownInline =
	| { readonly kind: 'text' | 'code' | 'math'; readonly text: string }
	| {
			readonly kind: 'strong' | 'emphasis' | 'deleted';
			readonly content: readonly MarkdownInline[];
	  }
	| {
			readonly kind: 'link';
			readonly target: string;
			readonly content: readonly MarkdownInline[];
	  }
	/** Never loaded: only what it says of itself. */
	| { readonly kind: 'image'; readonly target: string; readonly text: string }
	| { readonly kind: 'break' };

/** Replies break lines where they mean it, so a line end is one. */
const markdown = new Marked({ gfm: true, breaks: true }).use({
	extensions: [displayMath, inlineMath],
});

/** Longer texts are shown as they are written: the time of a lexer grows faster than its text. */
export const longestMarkdown = 50_000;
/** Each star and underline is looked for in all that follows. */
const mostMarks = 3_000;
/** Nesting beyond this is made to exhaust the stack, not to be read. */
const deepest = 60;

/** The structure of a text, or nothing where it is best shown as it is written. */
export function readMarkdown(text: string): readonly MarkdownBlock[] | undefined {
	const marks = text.length > longestMarkdown ? 0 : (text.match(/[*_~`$\\]/g)?.length ?? 0);
	if (text.length > longestMarkdown || marks > mostMarks || nesting(text) > deepest) {
		return undefined;
	}
	return blocksOf(markdown.lexer(text));
}

/** The most signs of quotes, lists and brackets that open one in another. */
function nesting(text: string): number {
	let most = 0;
	for (const [marks] of text.matchAll(/^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/gm)) {
		most = Math.max(most, marks.replaceAll(/[ \t\d]/g, '').length);
	}
	for (const [marks] of text.matchAll(/(?:!?\[){2,}/g)) {
		most = Math.max(most, marks.length);
	}
	return most;
}

function blocksOf(tokens: readonly Token[]): MarkdownBlock[] {
	return tokens.flatMap(token => blockOf(token as Tokens.Generic) ?? []);
}

function blockOf(token: Tokens.Generic): MarkdownBlock | undefined {
	switch (token.type) {
		case 'space':
		case 'checkbox':
			return undefined;
		case 'heading':
			return { kind: 'heading', level: token['depth'], content: inlinesOf(token.tokens) };
		case 'paragraph':
			return { kind: 'paragraph', content: inlinesOf(token.tokens) };
		case 'text': {
			const content = token.tokens ? inlinesOf(token.tokens) : [textOf(token['text'])];
			return { kind: 'paragraph', content };
		}
		case 'code':
			return { kind: 'code', text: token['text'], language: languageOf(token['lang']) };
		case 'math':
			return { kind: 'math', text: token.raw.trim() };
		case 'blockquote':
			return { kind: 'quote', blocks: blocksOf(token.tokens ?? []) };
		case 'list':
			return listOf(token as Tokens.List);
		case 'table':
			return tableOf(token as Tokens.Table);
		case 'hr':
			return { kind: 'rule' };
		default:
			return { kind: 'written', text: token.raw.trimEnd() };
	}
}

function listOf(token: Tokens.List): MarkdownBlock {
	const items = token.items.map(({ task, checked, tokens }) => ({
		...(task ? { isDone: checked === true } : {}),
		blocks: blocksOf(tokens),
	}));
	return token.ordered
		? { kind: 'list', start: Number(token.start), items }
		: { kind: 'list', items };
}

function tableOf({ align, header, rows }: Tokens.Table): MarkdownBlock {
	return {
		kind: 'table',
		columns: align.map(side => side ?? undefined),
		header: header.map(({ tokens }) => inlinesOf(tokens)),
		rows: rows.map(cells => cells.map(({ tokens }) => inlinesOf(tokens))),
	};
}

function inlinesOf(tokens: readonly Token[] = []): MarkdownInline[] {
	return tokens.map(token => inlineOf(token as Tokens.Generic));
}

function inlineOf(token: Tokens.Generic): MarkdownInline {
	switch (token.type) {
		case 'strong':
			return { kind: 'strong', content: inlinesOf(token.tokens) };
		case 'em':
			return { kind: 'emphasis', content: inlinesOf(token.tokens) };
		case 'del':
			return { kind: 'deleted', content: inlinesOf(token.tokens) };
		case 'codespan':
			return { kind: 'code', text: token['text'] };
		case 'math':
			return { kind: 'math', text: token.raw };
		case 'br':
			return { kind: 'break' };
		case 'link':
			return { kind: 'link', target: token['href'], content: inlinesOf(token.tokens) };
		case 'image':
			return { kind: 'image', target: token['href'], text: token['text'] };
		case 'text':
		case 'escape':
			return textOf(token['text']);
		default:
			return textOf(token.raw);
	}
}

function textOf(text: string): MarkdownInline {
	return { kind: 'text', text };
}

/** The first word after the fence: `python`, of `python title="x"`. */
function languageOf(info: string | undefined): string {
	return /^[^\s{]*/.exec(info ?? '')?.[0] ?? '';
}
