import { reasonOf } from '../../base/errors';
import { err, ok, type Result } from '../../base/result';
import {
	messagesOf,
	type Block,
	type EditableText,
	type Example,
	type Message,
	type Role,
} from '../example';
import { recogniseBytes } from '../format';
import type { RowMapping } from '../rowMapping';
import { patchPlaces } from '../rowPatch';

/** What to find in what examples say; keys, ids and scores are never searched. */
export interface TextSearch {
	readonly find: string;
	/** `find` is a regular expression, in which `^` and `$` stand at line ends. */
	readonly isRegex: boolean;
	readonly matchCase: boolean;
	readonly wholeWord: boolean;
	/** Only in messages of these roles; every text when absent. */
	readonly roles?: readonly Role[];
}

export interface ReplacedRow {
	readonly bytes: Uint8Array;
	/** Places that were replaced. */
	readonly occurrences: number;
}

/** The search as one expression; the error is the reason why it is none. */
export function compileSearch(search: TextSearch): Result<RegExp, string> {
	const { find, isRegex, matchCase, wholeWord } = search;
	const body = isRegex ? find : find.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	const source = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${body})(?![\\p{L}\\p{N}_])` : body;
	try {
		return ok(new RegExp(source, matchCase ? 'gmu' : 'gimu'));
	} catch (error) {
		return err(reasonOf(error));
	}
}

/**
 * The row with every match replaced, in each place where the text stands. Undefined when nothing
 * matches. `$1` and the like mean groups only where the search is a regular expression.
 */
export function replaceInRow(
	row: Uint8Array,
	pattern: RegExp,
	search: TextSearch,
	replacement: string,
	mapping?: RowMapping,
): ReplacedRow | undefined {
	const texts = editableTexts(recogniseBytes(row, mapping).example, search.roles);
	const put = search.isRegex ? replacement : replacement.replaceAll('$', '$$$$');
	let bytes = row;
	let occurrences = 0;
	// From the end: several texts may be parts of one string, and the offsets of earlier ones hold.
	for (const { text, paths, range } of texts.toReversed()) {
		const found = [...text.matchAll(pattern)].length;
		const after = found === 0 ? text : text.replace(pattern, put);
		if (after === text) {
			continue;
		}
		const patched = patchPlaces(bytes, paths, after, range);
		if (patched) {
			bytes = patched;
			occurrences += found;
		}
	}
	return occurrences === 0 ? undefined : { bytes, occurrences };
}

function editableTexts(
	example: Example,
	roles: readonly Role[] | undefined,
): readonly EditableText[] {
	const isWanted = ({ role }: Message): boolean => roles?.includes(role) ?? true;
	const said = messagesOf(example)
		.filter(isWanted)
		.flatMap(({ blocks }) => blocks.filter(isText));
	if (roles !== undefined) {
		return said;
	}
	if (example.kind === 'text') {
		return [example.body];
	}
	return example.kind === 'completions'
		? [...said, ...example.completions.flatMap(({ critique }) => critique ?? [])]
		: said;
}

function isText(block: Block): block is Extract<Block, EditableText> {
	return block.kind === 'text' || block.kind === 'reasoning';
}
