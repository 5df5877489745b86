import type { ConnectionPrompts } from './hostDirectory';

export type SecretQuestion = Parameters<ConnectionPrompts['askSecret']>[0];

/** The editor's secret store: encrypted, of one machine. Names of secrets are no secrets. */
export interface SecretStore {
	get(name: string): PromiseLike<string | undefined>;
	store(name: string, secret: string): PromiseLike<void>;
	delete(name: string): PromiseLike<void>;
	keys(): PromiseLike<readonly string[]>;
}

const prefix = 'windsock.ssh.';

/**
 * Passwords and passphrases that a person wants to be remembered. Answers to what a server asks
 * itself, such as a code of a second factor, never are.
 */
export class RememberedSecrets {
	constructor(private readonly secrets: SecretStore) {}

	/**
	 * What was remembered for a question. One that is asked again within a login was answered wrong:
	 * then what was remembered is forgotten.
	 */
	async recall(question: SecretQuestion): Promise<string | undefined> {
		if (!canRemember(question)) {
			return undefined;
		}
		if (question.isRepeated) {
			await this.secrets.delete(nameOf(question));
			return undefined;
		}
		return this.secrets.get(nameOf(question));
	}

	/** Says whether it is kept: some machines have no place for secrets and do not say so. */
	async remember(question: SecretQuestion, secret: string): Promise<boolean> {
		await this.secrets.store(nameOf(question), secret);
		return (await this.secrets.get(nameOf(question))) === secret;
	}

	/** Tells how many there were. */
	async forgetAll(): Promise<number> {
		const names = (await this.secrets.keys()).filter(name => name.startsWith(prefix));
		for (const name of names) {
			await this.secrets.delete(name);
		}
		return names.length;
	}
}

export function canRemember({ kind }: SecretQuestion): boolean {
	return kind !== 'answer';
}

function nameOf({ host, kind, prompt }: SecretQuestion): string {
	return `${prefix}${kind}.${host}.${prompt}`;
}
