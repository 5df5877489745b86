import generated from './trlOptions.generated.json';

export type JsonType = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/** An argument of TRL's config classes, as the pinned version takes it. */
export interface TrlOption {
	readonly types: readonly JsonType[];
	/** The words that it takes, where they are all known; in a list, those of its items. */
	readonly choices?: readonly string[];
	/** Absent where the default is no plain value. */
	readonly default?: unknown;
}

type Options = Readonly<Record<string, TrlOption>>;

const { shared, sft, dpo } = generated as unknown as Readonly<
	Record<'shared' | 'sft' | 'dpo', Options>
>;

export const trlVersion: string = generated.trl;

const byMethod: Readonly<Record<'sft' | 'dpo', ReadonlyMap<string, TrlOption>>> = {
	sft: new Map(Object.entries({ ...shared, ...sft })),
	dpo: new Map(Object.entries({ ...shared, ...dpo })),
};

/** What TRL takes for a method, by name: its trainer's config and its ModelConfig. */
export function trlOptions(method: 'sft' | 'dpo'): ReadonlyMap<string, TrlOption> {
	return byMethod[method];
}
