import type { TokenizerJson } from './tokenizerFiles';

/** How GPT-2's pre-tokenizer cuts, in the words of the Rust library. */
const cut = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * The same tokenizer with GPT-2's pattern written out. Where the library cuts by its own copy of
 * it, JavaScript decides what a space is, which says of U+FEFF and U+0085 the opposite of Rust.
 */
export function withWrittenPattern(tokenizer: TokenizerJson): TokenizerJson {
	return { ...tokenizer, pre_tokenizer: written(tokenizer['pre_tokenizer']) };
}

function written(part: unknown): unknown {
	if (typeof part !== 'object' || part === null) {
		return part;
	}
	const { type, pretokenizers, add_prefix_space, use_regex } = part as Record<string, unknown>;
	if (type === 'Sequence' && Array.isArray(pretokenizers)) {
		return { ...part, pretokenizers: pretokenizers.map(written) };
	}
	// A space that is put in front belongs to what is cut.
	if (type !== 'ByteLevel' || use_regex === false || add_prefix_space === true) {
		return part;
	}
	const split = { type: 'Split', pattern: { Regex: cut }, behavior: 'Isolated', invert: false };
	return { type: 'Sequence', pretokenizers: [split, { ...part, use_regex: false }] };
}
