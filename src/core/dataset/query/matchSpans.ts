import { textsOf, type Example } from '../example';
import { termsOf, type Query, type QueryNode, type QueryValue } from './query';
import type { RegexProbe } from './valueTests';

/** Where a text says what a query looks for; UTF-16 offsets, `end` exclusive. */
export interface MatchSpan {
	readonly start: number;
	readonly end: number;
}

/** The matches in one text of an example; `text` counts in `textsOf`. */
export interface TextMatches {
	readonly text: number;
	readonly spans: readonly MatchSpan[];
}

/** A page shows no more. */
const mostSpans = 500;

/**
 * The places that words and expressions of a query hit in what an example says. Terms about a role or
 * a length narrow rows down, not places. In order, and none overlaps another.
 */
export function matchSpans(query: Query, example: Example, probe?: RegexProbe): TextMatches[] {
	const values = soughtIn(query.root);
	if (values.length === 0) {
		return [];
	}
	let left = mostSpans;
	return textsOf(example).flatMap((text, i) => {
		const spans = joined(values.flatMap(value => spansOf(value, text, probe))).slice(0, left);
		left -= spans.length;
		return spans.length === 0 ? [] : [{ text: i, spans }];
	});
}

/** Whether any term of the query can be shown in a text. */
export function hasSpans(query: Query): boolean {
	return soughtIn(query.root).length > 0;
}

function soughtIn(root: QueryNode | undefined): QueryValue[] {
	return termsOf(withoutNegations(root)).flatMap(term => {
		if (term.kind === 'text') {
			return [term.value];
		}
		const isText = term.key === 'content' || term.key === 'reasoning' || term.key === 'tool';
		return isText && term.operator !== '!=' ? [term.value] : [];
	});
}

function withoutNegations(node: QueryNode | undefined): QueryNode | undefined {
	if (node?.kind === 'all' || node?.kind === 'any') {
		const children = node.children.flatMap(child => withoutNegations(child) ?? []);
		return { kind: node.kind, children };
	}
	return node?.kind === 'not' ? undefined : node;
}

function spansOf(value: QueryValue, text: string, probe?: RegexProbe): MatchSpan[] {
	if (value.kind === 'regex') {
		probe?.(value);
		const spans: MatchSpan[] = [];
		for (const match of text.matchAll(new RegExp(value.source, `${value.flags}g`))) {
			if (match[0] !== '') {
				spans.push({ start: match.index, end: match.index + match[0].length });
			}
			if (spans.length === mostSpans) {
				break;
			}
		}
		return spans;
	}
	const needle = value.text.toLowerCase();
	const lower = text.toLowerCase();
	// “İ” grows when it is made small: places would be off then.
	if (needle === '' || lower.length !== text.length) {
		return [];
	}
	const spans: MatchSpan[] = [];
	for (let at = lower.indexOf(needle); at >= 0 && spans.length < mostSpans;) {
		spans.push({ start: at, end: at + needle.length });
		at = lower.indexOf(needle, at + needle.length);
	}
	return spans;
}

function joined(spans: readonly MatchSpan[]): MatchSpan[] {
	const sorted = spans.toSorted((a, b) => a.start - b.start);
	const whole: { start: number; end: number }[] = [];
	for (const { start, end } of sorted) {
		const last = whole.at(-1);
		if (last && start < last.end) {
			last.end = Math.max(last.end, end);
		} else {
			whole.push({ start, end });
		}
	}
	return whole;
}
