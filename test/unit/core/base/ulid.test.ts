import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUlid, ulid } from '../../../../src/core/base/ulid';

describe('ulid', () => {
	it('writes the example of the specification’s time part', () => {
		expect(ulid(1469918176385, new Uint8Array(10)).slice(0, 10)).toBe('01ARYZ6S41');
	});

	it('sorts as time does and is always valid', () => {
		const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
		fc.assert(
			fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), random, random, (a, b, r, s) => {
				const [x, y] = [ulid(a, r), ulid(b, s)];
				expect(isUlid(x) && isUlid(y)).toBe(true);
				if (a !== b) {
					expect(x < y).toBe(a < b);
				}
			}),
			{ seed: 7 },
		);
	});

	it('refuses paths and lower case', () => {
		expect(isUlid('../../../../etc/passwd0000')).toBe(false);
		expect(isUlid('01arz3ndektsv4rrffq69g5fav')).toBe(false);
	});
});
