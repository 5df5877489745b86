import type { Role } from '../example';
import { roleOf } from '../messageShapes';

const plainWords = { system: 'system', user: 'user', assistant: 'assistant', tool: 'tool' };
const turnWords = { system: 'system', user: 'human', assistant: 'gpt', tool: 'observation' };
const turnDialect = ['human', 'gpt', 'chatgpt', 'bot', 'function_call', 'observation'];

/**
 * The words that a row may use for roles: its own where it has one, else those of its dialect
 * (`human`/`gpt` of ShareGPT, or `user`/`assistant`), and whatever else it uses.
 *
 * @param key of the role in a message: `role`, `from`, or what a person named
 */
export function roleWords(used: readonly string[], key: string): string[] {
	const isTurns =
		used.some(word => turnDialect.includes(word)) ||
		(key === 'from' && !used.includes('user') && !used.includes('assistant'));
	const dialect = isTurns ? turnWords : plainWords;
	const words = (['system', 'user', 'assistant', 'tool'] as const).map(
		role =>
			used.find(word => roleOfWord(word, key) === role && word !== 'function_call') ??
			dialect[role],
	);
	const calls = key === 'from' && isTurns ? ['function_call'] : [];
	return [...new Set([...words, ...calls, ...used])];
}

/** The row's word for a role. */
export function wordFor(role: Role, words: readonly string[], key: string): string {
	return words.find(word => roleOfWord(word, key) === role) ?? role;
}

/** In fields that a person named, `User` and `USER` are taken for the user too. */
function roleOfWord(word: string, key: string): Role {
	return roleOf(key === 'role' || key === 'from' ? word : word.toLowerCase());
}

/** Who is expected to speak after this role. */
export function roleAfter(role: Role): Role {
	return role === 'user' || role === 'tool' ? 'assistant' : 'user';
}
