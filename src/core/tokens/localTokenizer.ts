import { Tokenizer } from '@huggingface/tokenizers';
import { withWrittenPattern } from './byteLevelSplit';
import { TokenBytes, tokenPieces } from './tokenPieces';
import type { TokenizerFiles } from './tokenizerFiles';

/** A text as a model reads it. `pieces` joined are `text`. */
export interface TokenSequence {
	readonly text: string;
	readonly ids: readonly number[];
	readonly pieces: readonly string[];
}

/** A tokenizer on this machine. */
export class LocalTokenizer {
	readonly #tokenizer: Tokenizer;
	readonly #bytes: TokenBytes;

	constructor({ tokenizer }: TokenizerFiles) {
		this.#tokenizer = new Tokenizer(withWrittenPattern(tokenizer), {});
		this.#bytes = new TokenBytes(tokenizer);
	}

	/** @param addsSpecial whether tokens go before and behind that the text itself does not have */
	encode(
		text: string,
		addsSpecial: boolean,
	): { readonly ids: number[]; readonly tokens: string[] } {
		const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: addsSpecial });
		return { ids, tokens };
	}

	sequence(text: string, tokens: readonly string[], ids: readonly number[]): TokenSequence {
		return { text, ids, pieces: tokenPieces(text, tokens, token => this.#bytes.of(token)) };
	}
}
