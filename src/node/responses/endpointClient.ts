import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Answerer, GivenAnswer } from '../../core/responses/answerer';
import { isOwnAddress } from '../../core/responses/hostedModel';
import type { TokenLogprob } from '../../core/responses/judging/published/judgeProtocol';
import type { ChatMessage } from '../../core/responses/promptSet';
import { failureText, httpReason, networkReason, withoutKey } from './endpointFailure';

export interface Endpoint {
	/** The name in the settings; used in messages. */
	readonly name: string;
	/** Base address of the server's OpenAI-compatible API, for instance `http://127.0.0.1:8000/v1`. */
	readonly url: string;
	/** What the server calls the model. */
	readonly model: string;
	/** Sent as a bearer token; never part of a message, a log or a file. */
	readonly key?: string;
	readonly timeoutMs?: number;
}

/** The key that a script or a test gives in the environment: WINDSOCK_ENDPOINT_<NAME>_KEY. */
export function endpointKeyFromEnvironment(
	name: string,
	environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
	const variable = `WINDSOCK_ENDPOINT_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_KEY`;
	const key = environment[variable];
	return key === undefined || key === '' ? undefined : key;
}

export interface EndpointAnswer extends GivenAnswer {
	/** Of each token of the answer its likeliest alternatives, where they were asked for and given. */
	readonly topLogprobs?: readonly (readonly TokenLogprob[])[];
}

const defaultTimeoutMs = 120_000;
const attempts = 3;
/** Answers above this are not read to the end: no model writes 32 MB. */
const maxBodyBytes = 32 * 1024 * 1024;

type Fetch = typeof globalThis.fetch;
type Wait = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

/** What a failed attempt tells: whether another may help, and after how long. */
interface Failure {
	readonly reason: string;
	readonly retry: boolean;
	readonly afterMs?: number;
}

/** A thin client of `POST /chat/completions`, as vLLM, Ollama and hosted services serve it. */
export class EndpointClient implements Answerer {
	constructor(
		readonly endpoint: Endpoint,
		private readonly fetch: Fetch = globalThis.fetch,
		private readonly wait: Wait = abortableWait,
	) {}

	get name(): string {
		return this.endpoint.name;
	}

	get isOwn(): boolean {
		return isOwnAddress(this.endpoint.url);
	}

	/**
	 * Asks for one answer. Fails with `endpointFailed` or `cancelled`.
	 *
	 * @param onWait hears why and for how many milliseconds it waits before it asks again
	 */
	async complete(
		messages: readonly ChatMessage[],
		sampling: Readonly<Record<string, unknown>>,
		signal?: AbortSignal,
		onWait: (reason: string, milliseconds: number) => void = () => {},
	): Promise<Result<EndpointAnswer>> {
		let failure: Failure = { reason: 'it was not asked', retry: false };
		for (let attempt = 1; attempt <= attempts; attempt++) {
			if (signal?.aborted === true) {
				return err(new WindsockError('cancelled', { what: 'asking the endpoint' }));
			}
			const outcome = await this.#attempt(messages, sampling, signal);
			if ('text' in outcome) {
				return ok(outcome);
			}
			failure = outcome;
			if (!outcome.retry) {
				break;
			}
			if (attempt < attempts) {
				const milliseconds = outcome.afterMs ?? 500 * 2 ** attempt;
				onWait(this.#withoutKey(outcome.reason), milliseconds);
				await this.wait(milliseconds, signal);
			}
		}
		if (signal?.aborted === true) {
			return err(new WindsockError('cancelled', { what: 'asking the endpoint' }));
		}
		return err(
			new WindsockError('endpointFailed', {
				name: this.endpoint.name,
				reason: this.#withoutKey(failure.reason),
			}),
		);
	}

	async #attempt(
		messages: readonly ChatMessage[],
		sampling: Readonly<Record<string, unknown>>,
		signal: AbortSignal | undefined,
	): Promise<EndpointAnswer | Failure> {
		const timeoutMs = this.endpoint.timeoutMs ?? defaultTimeoutMs;
		const timeout = AbortSignal.timeout(timeoutMs);
		const started = performance.now();
		let body: string;
		try {
			const response = await this.fetch(chatAddress(this.endpoint.url), {
				method: 'POST',
				headers: {
					'content-type': 'application/json',
					...(this.endpoint.key === undefined
						? {}
						: { authorization: `Bearer ${this.endpoint.key}` }),
				},
				body: JSON.stringify({
					...openAiSampling(sampling),
					// A prompt set brings its own sampling; which model is asked is not up to it.
					model: this.endpoint.model,
					messages: messages.map(({ role, content }) => ({ role, content })),
					stream: false,
				}),
				// A redirect would carry the prompts, and perhaps the key, to another server.
				redirect: 'error',
				signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
			});
			if (!response.ok) {
				return httpFailure(response, await failureText(response), this.endpoint.key);
			}
			body = await readBody(response);
		} catch (error) {
			const reason = timeout.aborted
				? `no answer within ${Math.round(timeoutMs / 1000)} s`
				: networkReason(error);
			return { reason, retry: !timeout.aborted && signal?.aborted !== true };
		}
		return readAnswer(body, (performance.now() - started) / 1000, this.endpoint.key);
	}

