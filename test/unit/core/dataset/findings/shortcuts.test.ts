import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeginWithPhrase } from '../../../../../src/core/dataset/findings/firstWord';
import { LanguageTally } from '../../../../../src/core/dataset/findings/languages';
import { beginsWithPhrase, phraseStarts } from '../../../../../src/core/dataset/findings/leadIn';
import {
	comparable,
	ownPhrases,
	phraseList,
} from '../../../../../src/core/dataset/findings/phraseList';
import { TextProfile } from '../../../../../src/core/dataset/findings/textProfile';
import { PlainTextProfile } from './plainTextProfile';

/** Texts of parts that the checks look for, so that loops, keys and numbers really come. */
const word = fc.constantFrom(
	..."the and Der die of to a I i'm don’t été niño Привет мир 好的 É 12 555-0199 +49 sk-abcdefghijklmnopqrstuv aaaa-bbbb_cccc Ã© â€™ \ufffd x".split(
		' ',
	),
);
const gap = fc.constantFrom(' ', ' ', ' ', '. ', '! ', '? ', '\n', '\t', '-', "'", '。', '’', '');
const phrase = fc
	.array(fc.tuple(word, gap), { maxLength: 9 })
	.map(parts => parts.map(([w, g]) => w + g).join(''));
const loop = fc.tuple(phrase, fc.nat(16)).map(([text, times]) => text.repeat(times));
const texts = fc
	.array(fc.oneof(phrase, loop, fc.string({ unit: 'binary' })), { maxLength: 8 })
	.map(parts => parts.join(''));

describe('the pass over a text', () => {
	it('sees what a pass without shortcuts sees, text after text', () => {
		const quick = new TextProfile();
		const plain = new PlainTextProfile();
		fc.assert(
			fc.property(texts, text => {
				const tallies = [new LanguageTally(), new LanguageTally()] as const;
				quick.read(text, tallies[0]);
				plain.read(text, tallies[1]);
				expect(seen(quick)).toEqual(seen(plain));
				expect(tallies[0]).toEqual(tallies[1]);
			}),
			{ seed: 11, numRuns: 1000 },
		);
	});
});

function seen(profile: TextProfile | PlainTextProfile): unknown {
	const { mostOften, repeatedLength, start, stop } = profile.sentences;
	const { smallStarts, longRuns, numbers, longWords, firstSuspect, loopEnd, loopLength } = profile;
	return {
		sentences: mostOften > 1 ? { mostOften, repeatedLength, start, stop } : mostOften,
		smallStarts,
		longRuns,
		numbers,
		longWords,
		firstSuspect,
		loopEnd,
		loopLength,
	};
}

describe('the first word of a text', () => {
	const lists = [
		ownPhrases.prefaces,
		ownPhrases.refusals,
		phraseList({ refusals: ['no way', '42 is', '… never', 'ünser modell', 'Can not'] }).refusals,
	];
	const polite =
		"I'm sorry,|Sorry|My sincere apologies.|Unfortunately,|fortunately|I’m afraid that|Thank you for asking!|That's a great question.|What an interesting question|Hello|Hi there|Of course|Absolutely|haha|to be honest|Please note that|I must say that|No,|**Sure**|_oh_|`well`".split(
			'|',
		);
	const filler = [
		'The',
		'There',
		'actually',
		' really',
		'*',
		'_',
		'´',
		'É',
		'1.',
		'"',
		'\u212a',
		'',
		' ',
	];
	const openings = fc
		.array(
			fc.tuple(
				fc.constantFrom(...polite, ...filler, ...lists.flat()),
				fc.constantFrom(' ', ', ', '', '*', "'", '\n'),
				fc.boolean(),
			),
			{ minLength: 1, maxLength: 4 },
		)
		.map(parts =>
			parts.map(([text, after, isUpper]) => (isUpper ? text.toUpperCase() : text) + after).join(''),
		);

	it('never says that no phrase begins a text where one does', () => {
		let found = 0;
		let passedOver = 0;
		fc.assert(
			fc.property(openings, fc.constantFrom(...lists), (text, phrases) => {
				const may = mayBeginWithPhrase(text, phrases);
				const begins = beginsWithPhrase(phraseStarts(comparable(text)), phrases) !== undefined;
				found += begins ? 1 : 0;
				passedOver += may ? 0 : 1;
				expect(begins && !may).toBe(false);
			}),
			{ seed: 12, numRuns: 5000 },
		);
		expect(found).toBeGreaterThan(500);
		expect(passedOver).toBeGreaterThan(200);
	});
});
