import type { Check, CheckedText, Place } from './check';
import { codeSpans, isWithin, type Spans } from './codeSpans';

export const garbledText: Check = {
	code: 'garbledText',
	severity: 'warning',
	shortName: 'garbled letters',
	otherNames: ['mojibake'],
	sentence: detail => `Letters were read in the wrong encoding: ${detail ?? ''}.`,
	place: 'anywhere',
	ofText: ({ text, profile }: CheckedText) =>
		profile.firstSuspect < 0 ? undefined : garbled(text, profile.firstSuspect),
};

/** Windows-1252 letters of the bytes 0x80 to 0x9f; 0 where the code page has none. */
const windows =
	'\u20ac\0\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\0\u017d\0' +
	'\0\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\0\u017e\u0178';
const bytes = new Map<number, number>();
for (let i = 0; i < windows.length; i++) {
	const code = windows.charCodeAt(i);
	if (code !== 0) {
		bytes.set(code, 0x80 + i);
	}
}

/** The byte that Windows-1252 or Latin-1 read as this letter; -1 for none above 0x7f. */
function byteOf(code: number): number {
	return code >= 0x80 && code <= 0xff ? code : (bytes.get(code) ?? -1);
}

/**
 * Letters that, written as Windows-1252 bytes, are UTF-8 of a letter that texts have: `Ã©` of é,
 * `â€™` of ’. Lead bytes of scripts that a Latin text may show by chance count from three on.
 *
 * @param from the first place that may be one
 */
function garbled(text: string, from: number): Place | undefined {
	let code: Spans | undefined;
	let weak = 0;
	for (let i = from; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0x80) {
			continue;
		}
		const strength = unit === 0xfffd ? 1 : sequenceAt(text, i, byteOf(unit));
		if (strength === 0) {
			continue;
		}
		code ??= codeSpans(text);
		if (isWithin(code, i)) {
			continue;
		}
		weak += strength;
		if (weak >= 1) {
			const around = text.slice(Math.max(0, i - 12), i + 12);
			const detail = `“${around.replaceAll(/\s+/g, ' ').trim()}”`;
			return { detail, start: i, end: Math.min(text.length, i + (unit === 0xfffd ? 1 : 2)) };
		}
	}
	return undefined;
}

/** 1 for a sequence that is surely garbled, a third for one that may stand there by chance. */
function sequenceAt(text: string, at: number, lead: number): number {
	const second = byteOf(text.charCodeAt(at + 1));
	if (second < 0x80 || second > 0xbf) {
		return 0;
	}
	if (lead === 0xc3 || lead === 0xc2) {
		// `Â` or `Ã` before a mark that may follow a capital: a closing quotation mark, a dash.
		const isMark = /[\u2018-\u201d\u2013\u2014\u2026\u00bb\u203a]/.test(text.charAt(at + 1));
		return isMark ? 0 : 1;
	}
	const third = byteOf(text.charCodeAt(at + 2));
	const isThird = third >= 0x80 && third <= 0xbf;
	if (lead === 0xe2) {
		return isThird && (second === 0x80 || second === 0x82 || second === 0x84) ? 1 : 0;
	}
	if (lead === 0xef || lead === 0xf0) {
		return isThird && (second === 0xbb || second === 0x9f) ? 1 : 0;
	}
	if (
		lead === 0xc4 ||
		lead === 0xc5 ||
		lead === 0xd0 ||
		lead === 0xd1 ||
		lead === 0xce ||
		lead === 0xcf
	) {
		return 0.34;
	}
	return lead >= 0xe3 && lead <= 0xe9 && isThird ? 0.34 : 0;
}