	#withoutKey(text: string): string {
		return withoutKey(text, this.endpoint.key);
	}
}

export function chatAddress(url: string): string {
	const base = url.replace(/\/+$/, '');
	return base.endsWith('/chat/completions') ? base : `${base}/chat/completions`;
}

/** Sampling in the words of recipes and prompt sets → the words of the API. */
export function openAiSampling(
	sampling: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const { max_new_tokens: maxTokens, do_sample: doSample, ...rest } = sampling;
	return {
		...rest,
		...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
		...(doSample === false ? { temperature: 0 } : {}),
	};
}

function httpFailure(response: Response, body: string, key: string | undefined): Failure {
	const after = secondsUntil(response.headers.get('retry-after'));
	return {
		reason: httpReason(response, body, key),
		retry: response.status === 429 || response.status >= 500,
		...(Number.isFinite(after) ? { afterMs: Math.min(Math.max(after, 0), 60) * 1000 } : {}),
	};
}

/** Retry-After is a number of seconds or a date. NaN where it is neither. */
function secondsUntil(header: string | null): number {
	const seconds = Number(header?.trim() || Number.NaN);
	return Number.isNaN(seconds) ? (Date.parse(header ?? '') - Date.now()) / 1000 : seconds;
}

async function readBody(response: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		size += (chunk as Uint8Array).length;
		if (size > maxBodyBytes) {
			throw new Error('the answer is larger than 32 MB');
		}
		chunks.push(chunk as Uint8Array);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(
	body: string,
	seconds: number,
	key: string | undefined,
): EndpointAnswer | Failure {
	const refuse = (reason: string): Failure => ({ reason, retry: false });
	let json: unknown;
	try {
		json = JSON.parse(body);
	} catch {
		const start = withoutKey(body, key).slice(0, 100);
		return refuse(`it answered “${start}”, which is not JSON`);
	}
	const choices: unknown = field(json, 'choices');
	const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
	const text = field(field(choice, 'message'), 'content');
	if (typeof text !== 'string') {
		return refuse('its answer has no choices[0].message.content');
	}
	const usage = field(json, 'usage');
	const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
	const model = field(json, 'model');
	const topLogprobs = readLogprobs(field(field(choice, 'logprobs'), 'content'));
	return {
		text,
		finishReason: field(choice, 'finish_reason') === 'length' ? 'length' : 'stop',
		tokens: {
			prompt: count(field(usage, 'prompt_tokens')),
			response: count(field(usage, 'completion_tokens')),
		},
		seconds,
		servedModel: typeof model === 'string' ? model : '',
		...(topLogprobs ? { topLogprobs } : {}),
	};
}

function readLogprobs(content: unknown): TokenLogprob[][] | undefined {
	return Array.isArray(content)
		? content.map(one => {
				const top = field(one, 'top_logprobs');
				return Array.isArray(top)
					? top.flatMap(item => {
							const [token, logprob] = [field(item, 'token'), field(item, 'logprob')];
							return typeof token === 'string' && typeof logprob === 'number'
								? [{ token, logprob }]
								: [];
						})
					: [];
			})
		: undefined;
}

function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function abortableWait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise(resolve => {
		const done = (): void => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, milliseconds);
		signal?.addEventListener('abort', done);
	});
}
