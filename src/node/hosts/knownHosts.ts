import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsLine {
	readonly marker: 'none' | 'revoked' | 'cert-authority';
	/** Comma-separated patterns, or one hashed name `|1|salt|hash`. */
	readonly names: string;
	readonly key: Uint8Array;
	readonly file: string;
	/** From 1. */
	readonly number: number;
}

export type HostKeyVerdict =
	| { readonly kind: 'known' }
	| { readonly kind: 'unknown' }
	| { readonly kind: 'revoked' }
	| { readonly kind: 'changed'; readonly file: string; readonly line: number };

/** Lines that OpenSSH would use; comments and broken lines are left out, as it does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsLine[] {
	const lines: KnownHostsLine[] = [];
	for (const [index, raw] of text.split('\n').entries()) {
		const fields = raw.trim().split(/[ \t]+/);
		const marker = fields[0]?.startsWith('@') ? markers.get(fields.shift() ?? '') : 'none';
		const [names, type, blob] = fields;
		if (marker === undefined || !names || names.startsWith('#') || !type || !blob) {
			continue;
		}
		const key = Buffer.from(blob, 'base64');
		if (isBase64(blob) && keyType(key) === type && isWhole(key)) {
			lines.push({ marker, names, key, file, number: index + 1 });
		}
	}
	return lines;
}

const markers = new Map<string, KnownHostsLine['marker']>([
	['@revoked', 'revoked'],
	['@cert-authority', 'cert-authority'],
]);

/** Node passes over what is no base64; OpenSSH does not read such a key. */
function isBase64(text: string): boolean {
	return /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Whether a key in wire form is a list of whole fields: a cut one names no other key. */
function isWhole(key: Buffer): boolean {
	let end = 0;
	while (end + 4 <= key.length) {
		end += 4 + key.readUInt32BE(end);
	}
	return end === key.length;
}

/** The type that a public key in wire form begins with; undefined when it is none. */
export function keyType(key: Uint8Array): string | undefined {
	const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
	if (bytes.length < 4) {
		return undefined;
	}
	const end = 4 + bytes.readUInt32BE(0);
	return end < bytes.length && end < 100 ? bytes.toString('latin1', 4, end) : undefined;
}

/** As `ssh` and `ssh-keygen -l` print it. */
export function fingerprint(key: Uint8Array): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The name a host stands under: bare for port 22, else `[name]:port`. */
export function lookupName(hostName: string, port: number): string {
	const name = hostName.toLowerCase();
	return port === 22 ? name : `[${name}]:${port}`;
}

export function lineMatches(line: KnownHostsLine, name: string): boolean {
	return line.names.startsWith('|')
		? matchesHash(line.names, name)
		: matchesPatterns(line.names, name);
}

function matchesHash(names: string, name: string): boolean {
	const [, version, salt, hash] = names.split('|');
	if (version !== '1' || salt === undefined || hash === undefined) {
		return false;
	}
	const wanted = Buffer.from(hash, 'base64');
	const given = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
	return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** A negated pattern that matches rules the whole line out, whatever stands beside it. */
function matchesPatterns(names: string, name: string): boolean {
	let matched = false;
	for (const pattern of names.toLowerCase().split(',')) {
		const negated = pattern.startsWith('!');
		if (wildcardMatches(negated ? pattern.slice(1) : pattern, name)) {
			if (negated) {
				return false;
			}
			matched = true;
		}
	}
	return matched;
}

/** `*` and `?` only, in time linear in both lengths whatever the pattern is. */
export function wildcardMatches(pattern: string, text: string): boolean {
	let p = 0;
	let t = 0;
	let star = -1;
	let retry = 0;
	while (t < text.length) {
		if (pattern[p] === '*') {
			star = p++;
			retry = t;
		} else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
			p++;
			t++;
		} else if (star >= 0) {
			p = star + 1;
			t = ++retry;
		} else {
			return false;
		}
	}
	while (pattern[p] === '*') {
		p++;
	}
	return p === pattern.length;
}

/**
 * OpenSSH's decision for a plain host key: a revoked key is never accepted, any line with the key
 * suffices, and a host known by other keys only has changed, whatever their types are.
 */
export function judgeHostKey(
	lines: readonly KnownHostsLine[],
	name: string,
	key: Uint8Array,
): HostKeyVerdict {
	const same = (line: KnownHostsLine): boolean => Buffer.compare(line.key, key) === 0;
	const relevant = lines.filter(line => lineMatches(line, name));
	if (relevant.some(line => line.marker === 'revoked' && same(line))) {
		return { kind: 'revoked' };
	}
	const trusted = relevant.filter(line => line.marker === 'none');
	const [first] = trusted;
	if (first === undefined) {
		return { kind: 'unknown' };
	}
	return trusted.some(same)
		? { kind: 'known' }
		: { kind: 'changed', file: first.file, line: first.number };
}

/** Types of the keys that a host is known by, to be asked for first. */
export function knownKeyTypes(
	lines: readonly KnownHostsLine[],
	names: readonly string[],
): ReadonlySet<string> {
	const types = new Set<string>();
	for (const line of lines) {
		const type = keyType(line.key);
		if (line.marker === 'none' && type && names.some(name => lineMatches(line, name))) {
			types.add(type);
		}
	}
	return types;
}

/** A line for known_hosts, without its line end. */
export function formatKnownHostsLine(name: string, key: Uint8Array, hashed: boolean): string {
	const salt = randomBytes(20);
	const names = hashed
		? `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
		: name;
	return `${names} ${keyType(key)} ${Buffer.from(key).toString('base64')}`;
}
