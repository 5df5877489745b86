import { reasonOf, type WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { cancelled } from './hostErrors';
import type { AskpassQuestion } from './systemAskpass';
import { addressOf, type SshTarget } from './sshTarget';

/** Puts the questions of the ssh program to a person, in the words of our own. */
export class SystemQuestions {
	/** A person's no: nothing more may be sent. */
	declined: WindsockError | undefined;
	readonly #asked = new Set<string>();
	/** What a person is still to answer or to do, such as to touch a key. */
	readonly #open = new Set<AbortSignal>();

	constructor(
		readonly target: SshTarget,
		readonly prompts: ConnectionPrompts,
		readonly logger: Logger,
		/** Called with the first no, before ssh hears of it: it would try an empty password. */
		readonly onDeclined: () => void,
	) {}

	get isAsking(): boolean {
		return [...this.#open].some(signal => !signal.aborted);
	}

	async answer(question: AskpassQuestion): Promise<string | undefined> {
		if (this.declined !== undefined) {
			return undefined;
		}
		this.#open.add(question.signal);
		try {
			const answer = await this.#ask(question);
			if (answer === undefined && !question.signal.aborted) {
				this.declined = cancelled(`connecting to ${this.target.alias}`);
				this.onDeclined();
			}
			return answer;
		} catch (error) {
			this.logger.error(`asking failed: ${reasonOf(error)}`);
			this.onDeclined();
			return undefined;
		} finally {
			// A notice stays until ssh takes it away.
			if (question.kind !== 'none') {
				this.#open.delete(question.signal);
			}
		}
	}

	async #ask({ prompt, kind, signal }: AskpassQuestion): Promise<string | undefined> {
		const host = this.target.alias;
		if (kind === 'none') {
			this.logger.info(`${host}: ${prompt}`);
			await this.prompts.showNotice?.({ host, text: prompt, signal });
			return '';
		}
		const key = hostKeyIn(prompt);
		if (key !== undefined) {
			const { address = addressOf(this.target), ...shown } = key;
			const accepted = await this.prompts.confirmHostKey({ host, address, ...shown });
			return accepted ? 'yes' : undefined;
		}
		if (kind === 'confirm' || /\(yes\/no/.test(prompt)) {
			// Such as an agent that asks before it uses a key: the person types the answer.
			return await this.#askSecret({ kind: 'answer', prompt }, true);
		}
		return await this.#askSecret(secretIn(prompt), false);
	}

	#askSecret(question: Secret, echo: boolean): Promise<string | undefined> {
		const isRepeated = this.#asked.has(question.prompt);
		this.#asked.add(question.prompt);
		const { alias: host } = this.target;
		return this.prompts.askSecret({ host, ...question, echo, isRepeated });
	}
}

interface Secret {
	readonly kind: 'passphrase' | 'password' | 'answer';
	readonly prompt: string;
}

/** The key that OpenSSH asks about; undefined when it asks something else. */
export function hostKeyIn(prompt: string):
	| {
			readonly address?: string | undefined;
			readonly keyType: string;
			readonly fingerprint: string;
	  }
	| undefined {
	const key = /^(\S+) key fingerprint is (SHA256:[A-Za-z0-9+/]+)/m.exec(prompt);
	const name = /^The authenticity of host '([^'\n]+)'/.exec(prompt);
	const [, keyType, fingerprint] = key ?? [];
	return keyType === undefined || fingerprint === undefined || name === null
		? undefined
		: { address: name[1], keyType, fingerprint };
}

function secretIn(prompt: string): Secret {
	const file = /^Enter passphrase for (?:key )?'?(.+?)'?: ?$/.exec(prompt)?.[1];
	if (file !== undefined) {
		return { kind: 'passphrase', prompt: `Passphrase of ${file}` };
	}
	const account = /^(\S+)'s password: ?$/.exec(prompt)?.[1];
	if (account !== undefined) {
		return { kind: 'password', prompt: `Password of ${account}` };
	}
	return { kind: 'answer', prompt: prompt.replace(/[:\s]+$/, '') };
}
