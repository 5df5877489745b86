import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { LiveAnswerer, StreamedAnswer } from '../../core/responses/liveAnswerer';
import { chatAddress, openAiSampling, type Endpoint } from './endpointClient';
import { failureText, httpReason, networkReason, withoutKey } from './endpointFailure';

const defaultTimeoutMs = 120_000;
/** No model writes more characters. */
const maxCharacters = 32 * 1024 * 1024;

/** An OpenAI-compatible endpoint whose answer is read while it is written. */
export function endpointAnswerer(
	endpoint: Endpoint,
	fetch: typeof globalThis.fetch = globalThis.fetch,
): LiveAnswerer {
	return {
		stream: async (messages, sampling, signal, onText) => {
			const state = new StreamState(onText);
			const failed = (reason: string): Result<StreamedAnswer> => {
				if (signal.aborted && state.text === '') {
					return err(new WindsockError('cancelled', { what: 'asking the endpoint' }));
				}
				const told = withoutKey(reason, endpoint.key);
				return state.text === ''
					? err(new WindsockError('endpointFailed', { name: endpoint.name, reason: told }))
					: ok({ text: state.text, finishReason: 'cut' });
			};
			try {
				const timeout = AbortSignal.timeout(endpoint.timeoutMs ?? defaultTimeoutMs);
				const response = await fetch(chatAddress(endpoint.url), {
					method: 'POST',
					headers: {
						'content-type': 'application/json',
						...(endpoint.key === undefined ? {} : { authorization: `Bearer ${endpoint.key}` }),
					},
					body: JSON.stringify({
						...openAiSampling(sampling),
						model: endpoint.model,
						messages: messages.map(({ role, content }) => ({ role, content })),
						stream: true,
					}),
					// A redirect would carry the prompt, and perhaps the key, to another server.
					redirect: 'error',
					signal: AbortSignal.any([signal, timeout]),
				});
				if (!response.ok) {
					return failed(httpReason(response, await failureText(response), endpoint.key));
				}
				const decoder = new TextDecoder();
				for await (const chunk of response.body ?? []) {
					state.take(decoder.decode(chunk as Uint8Array, { stream: true }));
				}
				state.take(`${decoder.decode()}\n`);
			} catch (error) {
				return failed(networkReason(error));
			}
			return state.failure !== undefined || state.finishReason === undefined
				? failed(state.failure ?? 'it ended without an answer')
				: ok({ text: state.text, finishReason: state.finishReason });
		},
	};
}

/** Reads server-sent events, and the one JSON document of a server that does not stream. */
class StreamState {
	text = '';
	finishReason: 'stop' | 'length' | undefined;
	/** What the server says of its failure in the middle of a stream that began well. */
	failure: string | undefined;
	/** Pieces of a line whose end is not there yet. */
	#rest: string[] = [];
	#restLength = 0;

	constructor(private readonly onText: (text: string) => void) {}

	take(piece: string): void {
		this.#rest.push(piece);
		this.#restLength += piece.length;
		if (this.text.length + this.#restLength > maxCharacters) {
			throw new Error('the answer is larger than 32 MB');
		}
		// A long line comes in many pieces: looked through again with each they would take minutes.
		if (!piece.includes('\n')) {
			return;
		}
		const lines = this.#rest.join('').split(/\r?\n/);
		const open = lines.pop() ?? '';
		this.#rest = [open];
		this.#restLength = open.length;
		const before = this.text.length;
		for (const line of lines) {
			this.#takeLine(line.replace(/^data:\s*/, '').trim());
		}
		if (this.text.length > before) {
			this.onText(this.text);
		}
	}

	#takeLine(data: string): void {
		if (data === '[DONE]') {
			this.finishReason ??= 'stop';
			return;
		}
		if (!data.startsWith('{')) {
			return;
		}
		const event: unknown = JSON.parse(data);
		const error = field(event, 'error');
		if (error !== undefined && error !== null) {
			const said = field(error, 'message') ?? error;
			this.failure ??= typeof said === 'string' ? said : JSON.stringify(said);
		}
		const choices = field(event, 'choices');
		const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
		const grown =
			field(field(choice, 'delta'), 'content') ?? field(field(choice, 'message'), 'content');
		this.text += typeof grown === 'string' ? grown : '';
		const finish = field(choice, 'finish_reason');
		if (typeof finish === 'string') {
			this.finishReason = finish === 'length' ? 'length' : 'stop';
		}
	}
}

function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
