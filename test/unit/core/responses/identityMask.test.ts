import { expect, test } from 'vitest';
import { identityMask } from '../../../../src/core/responses/identityMask';

const mask = identityMask([
	{ label: 'base', ref: 'hub:mistralai/Mistral-7B-v0.1' },
	{ label: 'dpo-tiny', ref: 'run:kettle-dpo@120' },
]);
const masked = (text: string, asked = ''): string => mask(text, asked).text;

test('an answer that says who it is says it no more', () => {
	expect(masked('As Zephyr, I like tea.')).toBe('As █████, I like tea.');
	expect(masked('I’m Claude, made by Anthropic.')).toBe('I’m █████, made by █████.');
	expect(masked('I am an AI assistant created by Meta AI.')).toBe(
		'I am an AI assistant created by █████.',
	);
	expect(masked('My name is **Llama**.')).toBe('My name is **█████**.');
	expect(masked('I am a language model named Gemini.')).toBe('I am a language model named █████.');
	expect(masked('ChatGPT here; OpenAI trained me, GPT-4 I am.')).toBe(
		'█████ here; █████ trained me, █████ I am.',
	);
});

test('the models of the comparison are hidden by label and reference', () => {
	expect(masked('I am dpo-tiny, of kettle-dpo, from Mistral-7B-v0.1.')).toBe(
		'I am █████, of █████, from █████.',
	);
	expect(mask('I am base. The base of a lamp.', '')).toEqual({
		text: 'I am █████. The base of a lamp.',
		masked: 1,
	});
});

test('words that are names stay where they are only words', () => {
	const text = 'A zephyr, a falcon and a llama met. Google it; an apple a day. The command failed.';
	expect(mask(text, '')).toEqual({ text, masked: 0 });
	expect(masked('As a llama, I eat hay.')).toContain('llama');
});

test('a name that the prompt has stays, but for who says to be it', () => {
	const asked = 'Who founded OpenAI?';
	expect(masked('OpenAI was founded in 2015.', asked)).toBe('OpenAI was founded in 2015.');
	expect(masked('I was trained by OpenAI.', asked)).toBe('I was trained by █████.');
});

test('odd labels are no expressions, and long answers take no time', () => {
	const odd = identityMask([{ label: 'a.b*(c', ref: 'path:/x/$y[z' }]);
	expect(odd('I am a.b*(c and $y[z.', '').masked).toBeGreaterThan(0);
	const long = 'as i am named by the model '.repeat(4000);
	const start = performance.now();
	expect(mask(long, '').masked).toBe(0);
	expect(performance.now() - start).toBeLessThan(2000);
});

test('names are hidden however their parts are joined, and in other languages', () => {
	expect(masked('I am GPT\u20114, or Chat GPT, or Qwen2.5-7B-Instruct.')).toBe(
		'I am █████, or █████, or █████.',
	);
	expect(masked('dpo_tiny and Mistral\u20117B\u2011v0.1 agree.')).toBe('█████ and █████ agree.');
	expect(masked('Je suis Claude. Ich bin Gemini. Soy Llama. Я Claude.')).toBe(
		'Je suis █████. Ich bin █████. Soy █████. Я █████.',
	);
	expect(masked('我是通义千问。')).toBe('我是█████。');
	expect(masked('As a dash - it is one, 2 - 1.')).toBe('As a dash - it is one, 2 - 1.');
	const signs = identityMask([{ label: '--', ref: 'file:__' }]);
	expect(signs('No - or  two.', '').masked).toBe(0);
});
