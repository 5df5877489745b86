import { ok, type Result } from '../../core/base/result';
import { defaultSampling } from '../../core/responses/defaultSampling';
import type { ChatMessage, Prompt } from '../../core/responses/promptSet';
import { promptTurns } from '../../core/responses/promptTurns';
import type { Answerer, GivenAnswer } from '../../core/responses/answerer';

export interface AskOptions {
	readonly label: string;
	readonly sampling: Readonly<Record<string, unknown>>;
	/** Answers per prompt; each has the seed after the one before. */
	readonly samples?: number;
	readonly signal?: AbortSignal;
	/** Hears why and for how many milliseconds the endpoint is let alone before it is asked again. */
	readonly onWait?: (reason: string, milliseconds: number) => void;
	/** Whether this answer is there already, so that it is not asked for again. */
	readonly isAnswered?: (promptId: string, sample: number) => boolean;
}

/**
 * Asks the endpoint for every answer that is missing, one after the other, and hands out response
 * lines of the run contract as they come. Stops at the first failure, which is its result; what was
 * handed out is kept. Where a prompt has user turns without replies, each follows what the model
 * said itself, and `turns` holds all its replies.
 *
 * @returns how many answers came now
 */
export async function askEndpoint(
	client: Answerer,
	prompts: readonly Prompt[],
	options: AskOptions,
	onLine: (line: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<Result<{ readonly answers: number }>> {
	const samples = options.samples ?? 1;
	let answers = 0;
	for (const [promptIndex, prompt] of prompts.entries()) {
		const pinned = { ...defaultSampling, ...options.sampling, ...prompt.sampling };
		for (let sample = 0; sample < samples; sample++) {
			if (options.isAnswered?.(prompt.id, sample) === true) {
				continue;
			}
			const sampling = sample === 0 ? pinned : { ...pinned, seed: seedOf(pinned) + sample };
			const said = await converse(client, prompt.messages, sampling, options);
			if (!said.ok) {
				return said;
			}
			answers++;
			await onLine({
				n: promptIndex * samples + sample + 1,
				promptId: prompt.id,
				promptIndex,
				model: options.label,
				messages: prompt.messages,
				...said.value,
				...(samples > 1 ? { sample } : {}),
				sampling,
				seed: seedOf(sampling),
			});
		}
	}
	return ok({ answers });
}

function seedOf({ seed }: Readonly<Record<string, unknown>>): number {
	return typeof seed === 'number' ? seed : 0;
}

async function converse(
	client: Answerer,
	messages: readonly ChatMessage[],
	sampling: Readonly<Record<string, unknown>>,
	{ signal, onWait }: AskOptions,
): Promise<Result<Readonly<Record<string, unknown>>>> {
	const talk: ChatMessage[] = [];
	const replies: GivenAnswer[] = [];
	for (const piece of promptTurns(messages)) {
		talk.push(...piece);
		const reply = await client.complete(talk, sampling, signal, onWait);
		if (!reply.ok) {
			return reply;
		}
		replies.push(reply.value);
		talk.push({ role: 'assistant', content: reply.value.text });
	}
	const last = replies.at(-1);
	if (last === undefined) {
		throw new Error('a prompt of a set ends in a turn to be answered');
	}
	const seconds = replies.reduce((sum, reply) => sum + reply.seconds, 0);
	const written = replies.reduce((sum, reply) => sum + reply.tokens.response, 0);
	return ok({
		response: last.text,
		...(replies.length > 1 ? { turns: replies.map(reply => reply.text) } : {}),
		finishReason: last.finishReason,
		tokens: last.tokens,
		seconds,
		...(seconds > 0 ? { tokensPerSecond: Math.round((written / seconds) * 100) / 100 } : {}),
		endpoint: {
			name: client.name,
			servedModel: last.servedModel,
			own: client.isOwn,
		},
	});
}
