import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { TokensAnswer } from '../../core/contract/runFiles.generated';
import { tokenizerFilesFrom, type TokenizerFiles } from '../../core/tokens/tokenizerFiles';
import { tokensAnswerFrom } from '../../core/tokens/tokensAnswer';
import type { Progress } from '../../core/training/launchRequest';
import { HostServer } from '../dataset/far/hostServer';
import { expected } from '../dataset/expected';
import type { TrainerSpec } from './trainerSpec';

/** A trainer's own reading of examples, as a process on a host. Disposing ends it there. */
export interface Trainer {
	/** Why another model's tokenizer stands in for the recipe's, as a sentence. */
	readonly standIn: string | undefined;
	/** Changes with anything that the tokenizer is made of. */
	readonly tokenizerHash: string;
	/** @param row in TRL's form, as JSON */
	example(row: string): Promise<Result<TokensAnswer>>;
	/** Undefined where it cannot be had as data. */
	tokenizer(): Promise<Result<TokenizerFiles | undefined>>;
	/** Whether the process is there no more. */
	readonly hasEnded: boolean;
	dispose(): void;
}

export interface TrainerOptions {
	/** Whether to build the host's environment where there is none. */
	readonly build: boolean;
	readonly progress: Progress;
	readonly signal: AbortSignal;
}

/** Starts it and waits until it has loaded the tokenizer. `environmentMissing` comes as a value. */
export async function startTrainer(
	{ prepared, spec, standIn }: TrainerSpec,
	{ build, progress, signal }: TrainerOptions,
): Promise<Result<Trainer | 'environmentMissing'>> {
	let hasEnded = false;
	const ended = (): void => void (hasEnded = true);
	const started = await HostServer.start(prepared, signal, ended, ['tokens']);
	if (!started.ok) {
		return started;
	}
	const server = started.value;
	const stop = (): void => server.dispose();
	signal.addEventListener('abort', stop);
	const opened = await expected(() =>
		server.request('', { spec, build }, undefined, ({ head }) => {
			progress.report(String(head['message'] ?? head['phase']));
		}),
	);
	signal.removeEventListener('abort', stop);
	if (!opened.ok || opened.value.done['environment'] !== 'ready') {
		server.dispose();
		if (signal.aborted) {
			return err(new WindsockError('cancelled', { what: 'Loading the tokenizer' }));
		}
		return opened.ok ? ok('environmentMissing') : opened;
	}
	const ask = async (
		words: Readonly<Record<string, unknown>>,
		data?: Uint8Array,
	): Promise<Result<unknown>> => {
		const answer = await expected(() => server.request('', words, data));
		return answer.ok ? ok(parsed(answer.value.data)) : answer;
	};
	return ok({
		standIn,
		tokenizerHash: String(opened.value.done['tokenizer']),
		example: async row => {
			const answer = await ask({ example: true }, new TextEncoder().encode(row));
			if (!answer.ok) {
				return answer;
			}
			const read = tokensAnswerFrom(answer.value);
			return read ? ok(read) : err(noAnswer(prepared.host.name));
		},
		tokenizer: async () => {
			const answer = await ask({ tokenizer: true });
			return answer.ok ? ok(tokenizerFilesFrom(answer.value)) : answer;
		},
		get hasEnded() {
			return hasEnded;
		},
		dispose: () => server.dispose(),
	});
}

function parsed(data: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(data));
	} catch {
		// Told apart from an answer by whoever reads it.
		return undefined;
	}
}

function noAnswer(host: string): WindsockError {
	const reason = 'what it says of the example cannot be read';
	return new WindsockError('remoteCommandFailed', { host, reason });
}
