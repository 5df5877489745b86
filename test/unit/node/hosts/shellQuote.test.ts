import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	commandScript,
	loginShellCommand,
	quoteWord,
	refusalOf,
} from '../../../../src/node/hosts/shellQuote';

const print = ['/usr/bin/env', 'printf', '%s\\0'];
const nasty = [
	'',
	' ',
	'a b',
	"it's",
	'"quoted"',
	'$(touch x)',
	'`id`',
	'\\',
	'\\\\n',
	'a\nb\n',
	'-rf',
	'--',
	'*',
	'~/x',
	'!!',
	'%s',
	'#c',
	'é漢🙂',
	'\t\r',
	';|&<>(){}[]',
	'a=b',
];
const word = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom(...nasty),
	fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '\n', '!', 'a', ' ', '0') }),
);
const words = fc.array(
	word.filter(text => !text.includes('\0')),
	{ minLength: 1, maxLength: 60 },
);

function printedBy(shell: string, script: string): string[] {
	return execFileSync(shell, ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('quoting for a shell', () => {
	it('lets every word reach the program unchanged through /bin/sh', () => {
		expect(printedBy('/bin/sh', commandScript([...print, ...nasty]))).toEqual(nasty);
		fc.assert(
			fc.property(words, list => {
				expect(printedBy('/bin/sh', commandScript([...print, ...list]))).toEqual(list);
			}),
			{ seed: 7, numRuns: 15 },
		);
	});

	const logins = ['/bin/sh', '/bin/bash', '/usr/bin/zsh', '/usr/bin/tcsh', '/usr/bin/fish'];
	it.each(logins.filter(shell => existsSync(shell)))(
		'lets every word pass the login shell %s unchanged',
		shell => {
			fc.assert(
				fc.property(words, list => {
					const line = loginShellCommand(commandScript([...print, ...nasty, ...list]));
					expect(printedBy(shell, line)).toEqual([...nasty, ...list]);
				}),
				{ seed: 11, numRuns: 10 },
			);
		},
	);

	it('sends nothing but harmless characters past the login shell', () => {
		fc.assert(
			fc.property(
				word.filter(text => !text.includes('\0')),
				text => {
					const line = loginShellCommand(`x ${quoteWord(text)}`);
					expect(line.slice("exec /bin/sh -c '".length, -1)).not.toMatch(/['!\n\r`]|\\\\/);
				},
			),
			{ seed: 3, numRuns: 200 },
		);
	});

	it('refuses what no program can be given', () => {
		expect(() => quoteWord('a\0b')).toThrow(RangeError);
		expect(() => quoteWord('\ud800')).toThrow(RangeError);
		expect(refusalOf(['a', 'b\0'])).toMatch(/NUL/);
		expect(refusalOf([])).toMatch(/no program/);
		expect(refusalOf(['-x'])).toMatch(/no program/);
		expect(refusalOf(['echo', 'x'.repeat(200_000)])).toMatch(/too long/);
		expect(refusalOf(['echo', 'x'])).toBeUndefined();
	});
});
