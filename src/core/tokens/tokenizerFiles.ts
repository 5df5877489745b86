/** What a tokenizer is made of, as its host wrote it down. */
export interface TokenizerFiles {
	/** The content of tokenizer.json. */
	readonly tokenizer: TokenizerJson;
	/** By transformers' names: `bos_token`, `eos_token` and so on, which templates may use. */
	readonly specialTokens: Readonly<Record<string, string>>;
	/** Absent for a model without one. */
	readonly chatTemplate?: string;
}

/** Of tokenizer.json, what is looked at here. */
export interface TokenizerJson {
	readonly model: { readonly type?: string; readonly [key: string]: unknown };
	readonly decoder?: unknown;
	readonly added_tokens?: readonly AddedTokenJson[];
	readonly [key: string]: unknown;
}

export interface AddedTokenJson {
	readonly id: number;
	readonly content: string;
	readonly special: boolean;
}

/** Only of these is it proven that they give the host's ids here too. */
export function isTokenizedHere({ tokenizer }: TokenizerFiles): boolean {
	return tokenizer.model.type === 'BPE';
}

/** Takes files from a cache or a host apart; undefined for what is no tokenizer. */
export function tokenizerFilesFrom(value: unknown): TokenizerFiles | undefined {
	const { tokenizer, specialTokens, chatTemplate } = asRecord(value);
	const { model, added_tokens: added } = asRecord(tokenizer);
	const isList = added === undefined || Array.isArray(added);
	if (typeof asRecord(model)['type'] !== 'string' || !isList) {
		return undefined;
	}
	const special = Object.entries(asRecord(specialTokens)).filter(
		(entry): entry is [string, string] => typeof entry[1] === 'string',
	);
	return {
		tokenizer: tokenizer as TokenizerJson,
		specialTokens: Object.fromEntries(special),
		...(typeof chatTemplate === 'string' ? { chatTemplate } : {}),
	};
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
