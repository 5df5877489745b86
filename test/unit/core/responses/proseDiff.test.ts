import * as fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { minRunWords } from '../../../../src/core/responses/changeList';
import {
	maxChanges,
	proseDiff,
	spansOf,
	type ProseDiff,
} from '../../../../src/core/responses/proseDiff';
import { tokenise, Vocabulary } from '../../../../src/core/responses/proseTokens';

/** Tokens of the unmarked parts of one side. */
function unmarked(diff: ProseDiff, side: 'reference' | 'other'): string[] {
	const text = side === 'reference' ? diff.referenceText : diff.otherText;
	const tokens = tokenise(text, new Vocabulary());
	const result: string[] = [];
	for (let i = 0; i < tokens.count; i++) {
		const start = tokens.starts[i] ?? 0;
		const end = tokens.ends[i] ?? 0;
		if (!diff.changes.some(change => start < change[side].end && end > change[side].start)) {
			result.push(text.slice(start, end));
		}
	}
	return result;
}

function marked(reference: string, other: string): string {
	return spansOf(proseDiff(reference, other), 'other')
		.map(span => (span.kind === 'equal' ? span.text : `[${span.kind}:${span.text}]`))
		.join('');
}

const vocabulary = [
	...'a the rake cat sat on mat wide light and shed near door It’s 3.5 1,000 don’t'.split(' '),
	'。',
	'猫は静かに',
	'我喜欢喝茶',
	'שלום',
	'👩‍👩‍👧',
	'\u0000',
	'<b>',
	'**',
];
const words = fc.array(
	fc.tuple(fc.constantFrom(...vocabulary), fc.constantFrom(' ', ' ', ' ', '. ', '\n', ', ', '')),
	{ maxLength: 120 },
);
const prose = words.map(parts => parts.map(([word, gap]) => word + gap).join(''));
/** A text and a copy with some words dropped, doubled or exchanged. */
const edited = fc
	.tuple(
		words,
		fc.array(fc.tuple(fc.nat(119), fc.constantFrom('drop', 'double', 'x')), { maxLength: 60 }),
	)
	.map(([parts, edits]) => {
		const copy = parts.map(([word, gap]) => word + gap);
		for (const [at, edit] of edits) {
			if (at < copy.length) {
				copy[at] = edit === 'drop' ? '' : edit === 'double' ? `${copy[at]}${copy[at]}` : 'changed ';
			}
		}
		return [parts.map(([word, gap]) => word + gap).join(''), copy.join('')] as const;
	});
const pairs = fc.oneof(
	edited,
	fc.tuple(prose, prose),
	fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
);
const runs = { numRuns: 400, seed: 7 };

describe('any two texts', () => {
	test('the spans of each side joined are that text', () => {
		fc.assert(
			fc.property(pairs, ([a, b]) => {
				const diff = proseDiff(a, b);
				for (const [side, text] of [
					['reference', a],
					['other', b],
				] as const) {
					expect(
						spansOf(diff, side)
							.map(span => span.text)
							.join(''),
					).toBe(text);
				}
			}),
			runs,
		);
	});

	test('every word that differs is marked: what is unmarked is the same on both sides', () => {
		fc.assert(
			fc.property(pairs, ([a, b]) => {
				const diff = proseDiff(a, b);
				expect(unmarked(diff, 'reference')).toEqual(unmarked(diff, 'other'));
			}),
			runs,
		);
	});

	test('there are never more changes than allowed, and each marks something', () => {
		fc.assert(
			fc.property(pairs, ([a, b]) => {
				const { changes } = proseDiff(a, b);
				expect(changes.length).toBeLessThanOrEqual(maxChanges);
				for (const change of changes) {
					const length =
						change.reference.end - change.reference.start + change.other.end - change.other.start;
					expect(length).toBeGreaterThan(0);
				}
			}),
			runs,
		);
	});

	test('an equal run between two changes has at least three words', () => {
		fc.assert(
			fc.property(pairs, ([a, b]) => {
				const diff = proseDiff(a, b);
				for (const [i, change] of diff.changes.slice(1).entries()) {
					const before = diff.changes[i]?.other.end ?? 0;
					const run = tokenise(b.slice(before, change.other.start), new Vocabulary());
					expect(run.words.reduce((sum, word) => sum + word, 0)).toBeGreaterThanOrEqual(
						minRunWords,
					);
				}
			}),
			runs,
		);
	});

	test('the same texts give the same diff, and a text against itself gives none', () => {
		fc.assert(
			fc.property(pairs, ([a, b]) => {
				expect(proseDiff(a, b)).toEqual(proseDiff(a, b));
				expect(proseDiff(a, a)).toMatchObject({ identical: true, changes: [] });
			}),
			{ numRuns: 100, seed: 8 },
		);
	});
});

