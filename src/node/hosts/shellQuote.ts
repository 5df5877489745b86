/** Longest script given to a shell: Linux refuses single arguments of 128 KiB and more. */
const maxScriptBytes = 120_000;

/** Whether a word can reach a program byte for byte: no NUL, no half of a surrogate pair. */
export function isQuotable(word: string): boolean {
	return !word.includes('\0') && word.isWellFormed();
}

/** One word for a POSIX shell; the shell sees exactly these bytes and expands nothing. */
export function quoteWord(word: string): string {
	if (!isQuotable(word)) {
		throw new RangeError('a shell word cannot hold NUL or half a character');
	}
	return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A `/bin/sh` script that becomes the program `argv[0]` with the other words as its arguments. The
 * first word names a program, never a shell builtin. Throws a RangeError for words that no program
 * can be given; `refusalOf` asks beforehand.
 */
export function commandScript(argv: readonly string[]): string {
	const refusal = refusalOf(argv);
	if (refusal !== undefined) {
		throw new RangeError(refusal);
	}
	return `exec ${argv.map(quoteWord).join(' ')}`;
}

/** Why these words cannot be run, or undefined when they can. */
export function refusalOf(argv: readonly string[]): string | undefined {
	const [program] = argv;
	if (program === undefined || program === '' || program.startsWith('-')) {
		return 'the command has no program';
	}
	if (!argv.every(isQuotable)) {
		return 'a word of the command holds NUL or half a character';
	}
	if (loginShellCommand(`exec ${argv.map(quoteWord).join(' ')}`).length > maxScriptBytes) {
		return 'the command is too long; give its data on standard input';
	}
	return undefined;
}

/**
 * A command line that every login shell (sh, bash, zsh, csh, fish) passes on unchanged to `/bin/sh`.
 * Quoting rules differ between them, so all but harmless bytes travel as octal escapes, which only
 * `printf` on the other side turns back.
 */
export function loginShellCommand(script: string): string {
	let text = '';
	for (const byte of Buffer.from(script, 'utf8')) {
		const character = String.fromCharCode(byte);
		text += /[A-Za-z0-9_@+:,./ =;-]/.test(character)
			? character
			: `\\0${byte.toString(8).padStart(3, '0')}`;
	}
	return `exec /bin/sh -c 'eval "$(printf %b "${text}")"'`;
}
