import { maskProtected } from './protectedText';

/** Words after whose full stop a sentence goes on: titles, units, initials, numbered items. */
const abbreviationPattern =
	/^["“(]*(?:etc|vs|cf|approx|ca|dr|mr|mrs|ms|prof|st|inc|ltd|co|corp|fig|vol|al|jr|sr|dept|est|min|max|ex|eds?|pp|lbs?|oz|ft|sq|tel|ext|dist|resp|incl|excl|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|[ivx]+|\p{L}+\.\p{L}+|\(?(?:\p{L}|\d+)\)?|[\d–-]+)\.$/iu;

/** Written small wherever they stand. */
const smallNames = new Set(
	'npm pip git ssh sudo curl wget numpy pandas scipy sklearn pytorch torch jquery node grep sed awk bash zsh vim emacs ffmpeg nginx conda apt brew docker kubectl x86 iptables systemd'.split(
		' ',
	),
);

const innerStart =
	/(?<=[\p{L}\d)])[.?!] {1,2}(?=(\p{Ll}[\p{Ll}'’-]*)(?:[\s,;:!?]|\.(?![\p{L}\d])|$))/gu;
const textStart = /^\s*(?=(\p{Ll}[\p{Ll}'’-]*)(?:[\s,;:!?]|\.(?![\p{L}\d])|$))/u;

/**
 * Offsets of small letters that begin a sentence and should be capitals. Left alone: what is
 * protected, abbreviations, words with a capital inside (iPhone), names that are written small.
 */
export function smallSentenceStarts(text: string): number[] {
	const prose = maskProtected(text);
	const starts: number[] = [];
	const first = textStart.exec(prose);
	// A text without any end of a sentence may be a word or a list, which may begin small.
	if (first && /[.!?](?:\s|$)/.test(prose) && !smallNames.has(first[1] ?? '')) {
		starts.push(first[0].length);
	}
	for (const match of prose.matchAll(innerStart)) {
		const stop = match.index + 1;
		const isWordsEnd = match[0].startsWith('.') && isAbbreviation(wordBefore(prose, stop));
		if (!isWordsEnd && !smallNames.has(match[1] ?? '')) {
			starts.push(match.index + match[0].length);
		}
	}
	return starts;
}

/** Where the first sentence ends, its mark and closing quotes included; the text's end if nowhere. */
export function firstSentenceEnd(text: string): number {
	const prose = maskProtected(text);
	for (const match of prose.matchAll(/[.!?]+["”')\]]*(?=\s|$)|:(?=\s*\n)|\n\s*\n/g)) {
		const end = match.index + match[0].length;
		if (match[0] !== '.' || !isAbbreviation(wordBefore(prose, end))) {
			return end;
		}
	}
	return text.length;
}

function isAbbreviation(wordWithStop: string): boolean {
	return abbreviationPattern.test(wordWithStop);
}

/** The word that ends at `end`; looked for by hand, for a pattern would take quadratic time. */
function wordBefore(text: string, end: number): string {
	let start = end;
	while (start > 0 && end - start < 40 && !/\s/.test(text.charAt(start - 1))) {
		start--;
	}
	return text.slice(start, end);
}
