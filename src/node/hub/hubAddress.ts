import { WindsockError } from '../../core/base/errors';

const usual = 'https://huggingface.co';

/**
 * The address of the Hub: a mirror or a company's own where one is named.
 *
 * @param named in the settings or by HF_ENDPOINT; empty for none
 * @throws WindsockError for what is no address
 */
export function hubAddress(named: string | undefined): URL {
	const text = (named ?? '').trim().replace(/\/+$/, '') || usual;
	const address = URL.canParse(text) ? new URL(text) : undefined;
	if (!address || !/^https?:$/.test(address.protocol) || address.username || address.password) {
		const reason = `“${text.slice(0, 200)}” is no address of a server`;
		throw new WindsockError('hubFailed', { reason });
	}
	return address;
}

/** As people call it. */
export function hubName(address: URL): string {
	return address.host === 'huggingface.co' ? 'Hugging Face' : address.host;
}

/** Whether others on the way could read what is sent. */
export function isInTheClear({ protocol, hostname }: URL): boolean {
	return protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
