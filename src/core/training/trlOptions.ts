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

/** The methods that TRL trains, each with options of its own. */
export const trlMethods = ['sft', 'dpo', 'kto'] as const;
export type TrlMethod = (typeof trlMethods)[number];

export function isTrlMethod(method: string | undefined): method is TrlMethod {
	return (trlMethods as readonly (string | undefined)[]).includes(method);
}

const { shared, sft, dpo, kto } = generated as unknown as Readonly<
	Record<'shared' | TrlMethod, Options>
>;

export const trlVersion: string = generated.trl;

const byMethod: Readonly<Record<TrlMethod, ReadonlyMap<string, TrlOption>>> = {
	sft: new Map(Object.entries({ ...shared, ...sft })),
	dpo: new Map(Object.entries({ ...shared, ...dpo })),
	kto: new Map(Object.entries({ ...shared, ...kto })),
};

/** What TRL takes for a method, by name: its trainer's config and its ModelConfig. */
export function trlOptions(method: TrlMethod): ReadonlyMap<string, TrlOption> {
	return byMethod[method];
}
