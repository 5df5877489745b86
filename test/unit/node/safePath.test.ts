import { describe, expect, it } from 'vitest';
import { isSafePath } from '../../../src/node/transfer/safePath';

describe('a path that a host names', () => {
	it.each(['model.safetensors', 'deep/er/file.bin', 'Grüße.txt', '.hidden', 'a..b', 'console.log'])(
		'is taken when it stays in its folder: %s',
		path => expect(isSafePath(path)).toBe(true),
	);

	it.each([
		'',
		'/etc/passwd',
		'../x',
		'a/../../x',
		'a//b',
		'./x',
		'a/.',
		'..\\x',
		'C:\\x',
		'C:x',
		'file.txt:stream',
		'a\0b',
		'a\nb',
		'NUL',
		'deep/com1.txt',
		'x'.repeat(2000),
	])('is refused when it leads elsewhere on any system: %j', path => {
		expect(isSafePath(path)).toBe(false);
	});
});
