import {
	asciiKinds,
	asciiSmallLetters,
	characterKind,
	isSmallLetter,
	kindBeyondAscii,
} from './characterKinds';
import {
	addToWordHash,
	languagesOfWord,
	scriptOf,
	wordHashFactor,
	wordHashStart,
	type LanguageTally,
} from './languages';
import { RepeatedSentences } from './repeatedSentences';

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
/** Slots for the last places of words, a power of two. */
const placeCount = 1024;
/** Words after which their count begins anew, while it still fits the array of places. */
const countedWords = 1 << 30;

/**
 * What one pass over a text can tell all checks, so that each of them looks only where it may find
 * something: a few nanoseconds a character instead of one pass of patterns for each. One object
 * serves text after text; what it says is of the last one.
 */
export class TextProfile {
	text = '';
	/** Small letters that follow `.`, `?` or `!` and a blank. */
	readonly smallStarts: number[] = [];
	/** Where runs of letters, digits, `-` and `_` begin that are as long as keys are. */
	readonly longRuns: number[] = [];
	/** Where groups of digits begin that are as many as in a telephone number. */
	readonly numbers: number[] = [];
	/** Ends of words that are as long as a loop without spaces. */
	readonly longWords: number[] = [];
	/** The first letter that text in a wrong encoding may show; -1 for none. */
	firstSuspect = -1;
	/** Where words begin to come again at once, and the end of the longest such loop; -1 for none. */
	loopEnd = -1;
	loopLength = 0;
	readonly sentences = new RepeatedSentences();

	readonly #ring = new Int32Array(longestPhrase);
	readonly #starts = new Int32Array(longestPhrase);
	readonly #runs = new Int32Array(longestPhrase + 1);
	readonly #runStarts = new Int32Array(longestPhrase + 1);
	/** Whether one of the runs goes on. */
	#isRunning = false;
	/** The last place of a word, by the end of its hash: the number of the word in all texts so far. */
	readonly #places = new Int32Array(placeCount).fill(-longestPhrase - 1);
	/** Words of all texts so far, and of those before this one. */
	#words = 0;
	#wordsBefore = 0;

	/** Goes over a text; its words and letters are added to `tally`. */
	read(text: string, tally: LanguageTally): void {
		this.#clear(text);
		const kinds = asciiKinds;
		const small = asciiSmallLetters;
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
			let code = text.charCodeAt(i);
			let kind = 0;
			if (code < 128) {
				kind = kinds[code] as number;
				if (kind === letter) {
					// Most characters are plain letters, one after the other.
					const from = i;
					do {
						hash = Math.imul(hash ^ (small[code] as number), wordHashFactor);
						code = ++i < end ? text.charCodeAt(i) : 0;
					} while (code < 128 && kinds[code] === letter);
					if (signs === 0) {
						wordStart = from;
					}
					letters += i - from;
					signs += i - from;
					i--;
					continue;
				}
			} else {
				kind = kindBeyondAscii(code);
				if (this.firstSuspect < 0 && (code <= 0xf0 ? code >= 0xc2 : code === 0xfffd)) {
					this.firstSuspect = i;
				}
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
		this.#followRuns(hash, start, end);
	}

	/** Counts, for each length of a phrase, the words that say again what the phrase before said. */
	#followRuns(hash: number, start: number, end: number): void {
		const ring = this.#ring;
		const at = this.#words++;
		const slot = hash & (placeCount - 1);
		const isNew = at - (this.#places[slot] as number) > longestPhrase;
		this.#places[slot] = at;
		const last = at & (longestPhrase - 1);
		if (isNew) {
			// No word of the phrases before can be the same.
			if (this.#isRunning) {
				this.#runs.fill(0);
				this.#isRunning = false;
			}
		} else {
			this.#countRuns(hash, at, end);
		}
		ring[last] = hash;
		this.#starts[last] = start;
	}

	#countRuns(hash: number, at: number, end: number): void {
		const runs = this.#runs;
		const said = at - this.#wordsBefore;
		let longest = 0;
		for (let p = 1; p <= longestPhrase; p++) {
			const place = (at - p) & (longestPhrase - 1);
			if (said >= p && this.#ring[place] === hash) {
				const run = (runs[p] as number) + 1;
				runs[p] = run;
				longest = Math.max(longest, run);
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
		this.#isRunning = longest > 0;
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
		this.loopEnd = -1;
		this.loopLength = 0;
		this.firstSuspect = -1;
		this.#runs.fill(0);
		this.#isRunning = false;
		if (this.#words > countedWords) {
			this.#words = 0;
			this.#places.fill(-longestPhrase - 1);
		}
		this.#wordsBefore = this.#words;
		this.sentences.clear();
	}
}

function isBlank(text: string, at: number): boolean {
	const code = at < text.length ? text.charCodeAt(at) : 32;
	return code === 32 || code === 10 || code === 13 || code === 9;
}
