import { describe, expect, it } from 'vitest';
import { checkReplyText, checkRow } from '../../../../../src/core/dataset/findings/checkRow';
import { findingCodeNamed, sentenceFor } from '../../../../../src/core/dataset/findings/checks';
import { codesOf, findingBits } from '../../../../../src/core/dataset/findings/finding';
import { phraseList } from '../../../../../src/core/dataset/findings/phraseList';
import { recognise, recogniseText } from '../../../../../src/core/dataset/format';

const dialogue = (reply: string) => ({
	messages: [
		{ role: 'user', content: 'what is a rake? good. fine.' },
		{ role: 'assistant', content: reply },
	],
});
const codes = (value: unknown): string[] => checkRow(recognise(value)).map(finding => finding.code);

describe('findings', () => {
	it.each([
		'Hello. how are you?',
		'clean it with a cloth. Then dry it.',
		'It is done (see the page). then go on.',
	])('see the small letter in %j', reply => {
		expect(codes(dialogue(reply))).toEqual(['lowerCaseStart']);
	});

	it.each([
		'Use it daily, e.g. in the morning, i.e. often.',
		'My new phone is nice. iPhone users agree.',
		'Call `obj.method. then()` and see https://a.b/c. d for more',
		'```\nfoo. bar\n```',
		'He said "Stop!" and left.',
		'1. one thing\n2. another thing',
		'Wait... what is that?',
		'The firm Foo Inc. was sold at 5 p.m. on Monday.',
		'npm install',
		'yes',
		'C. elegans and Dr. med. Smith vs. the U.S. army.',
	])('see none in %j', reply => {
		expect(codes(dialogue(reply))).toEqual([]);
	});

	it.each([
		"I don't have personal opinions, but rakes are nice.",
		'I do not have feelings about rakes.',
		'As an AI language model, I like rakes.',
		'I’m sorry, but as an AI I cannot.',
	])('see the preface of %j', reply => {
		expect(codes(dialogue(reply))).toEqual(['personalPreface']);
	});

	it('leave personal words in the middle of a reply alone', () => {
		expect(codes(dialogue('Monks do without. I said: “I don’t have personal things.”'))).toEqual(
			[],
		);
	});

	it('see empty replies, but not a reply that is a tool call or an image', () => {
		expect(codes(dialogue(' \n'))).toEqual(['emptyReply']);
		const call = { function: { name: 'f', arguments: {} } };
		expect(
			codes({
				messages: [
					{ role: 'user', content: 'x' },
					{ role: 'assistant', tool_calls: [call] },
				],
			}),
		).toEqual([]);
	});

	it('see a dialogue that ends with the user, but not in a prompt set', () => {
		expect(codes({ messages: [{ role: 'user', content: 'Hi' }] })).toEqual(['lastTurnByUser']);
		expect(codes({ prompt: [{ role: 'user', content: 'Hi' }] })).toEqual([]);
	});

	it('judge the chosen reply and leave the rejected one alone, unless it is empty', () => {
		const bad = "I don't have personal rakes. so what";
		expect(codes({ prompt: 'P', chosen: 'Fine.', rejected: bad })).toEqual([]);
		expect(codes({ prompt: 'P', chosen: bad, rejected: 'Fine.' })).toEqual([
			'lowerCaseStart',
			'personalPreface',
		]);
		expect(codes({ prompt: 'P', chosen: 'Fine.', rejected: '' })).toEqual(['emptyReply']);
		expect(codes({ prompt: 'P', chosen: 'Same.', rejected: 'Same.' })).toEqual([
			'chosenEqualsRejected',
		]);
		expect(codes({ prompt: 'P', completion: bad, label: false })).toEqual([]);
	});

	it('name the message they are about and say it in a sentence', () => {
		const [finding] = checkRow(recognise(dialogue('Hi. you')));
		expect(finding).toMatchObject({ message: 1 });
		expect(finding && sentenceFor(finding)).toBe(
			'A sentence begins with a small letter: “Hi. you”.',
		);
		const [broken] = checkRow(recogniseText('{'));
		expect(broken && sentenceFor(broken)).toMatch(/^The row is not valid JSON: .+\.$/);
	});

	it('fit in a number and come out again', () => {
		const found = [{ code: 'duplicateRow' }, { code: 'brokenRow' }] as const;
		expect(codesOf(findingBits(found))).toEqual(['brokenRow', 'duplicateRow']);
	});

	// A pattern that takes quadratic time would not come back before the test's time is over.
	it('come back on long text without spaces', () => {
		expect(codes(dialogue('好'.repeat(400_000)))).toEqual(['repetition']);
		expect(codes(dialogue(`${'a'.repeat(200_000)} ${'`'.repeat(50_001)}`))).toEqual(['repetition']);
	});
});

describe('findings on model answers', () => {
	const found = (text: string, prompt?: string): string[] =>
		checkReplyText(text, prompt).map(finding => finding.code);

	it('leave a preface alone where the user asks about the model itself', () => {
		const reply = "I don't have personal feelings, but thank you for asking.";
		expect(found(reply, 'How do I wash a car?')).toEqual(['personalPreface']);
		expect(found(reply, 'Do you ever feel lonely?')).toEqual([]);
	});

	it('see refusals, but not the words of a text that was asked for', () => {
		expect(found("I'm sorry, but I can't help with that.", 'Fix my tap.')).toEqual(['refusal']);
		const note = 'I am unable to come on Friday. I hope that we can find another day.';
		expect(found(note, 'Write a note that declines the meeting on Friday.')).toEqual([]);
		expect(found('I cannot recommend this soup enough.', 'How is the soup?')).toEqual([]);
	});

	it('use the phrases of a user as plain text', () => {
		const phrases = phraseList({ prefaces: ['Great Scott (.*)'] });
		expect(checkReplyText('Great Scott (.*) that is a rake.', 'x', { phrases })).toMatchObject([
			{ code: 'personalPreface' },
		]);
		expect(checkReplyText('Great Scott, a rake.', 'x', { phrases })).toEqual([]);
	});
});

describe('findings on whole rows', () => {
	const turn = (role: string, content = 'Words.') => ({ role, content });

	it('see turns that do not alternate, and let tools and system prompts be', () => {
		expect(codes({ messages: [turn('user'), turn('user'), turn('assistant')] })).toEqual([
			'turnsNotAlternating',
		]);
		expect(codes({ messages: [turn('assistant'), turn('user'), turn('assistant')] })).toEqual([
			'turnsNotAlternating',
		]);
		expect(
			codes({
				messages: ['system', 'user', 'assistant', 'tool', 'assistant', 'user', 'assistant'].map(
					role => turn(role),
				),
			}),
		).toEqual([]);
	});

	it('see empty turns of the user', () => {
		expect(codes({ messages: [turn('user', ' '), turn('assistant')] })).toEqual(['emptyTurn']);
	});

	it('see tied scores', () => {
		const pair = {
			prompt: 'P',
			chosen: [turn('assistant', 'A.')],
			rejected: [turn('assistant', 'B.')],
		};
		expect(codes({ ...pair, score_chosen: 7, score_rejected: 7 })).toEqual(['tiedScores']);
		expect(codes({ ...pair, score_chosen: 8, score_rejected: 7 })).toEqual([]);
		expect(codes(pair)).toEqual([]);
	});

	it('are known by other names to a filter', () => {
		expect(findingCodeNamed('casing')).toBe('lowerCaseStart');
		expect(findingCodeNamed('LASTTURNBYUSER')).toBe('lastTurnByUser');
		expect(findingCodeNamed('nothing')).toBeUndefined();
	});
});
