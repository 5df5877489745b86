import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A token with where it came from, in words; never part of a message, a log or a file. */
export interface HubToken {
	readonly value: string;
	readonly source: string;
}

/** The token that the Hub's own tools would send: of the environment, else of their token file. */
export async function hubToken(
	environment: Environment = process.env,
	home = homedir(),
): Promise<HubToken | undefined> {
	for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
		const value = tokenIn(environment[name] ?? '');
		if (value !== undefined) {
			return { value, source: name };
		}
	}
	const path = tokenPath(environment, home);
	try {
		const value = tokenIn(await readFile(path, 'utf8'));
		return value === undefined ? undefined : { value, source: path };
	} catch {
		// Nobody is logged in, or it is not ours to read: the Hub says when it wants a token.
		return undefined;
	}
}

/** What can stand in a header; an empty text is no token. */
export function tokenIn(text: string): string | undefined {
	const value = text.trim();
	return /^[\x21-\x7e]{1,4096}$/.test(value) ? value : undefined;
}

function tokenPath(environment: Environment, home: string): string {
	const set = (name: string): string | undefined => environment[name] || undefined;
	const cache = set('XDG_CACHE_HOME') ?? join(home, '.cache');
	return set('HF_TOKEN_PATH') ?? join(set('HF_HOME') ?? join(cache, 'huggingface'), 'token');
}
