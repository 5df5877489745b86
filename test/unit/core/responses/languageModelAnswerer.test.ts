import { describe, expect, it } from 'vitest';
import {
	LanguageModelAnswerer,
	type LanguageModel,
} from '../../../../src/core/responses/languageModelAnswerer';

/** Says what it is told to say; what it was sent is kept. */
function modelThat(
	answer: () => AsyncIterable<string>,
	sent: unknown[] = [],
	countTokens: LanguageModel['countTokens'] = async text => text.split(/\s+/).length,
): LanguageModel {
	return {
		id: 'gpt-x',
		name: 'GPT-X',
		vendor: 'acme',
		version: '2',
		countTokens,
		send: async (messages, options) => {
			sent.push({ messages, options });
			return answer();
		},
	};
}

async function* pieces(...texts: readonly string[]): AsyncIterable<string> {
	yield* texts;
}

const still = (): number => 0;

const talk = [
	{ role: 'system', content: 'Be brief.' },
	{ role: 'user', content: 'One?' },
	{ role: 'assistant', content: 'Yes.' },
	{ role: 'user', content: 'Two?' },
] as const;

describe('a language model of the editor', () => {
	it('gives its pieces as one answer, with what was counted and who it was', async () => {
		let clock = 0;
		const sent: unknown[] = [];
		const model = modelThat(() => pieces('Two ', 'it ', 'is.'), sent);
		const answerer = new LanguageModelAnswerer(model, () => (clock += 500));
		const sampling = { max_new_tokens: 20, temperature: 0.7, do_sample: false };
		expect(await answerer.complete(talk, sampling)).toEqual({
			ok: true,
			value: {
				text: 'Two it is.',
				finishReason: 'stop',
				tokens: { prompt: 5, response: 3 },
				seconds: 0.5,
				servedModel: 'acme/gpt-x 2',
			},
		});
		expect(sent).toEqual([
			{
				messages: [
					{ role: 'user', content: 'Be brief.' },
					{ role: 'user', content: 'One?' },
					{ role: 'assistant', content: 'Yes.' },
					{ role: 'user', content: 'Two?' },
				],
				options: { max_tokens: 20, temperature: 0 },
			},
		]);
		expect(answerer.isOwn).toBe(false);
	});

	it('counts an answer as cut that is as long as it may be', async () => {
		const answerer = new LanguageModelAnswerer(
			modelThat(() => pieces('a b c')),
			still,
		);
		const answer = await answerer.complete(talk, { max_new_tokens: 3 });
		expect(answer).toMatchObject({ ok: true, value: { finishReason: 'length' } });
	});

	it('fails with the words of the editor where a stream is cut, and keeps no part of it', async () => {
		const answerer = new LanguageModelAnswerer(
			modelThat(async function* () {
				yield 'Two';
				throw new Error('quota exceeded');
			}),
			still,
		);
		expect(await answerer.complete(talk, {})).toMatchObject({
			ok: false,
			error: {
				code: 'languageModelFailed',
				details: { name: 'GPT-X', reason: 'quota exceeded' },
			},
		});
	});

	it('ends when it is cancelled, whatever has come', async () => {
		const abort = new AbortController();
		const answerer = new LanguageModelAnswerer(
			modelThat(async function* () {
				yield 'Two';
				abort.abort();
				yield ' it is.';
			}),
			still,
		);
		expect(await answerer.complete(talk, {}, abort.signal)).toMatchObject({
			ok: false,
			error: { code: 'cancelled' },
		});
	});

	it('keeps an answer whose tokens cannot be counted', async () => {
		const answerer = new LanguageModelAnswerer(
			modelThat(
				() => pieces('Two.'),
				[],
				() => Promise.reject(new Error('no tokenizer')),
			),
			still,
		);
		const answer = await answerer.complete(talk, {});
		expect(answer).toMatchObject({
			ok: true,
			value: { text: 'Two.', tokens: { prompt: 0, response: 0 } },
		});
	});
});
