import ssh2, { type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';
import type { Logger } from '../../core/base/logger';

const { BaseAgent, createAgent, utils } = ssh2;

/** An agent that does not answer in this time is treated as absent. Milliseconds. */
const patience = 5000;

/** Keys that the agent behind a socket holds; none when it cannot be reached. */
export function listAgentKeys(socket: string, logger: Logger): Promise<readonly ParsedKey[]> {
	const { promise, resolve } = Promise.withResolvers<readonly ParsedKey[]>();
	const timer = setTimeout(() => {
		logger.warn('the ssh agent does not answer');
		resolve([]);
	}, patience);
	createAgent(socket).getIdentities((error, keys) => {
		clearTimeout(timer);
		if (error) {
			logger.info(`no ssh agent: ${error.message}`);
		}
		const parsed = (keys ?? []).map(key => {
			const result: ParsedKey | ParsedKey[] | Error = utils.parseKey(key as Buffer);
			return Array.isArray(result) ? result[0] : result;
		});
		resolve(parsed.filter(key => key !== undefined && !(key instanceof Error)));
	});
	return promise;
}

/** The agent behind a socket with only these of its keys, in this order. */
export class FilteredAgent extends BaseAgent<ParsedKey> {
	constructor(
		readonly socket: string,
		readonly keys: readonly ParsedKey[],
		readonly whileAsking: <T>(work: () => Promise<T>) => Promise<T>,
	) {
		super();
	}

	override getIdentities(
		callback: (error: Error | null | undefined, keys?: ParsedKey[]) => void,
	): void {
		callback(undefined, [...this.keys]);
	}

	/** The agent may ask its owner to confirm, which takes a person's time. */
	override sign(
		publicKey: ParsedKey,
		data: Buffer,
		options: SigningRequestOptions | SignCallback,
		callback?: SignCallback,
	): void {
		const done = typeof options === 'function' ? options : callback;
		const request = typeof options === 'function' ? {} : options;
		const signed = this.whileAsking(
			() =>
				new Promise<Buffer>((resolve, reject) => {
					createAgent(this.socket).sign(publicKey, data, request, (error, signature) =>
						signature === undefined
							? reject(error ?? new Error('the agent gave no signature'))
							: resolve(signature),
					);
				}),
		);
		signed.then(
			signature => done?.(null, signature),
			error => done?.(error instanceof Error ? error : new Error(String(error))),
		);
	}
}
