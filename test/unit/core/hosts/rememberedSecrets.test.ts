import { describe, expect, it } from 'vitest';
import {
	RememberedSecrets,
	type SecretQuestion,
	type SecretStore,
} from '../../../../src/core/hosts/rememberedSecrets';

const question: SecretQuestion = {
	host: 'gpu1',
	kind: 'passphrase',
	prompt: 'Passphrase of /home/ada/.ssh/id',
	echo: false,
	isRepeated: false,
};

function storeOf(kept: Map<string, string>, keeps = true): SecretStore {
	return {
		get: name => Promise.resolve(kept.get(name)),
		store: async (name, secret) => {
			if (keeps) {
				kept.set(name, secret);
			}
		},
		delete: async name => void kept.delete(name),
		keys: () => Promise.resolve([...kept.keys()]),
	};
}

describe('remembered secrets', () => {
	it('answer the same question of the same host only', async () => {
		const secrets = new RememberedSecrets(storeOf(new Map()));
		expect(await secrets.remember(question, 'open sesame')).toBe(true);
		expect(await secrets.recall(question)).toBe('open sesame');
		expect(await secrets.recall({ ...question, host: 'gpu2' })).toBeUndefined();
		expect(await secrets.recall({ ...question, kind: 'password' })).toBeUndefined();
	});

	it('are forgotten when they were wrong', async () => {
		const secrets = new RememberedSecrets(storeOf(new Map()));
		await secrets.remember(question, 'old');
		expect(await secrets.recall({ ...question, isRepeated: true })).toBeUndefined();
		expect(await secrets.recall(question)).toBeUndefined();
	});

	it('are never answers to what a server asks', async () => {
		const kept = new Map([['windsock.ssh.answer.gpu1.Code', '123456']]);
		const secrets = new RememberedSecrets(storeOf(kept));
		const code: SecretQuestion = { ...question, kind: 'answer', prompt: 'Code' };
		expect(await secrets.recall(code)).toBeUndefined();
	});

	it('say when a machine does not keep them', async () => {
		const secrets = new RememberedSecrets(storeOf(new Map(), false));
		expect(await secrets.remember(question, 'x')).toBe(false);
	});

	it('are all forgotten at once, and no other secret with them', async () => {
		const kept = new Map([['windsock.endpoint.gpt', 'key']]);
		const secrets = new RememberedSecrets(storeOf(kept));
		await secrets.remember(question, 'x');
		await secrets.remember({ ...question, kind: 'password' }, 'y');
		expect(await secrets.forgetAll()).toBe(2);
		expect([...kept.keys()]).toEqual(['windsock.endpoint.gpt']);
	});
});
