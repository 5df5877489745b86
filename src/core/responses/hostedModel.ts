import type { ModelResponse } from './response';

const note =
	'written by a hosted model: read the terms of its provider, many forbid training other models on its answers';

/**
 * The note that an answer carries when a model on somebody else's machine wrote it. An endpoint is one's
 * own where its answers say so, or where the address that is in the settings now is of this machine
 * or network.
 */
export function licenceNote(
	answer: ModelResponse,
	ref: string,
	addressOf: (endpoint: string) => string | undefined = () => undefined,
): string | undefined {
	const colon = ref.indexOf(':');
	const [kind, name] = [ref.slice(0, Math.max(0, colon)), ref.slice(colon + 1)];
	if (kind === 'vscode') {
		return note;
	}
	if (kind !== 'endpoint') {
		return undefined;
	}
	const said: unknown = Object(answer.row['endpoint']) as unknown;
	const isOwn: unknown = Reflect.get(said as object, 'own');
	const address = addressOf(name);
	const known = isOwn ?? (address === undefined ? undefined : isOwnAddress(address));
	return known === true ? undefined : note;
}

/** Whether an address is of this machine or of a private network. */
export function isOwnAddress(url: string): boolean {
	const host =
		/^[a-z]+:\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url)?.[1]?.toLowerCase() ?? '';
	const inner = host.replace(/^\[|\]$/g, '');
	if (host.startsWith('[')) {
		return inner === '::1' || /^f[cd]|^fe80:/.test(inner);
	}
	const parts = inner.split('.').map(Number);
	if (
		parts.length === 4 &&
		parts.every(part => Number.isInteger(part) && part >= 0 && part < 256)
	) {
		const [a = 0, b = 0] = parts;
		return (
			a === 127 ||
			a === 10 ||
			(a === 172 && b >= 16 && b < 32) ||
			(a === 192 && b === 168) ||
			(a === 169 && b === 254)
		);
	}
	return inner === 'localhost' || /\.(localhost|local|lan|internal)$/.test(inner);
}
