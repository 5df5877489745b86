import * as fc from 'fast-check';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array): string =>
	new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** The tokens of JSON text as they are spelt, without what stands between them. */
export function tokensOf(json: string): string[] {
	return json.match(/"(?:[^"\\]|\\.)*"|[^\s",:{}[\]]+|[,:{}[\]]/g) ?? [];
}

/** What one list of tokens has more than the other, punctuation left out. */
export function beyond(tokens: readonly string[], others: readonly string[]): string[] {
	const counts = new Map<string, number>();
	for (const token of others) {
		counts.set(token, (counts.get(token) ?? 0) + 1);
	}
	return tokens.filter(token => {
		const left = counts.get(token) ?? 0;
		counts.set(token, left - 1);
		return left <= 0 && !/^[,:{}[\]]$/.test(token);
	});
}

/** A value as JSON text in one of many hands: spacing, escapes, numbers as given by `#…#`. */
export function written(value: unknown, hand: Hand): string {
	const json = JSON.stringify(value, null, hand.indent).replaceAll(/"#([^"#]+)#"/g, '$1');
	const spaced =
		hand.indent === 0
			? tokensOf(json)
					.map(token => (token === ',' ? hand.comma : token === ':' ? hand.colon : token))
					.join('')
			: json;
	const slashed = hand.slashes ? spaced.replaceAll('/', '\\/') : spaced;
	return hand.ascii
		? slashed.replaceAll(
				/[\u007f-\uffff]/g,
				unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
			)
		: slashed;
}

export interface Hand {
	readonly comma: string;
	readonly colon: string;
	readonly indent: number;
	readonly ascii: boolean;
	readonly slashes: boolean;
}

export const hands: fc.Arbitrary<Hand> = fc.record({
	comma: fc.constantFrom(',', ', ', ' , '),
	colon: fc.constantFrom(':', ': ', ' :'),
	indent: fc.constantFrom(0, 0, 2),
	ascii: fc.boolean(),
	slashes: fc.boolean(),
});

const text = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 12 }),
	fc.constantFrom('a/b\n\ncafé 😀', '', 'Hi.\r\nThere', '"quoted" \\ slash'),
);
const extras = fc.dictionary(
	fc.constantFrom('id', 'n', 'source', 'ключ', 'meta'),
	fc.constantFrom<unknown>(
		'#1.0#',
		'#12345678901234567890#',
		'#-2E-7#',
		null,
		{ a: ['#1.50#'] },
		'x/y',
	),
);
const spoken = (key: string, textKey: string, words: readonly string[]) =>
	fc.array(
		fc
			.record({ [key]: fc.constantFrom(...words), [textKey]: text })
			.chain(message => extras.map(extra => ({ ...message, ...extra }))),
		{ minLength: 1, maxLength: 5 },
	);
const plain = spoken('role', 'content', ['system', 'user', 'assistant']);

/** Rows of the formats that have messages. */
export const rows: fc.Arbitrary<Record<string, unknown>> = fc
	.tuple(
		fc.oneof(
			plain.map(messages => ({ messages })),
			plain.map(messages => ({
				prompt: messages.find(({ role }) => role === 'user')?.['content'] ?? 'none',
				messages,
			})),
			spoken('from', 'value', ['human', 'gpt', 'system']).map(conversations => ({ conversations })),
			fc.array(text, { minLength: 1, maxLength: 5 }).map(data => ({ data })),
			fc.tuple(plain, text, text).map(([shared, a, b]) => {
				const chosen = [...shared, { role: 'assistant', content: a }];
				const rejected = [...shared, { role: 'assistant', content: `${b}!` }];
				return {
					prompt: 'p',
					chosen,
					rejected,
					messages: chosen,
					score_chosen: '#8.0#',
					score_rejected: '#1e0#',
				};
			}),
			fc
				.tuple(plain, plain, plain)
				.map(([prompt, chosen, rejected]) => ({ prompt, chosen, rejected })),
			fc
				.tuple(text, text, text)
				.map(([prompt, chosen, rejected]) => ({ prompt, chosen, rejected })),
			fc
				.array(fc.tuple(text, text), { maxLength: 3 })
				.map(history => ({ instruction: 'i', input: '', output: 'o', history })),
		),
		extras,
	)
	.map(([row, extra]) => ({ ...extra, ...row }));
