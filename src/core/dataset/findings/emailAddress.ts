import type { Check, CheckedText, Place } from './check';
import { codeSpans, isWithin, type Spans } from './codeSpans';

export const emailAddress: Check = {
	code: 'emailAddress',
	severity: 'warning',
	shortName: 'e-mail address',
	otherNames: ['email', 'e-mail'],
	sentence: detail => `There is an e-mail address: ${detail ?? ''}.`,
	place: 'anywhere',
	ofText: ({ text }: CheckedText) => (text.includes('@') ? firstAddress(text) : undefined),
};

const localPattern = /[a-z\d](?:[a-z\d._%+-]{0,63})$/i;
const domainPattern = /^(?:[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?\.){1,5}[a-z]{2,15}/i;
/** Top-level domains of several letters that mail is sent to; countries have two letters. */
const topLevels = new Set(
	'com org net edu gov mil int info biz name pro app dev xyz online site tech store blog cloud email shop club agency company academy health law bank museum coop aero jobs mobi travel'.split(
		' ',
	),
);
/** Domains and names that stand for nobody. */
const placeholderDomain =
	/^(?:.*\.)?(?:example[\w-]*|test|invalid|localhost)(?:\.\w{2,3})?$|^(?:your|my|the|some)?-?(?:domain|company|email|mail|website|site|organization|business|school|university|server|host|provider)\.\w{2,5}$|^(?:your|my)[\w-]*\.\w{2,5}$|^(?:abc|xyz|foo|bar|acme)\.(?:com|org)$/i;
const placeholderName =
	/^(?:your|my|some|any|the)[._-]?(?:\w+[._-]?)?(?:name|email|mail|address|username|account)?$|^(?:user|username|name|email|e-mail|mail|first\.?last|firstname\.?lastname|foo|bar|someone|somebody|nobody|git|john\.?doe|jane\.?doe|johndoe|janedoe)\d{0,3}$/i;

function firstAddress(text: string): Place | undefined {
	let code: Spans | undefined;
	for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
		const domain = domainPattern.exec(text.slice(at + 1, at + 120))?.[0];
		const local = domain && localPattern.exec(text.slice(Math.max(0, at - 64), at))?.[0];
		if (!domain || !local || !isRealDomain(domain) || placeholderName.test(local)) {
			continue;
		}
		code ??= codeSpans(text);
		const next = text.charAt(at + 1 + domain.length);
		// `git@host.com:path`, `user@host.com$` and `A@B.to(x)` are no addresses.
		const isCode = /[(:$=[/]/.test(next) && !/^:?\s/.test(text.slice(at + 1 + domain.length));
		const isShort = domain.lastIndexOf('.') === domain.length - 3 && isWithin(code, at);
		if (!isCode && !isShort) {
			const detail = `“${local}@${domain}”`;
			return { detail, start: at - local.length, end: at + 1 + domain.length };
		}
	}
	return undefined;
}

function isRealDomain(domain: string): boolean {
	const top = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
	return (
		(top.length === 2 || topLevels.has(top)) && !placeholderDomain.test(domain) && domain.length > 4
	);
}