describe('what a reader sees', () => {
	test('one exchanged word is one change', () => {
		expect(
			marked(
				'You will find the rake in the garden shed.',
				'You will find the rake in the tool shed.',
			),
		).toBe('You will find the rake in the [replaced:tool] shed.');
	});

	test('short equal runs between changes join them', () => {
		expect(
			marked(
				'He took the old bus to work on every single day of the year.',
				'He took the new bus from work on every single day of the year.',
			),
		).toBe('He took the [replaced:new bus from] work on every single day of the year.');
	});

	test('a new sentence is an addition and the others stay plain', () => {
		expect(
			marked('A rake is wide. It is light.', 'A rake is wide. Buy one now! It is light.'),
		).toBe('A rake is wide. [added:Buy one now!] It is light.');
	});

	test('a missing sentence leaves a mark at its place', () => {
		expect(
			marked('A rake is wide. Buy one now! It is light.', 'A rake is wide. It is light.'),
		).toBe('A rake is wide.[removed:] It is light.');
	});

	test('a sentence at another place has moved, on both sides', () => {
		const diff = proseDiff(
			'First I pack my bags. Then I lock the door. Finally I drive away.',
			'Then I lock the door. Finally I drive away. First I pack my bags.',
		);
		expect(diff.changes.map(change => [change.kind, change.movedTo])).toEqual([
			['moved', 1],
			['moved', 0],
		]);
	});

	test('a sentence split in two is compared with both halves', () => {
		expect(
			marked(
				'The rake is wide and light and it stands in the shed near the door.',
				'The rake is wide and light. It stands in the shed near the door.',
			),
		).toBe('The rake is wide and light[replaced:. It] stands in the shed near the door.');
	});

	test('Chinese and Japanese are cut into words', () => {
		expect(
			marked(
				'猫は静かに窓のそばで眠っています。とても幸せそうです。',
				'猫は静かに椅子のそばで眠っています。とても幸せそうです。',
			),
		).toBe('猫は静かに[replaced:椅子]のそばで眠っています。とても幸せそうです。');
	});

	test('an emoji is never cut in half', () => {
		expect(marked('We are a family 👩‍👩‍👧 here now.', 'We are a family 👩‍👩‍👦 here now.')).toBe(
			'We are a family [replaced:👩‍👩‍👦] here now.',
		);
	});

	test('texts that differ in white space only are said to do so', () => {
		expect(proseDiff('a b\n\nc', 'a  b c')).toMatchObject({
			identical: false,
			whiteSpaceOnly: true,
			changes: [],
		});
	});

	test('an empty answer against a text is one change', () => {
		expect(proseDiff('Some words.', '').changes).toHaveLength(1);
		expect(proseDiff('', 'Some words.').changes).toHaveLength(1);
	});

	test('above thirty changes neighbours merge into whole sentences and none is lost', () => {
		const line = (i: number, word: string): string =>
			`Item number ${i} is a ${word} that stands in the very back of the big shed.`;
		const numbers = Array.from({ length: 50 }, (_, i) => i);
		const diff = proseDiff(
			numbers.map(i => line(i, 'rake')).join(' '),
			numbers.map(i => line(i, 'spade')).join(' '),
		);
		expect(diff.changes).toHaveLength(maxChanges);
		const spades = spansOf(diff, 'other')
			.filter(span => span.kind !== 'equal')
			.flatMap(span => span.text.match(/spade/g) ?? []);
		expect(spades).toHaveLength(50);
		for (const change of diff.changes.filter(item => item.wholeSentences)) {
			expect(diff.otherText.slice(change.other.start, change.other.end)).toMatch(/^Item .*\.$/);
		}
	});
});

