/** What the pass over a text wants to know of a character. */
export const characterKind = {
	other: 0,
	letter: 1,
	digit: 2,
	blank: 3,
	lineEnd: 4,
	/** `.`, `?`, `!` and their full-width forms. */
	stop: 5,
	/** `-` and `_`: parts of names and keys, not of words. */
	joiner: 6,
	apostrophe: 7,
} as const;

const ascii = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
	const character = String.fromCharCode(code);
	ascii[code] = /[a-z]/i.test(character)
		? characterKind.letter
		: /\d/.test(character)
			? characterKind.digit
			: /[ \t]/.test(character)
				? characterKind.blank
				: /[\n\r]/.test(character)
					? characterKind.lineEnd
					: /[.?!]/.test(character)
						? characterKind.stop
						: /[-_]/.test(character)
							? characterKind.joiner
							: character === "'"
								? characterKind.apostrophe
								: characterKind.other;
}

/** The kinds of the characters below 128, for a loop that looks at every character. */
export const asciiKinds: Uint8Array = ascii;

/** The codes below 128 with capitals as small letters. */
export const asciiSmallLetters: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
	code >= 0x41 && code <= 0x5a ? code + 32 : code,
);

/** The kind of a UTF-16 unit from 128 on. Halves of surrogate pairs count as letters. */
export function kindBeyondAscii(code: number): number {
	if (code < 0xc0) {
		return code === 0xa0
			? characterKind.blank
			: code === 0xaa || code === 0xb5 || code === 0xba
				? characterKind.letter
				: characterKind.other;
	}
	if (code < 0x2000) {
		return code === 0xd7 || code === 0xf7 ? characterKind.other : characterKind.letter;
	}
	if (code < 0x2c00) {
		return code === 0x2019 || code === 0x2018
			? characterKind.apostrophe
			: code <= 0x200a
				? characterKind.blank
				: characterKind.other;
	}
	if (code === 0x3002 || code === 0xff01 || code === 0xff1f) {
		return characterKind.stop;
	}
	return code < 0x3040 || (code > 0xff00 && code < 0xff21)
		? characterKind.other
		: characterKind.letter;
}

/** A letter's code in small letters, for the alphabets that have stop words here. */
export function smallLetter(code: number): number {
	if (code < 0x80) {
		return code >= 0x41 && code <= 0x5a ? code + 32 : code;
	}
	if (code <= 0xde) {
		return code >= 0xc0 && code !== 0xd7 ? code + 32 : code;
	}
	if (code >= 0x100 && code <= 0x17f) {
		// İ is the capital of i here; the other capitals stand before their small letters.
		return code === 0x130 ? 0x69 : smallOfPair(code);
	}
	if (code >= 0x391 && code <= 0x3a9) {
		return code + 32;
	}
	if (code >= 0x400 && code <= 0x42f) {
		return code < 0x410 ? code + 80 : code + 32;
	}
	return code;
}

/** Latin Extended-A: pairs begin at even codes, but for two stretches where they begin at odd ones. */
function smallOfPair(code: number): number {
	const odd = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
	return code % 2 === (odd ? 1 : 0) && code !== 0x138 ? code + 1 : code;
}

/** Whether a character is a small letter of an alphabet whose sentences begin with capitals. */
export function isSmallLetter(code: number): boolean {
	if (code < 0x80) {
		return code >= 0x61 && code <= 0x7a;
	}
	if (code < 0x250) {
		return (
			kindBeyondAscii(code) === characterKind.letter && code >= 0xdf && smallLetter(code) === code
		);
	}
	return (code >= 0x3b1 && code <= 0x3c9) || (code >= 0x430 && code <= 0x45f);
}
