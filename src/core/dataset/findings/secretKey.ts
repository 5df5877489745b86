import type { Check, CheckedText, Place } from './check';

export const secretKey: Check = {
	code: 'secretKey',
	severity: 'warning',
	shortName: 'secret key',
	otherNames: ['key', 'secret'],
	sentence: detail => `There is what looks like a secret key: ${detail ?? ''}.`,
	place: 'anywhere',
	ofText: firstKey,
};

/** How the keys of known services begin and what they are made of. Each is anchored and bounded. */
const patterns: readonly RegExp[] = [
	/^sk-(?:proj-|ant-|or-|svcacct-|live-)?[A-Za-z\d_-]{20,200}/,
	/^(?:sk|rk|pk)_live_[A-Za-z\d]{16,120}/,
	/^gh[pousr]_[A-Za-z\d]{36,255}/,
	/^github_pat_[A-Za-z\d_]{40,255}/,
	/^glpat-[A-Za-z\d_-]{20,64}/,
	/^(?:AKIA|ASIA)[A-Z\d]{16}(?![A-Za-z\d])/,
	/^AIza[A-Za-z\d_-]{35}/,
	/^xox[abeprs]-[A-Za-z\d-]{20,200}/,
	/^hf_[A-Za-z\d]{30,60}(?![A-Za-z\d_])/,
	/^npm_[A-Za-z\d]{36}(?![A-Za-z\d])/,
	/^pypi-AgE[A-Za-z\d_-]{40,300}/,
	/^dop_v1_[a-f\d]{64}/,
	/^shpat_[a-f\d]{32}/,
	/^SG\.[A-Za-z\d_-]{16,40}\.[A-Za-z\d_-]{30,60}/,
	/^eyJ[A-Za-z\d_-]{10,2000}\.eyJ[A-Za-z\d_-]{10,4000}\.[A-Za-z\d_-]{20,1000}/,
	/^AGE-SECRET-KEY-1[A-Z\d]{50,60}/,
];
const firstLetters = /^(?:sk[-_]|[rp]k_|g[hil]|AK|AS|AI|xo|hf|np|py|do|sh|SG|ey|AG)/;
/** A key that a field of a configuration is given. */
const named =
	/(?:aws_secret_access_key|secret_access_key|api[_-]?key|api[_-]?secret|client[_-]?secret|access[_-]?token|auth[_-]?token|secret[_-]?key|private[_-]?key)["']?\s{0,3}(?:[:=]|=>|is)\s{0,3}["']?$/i;
const privateKey =
	/-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----\s{1,4}[A-Za-z\d+/=:]{16}/;
const placeholder =
	/example|your|xxxx|\*\*\*|dummy|sample|placeholder|insert|replace|fake|test|redacted|1234567890|0123456789|abcdefgh|secret|token|my[-_]|123456789/i;

function firstKey({ text, profile }: CheckedText): Place | undefined {
	if (text.includes('PRIVATE KEY-----') || text.includes('PRIVATE KEY BLOCK-----')) {
		const found = privateKey.exec(text);
		if (found) {
			const detail = `“${found[0].slice(0, found[0].indexOf('KEY') + 3)} …”`;
			return { detail, start: found.index, end: found.index + found[0].length };
		}
	}
	for (const start of profile.longRuns) {
		const at = text.startsWith('SG.', start - 3) ? start - 3 : start;
		const found = knownKey(text, at) ?? namedKey(text, start);
		if (found !== undefined && isRandom(found)) {
			// The finding shows where to look; it does not spread the key.
			const from = text.indexOf(found, Math.max(0, at - 60));
			return { detail: `“${found.slice(0, 7)}…”`, start: from, end: from + found.length };
		}
	}
	return undefined;
}

function knownKey(text: string, at: number): string | undefined {
	const rest = text.slice(at, at + 7000);
	return firstLetters.test(rest)
		? patterns.map(pattern => pattern.exec(rest)?.[0]).find(found => found !== undefined)
		: undefined;
}

function namedKey(text: string, at: number): string | undefined {
	// A `/` or `+` parts the run that a key in base 64 is made of: go back to its beginning.
	let start = at;
	while (start > 0 && at - start < 60 && /[A-Za-z\d+/]/.test(text.charAt(start - 1))) {
		start--;
	}
	return named.test(text.slice(Math.max(0, start - 60), start))
		? /^[A-Za-z\d+/_-]{20,200}={0,2}/.exec(text.slice(start, start + 210))?.[0]
		: undefined;
}

/** Digits among letters and many different ones: no name, no filler. */
function isRandom(key: string): boolean {
	const body = key.slice(4);
	return (
		new Set(body).size >= 10 &&
		(/\d/.test(body) || /[a-z].*[A-Z].*[a-z].*[A-Z]/.test(body)) &&
		/[A-Za-z]/.test(body) &&
		!placeholder.test(key) &&
		!/(?:^|[-_])[a-z]{3,}[-_][a-z]{3,}[-_][a-z]{3,}/.test(body)
	);
}