describe('hostile sizes end', () => {
	const random = (count: number, size: number, seed: number, end: string): string => {
		let state = seed;
		return Array.from({ length: count }, () => {
			state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
			return `w${(state >> 8) % size}${(state >> 4) % 12 === 0 ? end : ''}`;
		}).join(' ');
	};
	test.each([
		['4,000 words in sentences', 4000, '. '],
		['4,000 words in one sentence', 4000, ''],
		['20,000 one-word lines', 20_000, '\n'],
	])('%s', (_, count, end) => {
		const [a, b] = [random(count, 300, 1, end), random(count, 300, 2, end)];
		const diff = proseDiff(a, b);
		expect(unmarked(diff, 'reference')).toEqual(unmarked(diff, 'other'));
	});
	test('100 kB of digits, of one letter and of white space', () => {
		for (const unit of ['1. ', 'a', ' \n']) {
			const text = unit.repeat(50_000);
			expect(proseDiff(text, `${text}x`).changes.length).toBeLessThanOrEqual(1);
		}
	});
});

const published = '../shared/data/alpaca-eval/llama-2-7b-chat-hf.annotations.json';
test.skipIf(!existsSync(published))(
	'805 published pairs of answers (when present): all marked, at most thirty changes',
	() => {
		const rows = JSON.parse(readFileSync(published, 'utf8')) as {
			output_1: string;
			output_2: string;
		}[];
		for (const row of rows) {
			const diff = proseDiff(row.output_1, row.output_2);
			expect(diff.changes.length).toBeLessThanOrEqual(maxChanges);
			expect(unmarked(diff, 'reference').join(' ')).toBe(unmarked(diff, 'other').join(' '));
		}
	},
);

describe('sentences that moved', () => {
	const sentence = fc
		.array(fc.constantFrom(...'rake shed wide light mat cat sat near door garden old'.split(' ')), {
			minLength: 4,
			maxLength: 12,
		})
		.map(list => `The ${list.join(' ')}.`);
	const shuffledTexts = fc
		.tuple(
			fc.array(sentence, { minLength: 2, maxLength: 25 }),
			fc.infiniteStream(fc.tuple(fc.nat(1000), fc.constantFrom('', '', '', ' spade'))),
		)
		.map(([sentences, stream]) => {
			const keyed = sentences.map(text => {
				const [key, extra] = stream.next().value as [number, string];
				return { key, text: text.replace('.', `${extra}.`) };
			});
			return [
				sentences.join(' '),
				keyed
					.toSorted((x, y) => x.key - y.key)
					.map(({ text }) => text)
					.join(' '),
			] as const;
		});

	test('are marked at both ends, within the limit, and both texts can be put together again', () => {
		let moves = 0;
		fc.assert(
			fc.property(shuffledTexts, ([a, b]) => {
				const diff = proseDiff(a, b);
				const { changes } = diff;
				const inside = changes.reduce((sum, change) => sum + (change.inside?.length ?? 0), 0);
				expect(changes.length + inside).toBeLessThanOrEqual(maxChanges);
				expect(unmarked(diff, 'reference')).toEqual(unmarked(diff, 'other'));
				for (const [index, change] of changes.entries()) {
					if (change.kind === 'moved') {
						moves++;
						expect(changes[change.movedTo ?? -1]).toMatchObject({ kind: 'moved', movedTo: index });
					}
				}
				for (const [side, text] of [
					['reference', a],
					['other', b],
				] as const) {
					const spans = spansOf(diff, side);
					expect(spans.map(span => span.text).join('')).toBe(text);
				}
			}),
			{ numRuns: 300, seed: 11 },
		);
		expect(moves).toBeGreaterThan(100);
	});

	test('show the words that differ inside them', () => {
		const diff = proseDiff(
			'I pack my bags with warm clothes. Then I lock the door. Finally I drive away.',
			'Then I lock the door. Finally I drive away. I pack my bags with light clothes.',
		);
		const spans = spansOf(diff, 'other').filter(span => span.kind === 'moved' && span.text !== '');
		expect(spans.map(span => [span.text, span.differs === true])).toEqual([
			['I pack my bags with ', false],
			['light', true],
			[' clothes.', false],
		]);
	});

	test('are told apart from other sentences at the same place', () => {
		expect(
			marked(
				'I pack my bags for a long trip. Then I lock the door. Finally I drive away.',
				'Then I lock the door. Finally I drive away. Good bye to all! I pack my bags for a long trip.',
			),
		).toContain('[added:Good bye to all!] [moved:I pack my bags for a long trip.]');
	});
});
