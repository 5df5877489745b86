import { reasonOf } from '../../core/base/errors';

/** Of a page of an error that many characters are told. */
const toldCharacters = 300;
/** Enough for them, whatever a server goes on to send. */
const readBytes = 16 * 1024;

/** The start of what a server says of its failure. The rest is not waited for. */
export async function failureText(response: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		chunks.push(chunk as Uint8Array);
		size += (chunk as Uint8Array).length;
		if (size > readBytes) {
			break;
		}
	}
	return Buffer.concat(chunks).subarray(0, readBytes).toString('utf8');
}

/** One line for people. The key goes before the text is cut, so that no part of it stays. */
export function httpReason(response: Response, body: string, key: string | undefined): string {
	return `HTTP ${response.status}: ${withoutKey(body, key).slice(0, toldCharacters).trim()}`;
}

export function withoutKey(text: string, key: string | undefined): string {
	return key === undefined || key === '' ? text : text.replaceAll(key, '…');
}

/** Why a request came to nothing; an address with a password in it is not repeated. */
export function networkReason(error: unknown): string {
	const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
	return reasonOf(cause).replaceAll(/(\/\/)[^/?#\s]*@/g, '$1…@');
}
