const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * A ULID (github.com/ulid/spec): 48 bits of milliseconds, 80 random bits, Crockford base 32, sorts
 * by time. The caller gives both, so that core stays free of clocks and of randomness.
 *
 * @param random 10 bytes from a cryptographic source
 */
export function ulid(milliseconds: number, random: Uint8Array): string {
	if (random.length !== 10) {
		throw new RangeError('a ULID takes 10 random bytes');
	}
	let bits = BigInt(Math.floor(milliseconds));
	for (const byte of random) {
		bits = (bits << 8n) | BigInt(byte);
	}
	let text = '';
	for (let i = 0; i < 26; i++) {
		text = alphabet[Number(bits & 31n)] + text;
		bits >>= 5n;
	}
	return text;
}

export function isUlid(text: string): boolean {
	return pattern.test(text);
}
