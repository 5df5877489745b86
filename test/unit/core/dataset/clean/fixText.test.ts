import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripPreface, truecase } from '../../../../../src/core/dataset/clean/fixText';

describe('truecase', () => {
	it.each([
		['Hello. how are you?', 'Hello. How are you?'],
		['hi. how. are you?', 'Hi. How. Are you?'],
		['Is it so? yes! it is.', 'Is it so? Yes! It is.'],
		['Él. está bien.', 'Él. Está bien.'],
	])('begins sentences with a capital: %s', (text, expected) => {
		expect(truecase(text)).toBe(expected);
	});

	it.each([
		'Buy one. iPhone users know.',
		'Run it. `it. is code` stays. Then```\nx. y. z\n```',
		'See https://a.example/x. html or www.a.example/b. c',
		'Use it, e.g. apples, i.e. fruit, vs. pears, approx. three, cf. below.',
		'He said “wait. no.” and “stop. please.”',
		'He said "wait. no." twice.',
		'1. apples\n2. pears',
		'Wait... what? No.',
		'Install it. npm does that.',
		'Written by J. r. Smith.',
		'    code. here. indented\n',
		'Open main.py and see. README.md too.',
		'just a word',
		'- milk. \n- eggs. ',
		'The value is 3. 5 more.',
		'\\(a. b\\) and $$x. y$$.',
	])('leaves alone what is no sentence of prose: %s', text => {
		expect(truecase(text)).toBe(text);
	});

	it('changes nothing but the case of letters, and nothing the second time', () => {
		const prose = fc
			.array(fc.constantFrom('hi', 'i.e', 'Is', '. ', '? ', ' ', '`', '```', '\n', '"', '1', 'é'))
			.map(parts => parts.join(''));
		fc.assert(
			fc.property(fc.oneof(prose, fc.string({ unit: 'grapheme' })), text => {
				const once = truecase(text);
				expect(once.length).toBe(text.length);
				expect(once.toLowerCase()).toBe(text.toLowerCase());
				expect(truecase(once)).toBe(once);
			}),
		);
	});
});

describe('stripping a preface', () => {
	it.each([
		['As an AI language model, I have no car. Wash it with soap.', 'Wash it with soap.'],
		[
			'As an AI, I do not have personal experiences, but I can tell you how others do it. Use soap.',
			'Use soap.',
		],
		[
			"I don't have personal experiences, but here are some steps:\n\n1. Rinse.\n2. Dry.",
			'1. Rinse.\n2. Dry.',
		],
		["I'm sorry. As an AI, I cannot have a car. Use soap.", 'Use soap.'],
		["As an AI, I don't have feelings. However, soap works well.", 'Soap works well.'],
		[
			"As an AI, I don't drive. I don't have personal opinions, e.g. on cars. But soap works.",
			'Soap works.',
		],
		['Use soap. As an AI, I like that.', 'Use soap. As an AI, I like that.'],
	])('takes whole sentences: %s', (text, expected) => {
		expect(stripPreface(text)).toBe(expected);
	});

	it('never leaves half a sentence', () => {
		const text = "As an AI, I don't have opinions, but I can list some. There are three.";
		expect(stripPreface(text)).toBe('There are three.');
	});

	it('says so when nothing would be left', () => {
		expect(stripPreface("As an AI, I don't have feelings, but I can help.")).toBeUndefined();
		expect(stripPreface("I don't have personal opinions. However, …")).toBeUndefined();
	});

	it('lets an answer to a personal question stand', () => {
		const text = "As an AI, I don't have feelings. Ask a friend.";
		expect(stripPreface(text, 'How are you feeling today?')).toBe(text);
		expect(stripPreface(text, 'How do I clean a car?')).toBe('Ask a friend.');
	});
});
