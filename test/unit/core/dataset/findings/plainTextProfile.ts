import {
	asciiKinds,
	characterKind,
	isSmallLetter,
	kindBeyondAscii,
} from '../../../../../src/core/dataset/findings/characterKinds';
import {
	addToWordHash,
	languagesOfWord,
	scriptOf,
	wordHashStart,
	type LanguageTally,
} from '../../../../../src/core/dataset/findings/languages';
import { RepeatedSentences } from '../../../../../src/core/dataset/findings/repeatedSentences';

const { letter, digit, blank, lineEnd, stop, joiner, apostrophe } = characterKind;

/** Longest phrase, in words, whose immediate repetition is followed word by word. */
const longestPhrase = 8;
/** Repeated words that make a loop: four repetitions of the phrase, and twelve words at least. */
const loopWords = Int32Array.from({ length: longestPhrase + 1 }, (_, p) => Math.max(4 * p, 12));
/** Places of one kind that are remembered of a text. */
const most = 1000;
/** Digits of the shortest telephone number. */
const fewestDigits = 7;
/** Characters of the shortest key. */
const shortestKey = 16;
/** Characters of a word that may be a loop without spaces. */
const longWord = 60;
/** Words of a text that its language is judged by. */
const judgedWords = 2000;

/** What `TextProfile` does, character by character and without any shortcut. */
export class PlainTextProfile {
	text = '';
	/** Small letters that follow `.`, `?` or `!` and a blank. */
	readonly smallStarts: number[] = [];
	/** Where runs of letters, digits, `-` and `_` begin that are as long as keys are. */
	readonly longRuns: number[] = [];
	/** Where groups of digits begin that are as many as in a telephone number. */
	readonly numbers: number[] = [];
	/** Ends of words that are as long as a loop without spaces. */
	readonly longWords: number[] = [];
	/** The first letter that text in a wrong encoding may show. */
	firstSuspect = -1;
	/** Where words begin to come again at once, and the end of the longest such loop; -1 for none. */
	loopEnd = -1;
	loopLength = 0;
	readonly sentences = new RepeatedSentences();

	readonly #ring = new Int32Array(longestPhrase);
	readonly #starts = new Int32Array(longestPhrase);
	readonly #runs = new Int32Array(longestPhrase + 1);
	readonly #runStarts = new Int32Array(longestPhrase + 1);
	#words = 0;

	/** Goes over a text; its words and letters are added to `tally`. */
	read(text: string, tally: LanguageTally): void {
		this.#clear(text);
		const kinds = asciiKinds;
		const end = text.length;
		let hash = wordHashStart;
		let letters = 0;
		// Letters and digits of the word.
		let signs = 0;
		let wordStart = 0;
		let runStart = 0;
		let digits = 0;
		let lastDigit = -10;
		let numberStart = 0;
		for (let i = 0; i < end; i++) {
			const code = text.charCodeAt(i);
			let kind = 0;
			if (code < 128) {
				kind = kinds[code] as number;
			} else {
				if (this.firstSuspect < 0 && ((code >= 0xc2 && code <= 0xf0) || code === 0xfffd)) {
					this.firstSuspect = i;
				}
				kind = kindBeyondAscii(code);
			}
			if (kind === letter) {
				if (signs++ === 0) {
					wordStart = i;
				}
				letters++;
				hash = addToWordHash(hash, code);
				if (code >= 0x370) {
					const script = scriptOf(code);
					tally.letters[script] = (tally.letters[script] as number) + 1;
				}
				continue;
			}
			if (kind === digit) {
				if (signs++ === 0) {
					wordStart = i;
				}
				hash = addToWordHash(hash, code);
				if (i - lastDigit > 3) {
					digits = 0;
					numberStart = i;
				}
				lastDigit = i;
				if (++digits === fewestDigits && this.numbers.length < most) {
					this.numbers.push(numberStart);
				}
				continue;
			}
			if (kind === joiner) {
				if (signs > 0) {
					this.#endWord(hash, letters, wordStart, i, tally);
					hash = wordHashStart;
					letters = 0;
					signs = 0;
				}
				continue;
			}
			if (i - runStart >= shortestKey && this.longRuns.length < most) {
				this.longRuns.push(runStart);
			}
			runStart = i + 1;
			if (kind === apostrophe) {
				continue;
			}
			if (signs > 0) {
				this.#endWord(hash, letters, wordStart, i, tally);
				hash = wordHashStart;
				letters = 0;
				signs = 0;
			}
			if (kind === blank) {
				if (i > 0 && i + 1 < end) {
					this.#atBlank(text, i);
				}
			} else if (kind === lineEnd || (kind === stop && (code > 127 || isBlank(text, i + 1)))) {
				this.sentences.end(i);
			}
		}
		if (end - runStart >= shortestKey && this.longRuns.length < most) {
			this.longRuns.push(runStart);
		}
		if (signs > 0) {
			this.#endWord(hash, letters, wordStart, end, tally);
		}
		this.sentences.end(end);
	}

	#atBlank(text: string, at: number): void {
		const before = text.charCodeAt(at - 1);
		if (
			(before === 0x2e || before === 0x3f || before === 0x21) &&
			isSmallLetter(text.charCodeAt(at + 1)) &&
			this.smallStarts.length < most
		) {
			this.smallStarts.push(at + 1);
		}
	}

	#endWord(hash: number, letters: number, start: number, end: number, tally: LanguageTally): void {
		if (letters > 0 && tally.wordCount < judgedWords) {
			tally.wordCount++;
			for (let bits = languagesOfWord(hash); bits !== 0; bits &= bits - 1) {
				const language = 31 - Math.clz32(bits & -bits);
				if (tally.last[language] !== hash) {
					tally.last[language] = hash;
					tally.words[language] = (tally.words[language] as number) + 1;
				}
			}
		}
		tally.letterCount += letters;
		if (letters >= longWord && this.longWords.length < most) {
			this.longWords.push(end);
		}
		this.sentences.word(hash, start);
		const ring = this.#ring;
		const runs = this.#runs;
		const at = this.#words;
		for (let p = 1; p <= longestPhrase; p++) {
			const place = (at - p) & (longestPhrase - 1);
			if (at >= p && ring[place] === hash) {
				const run = (runs[p] as number) + 1;
				runs[p] = run;
				if (run === 1) {
					this.#runStarts[p] = this.#starts[place] as number;
				}
				if (run >= (loopWords[p] as number)) {
					this.#noteLoop(this.#runStarts[p] as number, end);
				}
			} else {
				runs[p] = 0;
			}
		}
		ring[at & (longestPhrase - 1)] = hash;
		this.#starts[at & (longestPhrase - 1)] = start;
		this.#words = at + 1;
	}

	#noteLoop(start: number, end: number): void {
		if (end - start > this.loopLength) {
			this.loopLength = end - start;
			this.loopEnd = end;
		}
	}

	#clear(text: string): void {
		this.text = text;
		this.smallStarts.length = 0;
		this.longRuns.length = 0;
		this.numbers.length = 0;
		this.longWords.length = 0;
		this.firstSuspect = -1;
		this.loopEnd = -1;
		this.loopLength = 0;
		this.#runs.fill(0);
		this.#words = 0;
		this.sentences.clear();
	}
}

function isBlank(text: string, at: number): boolean {
	const code = at < text.length ? text.charCodeAt(at) : 32;
	return code === 32 || code === 10 || code === 13 || code === 9;
}
