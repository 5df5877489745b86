import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey, Prompt } from 'ssh2';
import { reasonOf, type WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { FilteredAgent, listAgentKeys } from './filteredAgent';
import { cancelled } from './hostErrors';
import { KeyFileAgent, namedKey, sameKey } from './keyFileAgent';
import type { SshTarget } from './sshTarget';

interface Answer {
	readonly left: readonly string[];
	readonly partial: boolean;
}

export interface AuthenticationPorts {
	readonly prompts: ConnectionPrompts | undefined;
	readonly logger: Logger;
	/** Runs what waits for a person, so that silence on the link is not held against it. */
	readonly whileAsking: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * The order of OpenSSH: keys (the agent's, then files), keyboard-interactive, password. After a
 * partial success, as with a second factor, it goes on with what the server still wants.
 */
export class SshAuthentication {
	/** Why no further way was tried, when a person declined. */
	declined: WindsockError | undefined;
	/** What the server would still take, for the error. */
	methodsLeft: readonly string[] = [];
	readonly #asked = new Set<string>();
	readonly #attempts: AsyncGenerator<AnyAuthMethod, void, Answer>;
	#started = false;

	constructor(
		readonly target: SshTarget,
		readonly ports: AuthenticationPorts,
	) {
		this.#attempts = this.#run();
	}

	readonly handler: AuthHandlerMiddleware = (left, partial, next) => {
		// ssh2 gives null before the first answer of the server.
		const answer = { left: (left as readonly string[] | null) ?? [], partial };
		this.methodsLeft = answer.left;
		const step = this.#started ? this.#attempts.next(answer) : this.#attempts.next();
		this.#started = true;
		// `false` ends the login; the types of ssh2 do not say so.
		const stop = (): void => next(false as unknown as AnyAuthMethod);
		step.then(
			({ done, value }) => (done === true || value === undefined ? stop() : next(value)),
			error => {
				this.ports.logger.error('logging in failed', error);
				stop();
			},
		);
	};

	async *#run(): AsyncGenerator<AnyAuthMethod, void, Answer> {
		const username = this.target.user;
		let answer: Answer = yield { type: 'none', username };
		const done = new Set<string>();
		for (let round = 0; round < 4; round++) {
			for (const method of ['publickey', 'keyboard-interactive', 'password'] as const) {
				if (!answer.left.includes(method) || done.has(method)) {
					continue;
				}
				done.add(method);
				const attempts = this.#attemptsBy(method);
				for (let step = await attempts.next(); !step.done; step = await attempts.next()) {
					answer = yield step.value;
					if (answer.partial) {
						break;
					}
				}
				if (this.declined !== undefined) {
					return;
				}
				if (answer.partial) {
					break;
				}
			}
			if (!answer.partial) {
				return;
			}
		}
	}

	#attemptsBy(
		method: 'publickey' | 'keyboard-interactive' | 'password',
	): AsyncGenerator<AnyAuthMethod, void, undefined> {
		switch (method) {
			case 'publickey':
				return this.#byKey();
			case 'keyboard-interactive':
				return this.#byQuestions();
			case 'password':
				return this.#byPassword();
		}
	}

	async *#byKey(): AsyncGenerator<AnyAuthMethod, void, undefined> {
		const { target, ports } = this;
		const username = target.user;
		const files = new KeyFileAgent(file => this.#askPassphrase(file), ports.logger);
		const offered: ParsedKey[] = [];
		if (target.agent !== undefined) {
			const held = await listAgentKeys(target.agent, ports.logger);
			const named = await Promise.all(target.identityFiles.map(namedKey));
			const isNamed = (key: ParsedKey): boolean =>
				named.some(other => other !== undefined && sameKey(other, key));
			offered.push(...held.filter(isNamed));
			if (!target.identitiesOnly) {
				offered.push(...held.filter(key => !isNamed(key)));
			}
			if (offered.length > 0) {
				const agent = new FilteredAgent(target.agent, offered, ports.whileAsking);
				yield { type: 'agent', username, agent };
			}
		}
		if ((await files.load(target.identityFiles, offered)) > 0) {
			yield { type: 'agent', username, agent: files };
		}
	}

	async *#byQuestions(): AsyncGenerator<AnyAuthMethod, void, undefined> {
		if (this.ports.prompts === undefined) {
			return;
		}
		for (let tries = 0; tries < this.target.passwordTries && !this.declined; tries++) {
			yield {
				type: 'keyboard-interactive',
				username: this.target.user,
				prompt: (_name, instructions, _language, prompts, finish) => {
					void this.#answer(instructions, prompts).then(finish, error => {
						this.ports.logger.error(`asking failed: ${reasonOf(error)}`);
						finish([]);
					});
				},
			};
		}
	}

	async #answer(instructions: string, questions: readonly Prompt[]): Promise<string[]> {
		const answers: string[] = [];
		for (const { prompt, echo } of questions) {
			const text = [instructions.trim(), prompt.trim()].filter(part => part !== '').join('\n');
			const answer = await this.#ask('answer', text, echo === true);
			if (answer === undefined) {
				return questions.map(() => '');
			}
			answers.push(answer);
		}
		return answers;
	}

	async *#byPassword(): AsyncGenerator<AnyAuthMethod, void, undefined> {
		const { user, hostName, passwordTries } = this.target;
		for (let tries = 0; tries < passwordTries; tries++) {
			const password = await this.#ask('password', `Password of ${user}@${hostName}`, false);
			if (password === undefined) {
				return;
			}
			yield { type: 'password', username: user, password };
		}
	}

	async #askPassphrase(file: string): Promise<string | undefined> {
		return await this.#ask('passphrase', `Passphrase of ${file}`, false);
	}

	async #ask(
		kind: 'passphrase' | 'password' | 'answer',
		prompt: string,
		echo: boolean,
	): Promise<string | undefined> {
		const { prompts, whileAsking } = this.ports;
		if (prompts === undefined || this.declined !== undefined) {
			return undefined;
		}
		const isRepeated = this.#asked.has(prompt);
		this.#asked.add(prompt);
		const question = { host: this.target.alias, kind, prompt, echo, isRepeated };
		const answer = await whileAsking(() => prompts.askSecret(question));
		if (answer === undefined) {
			this.declined = cancelled(`logging in to ${this.target.alias}`);
		}
		return answer;
	}
}
