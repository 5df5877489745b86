import { smallLetter } from './characterKinds';

/** Languages that are told apart, by ISO 639-1. The place in the list is the number in a scan. */
export const languages = [
	'',
	'en',
	'de',
	'fr',
	'es',
	'pt',
	'it',
	'nl',
	'pl',
	'sv',
	'tr',
	'ru',
	'uk',
	'el',
	'ar',
	'he',
	'hi',
	'th',
	'zh',
	'ja',
	'ko',
] as const;
export type Language = (typeof languages)[number];

/** Words that are frequent in one language and rare in the others. */
const stopWords: Readonly<Partial<Record<Language, string>>> = {
	en: 'the and of to is that it for with this are was on you be as have from they we which or by not but can will your has their an at if more would there been about when what all so these its our some how who also than them may into could other then only such should do does did i he she his her my',
	de: 'der die das und ist nicht ein eine einen einem einer zu den von mit sich auf für im dem des auch als es an werden aus er hat dass sie nach wird bei um am sind noch wie über oder kann aber vor zur bis mehr durch man sein wurde sehr ich wir ihr wenn nur haben diese dieser können zum',
	fr: 'le la les et des est un une du que qui dans pour pas ne sur avec ce il au plus par sont vous je nous cette ou mais aux être ont elle ses leur son comme tout fait peut aussi ces sa été très bien même si sans entre votre c’est l’on on peuvent',
	es: 'el los las y de que en un una es por con para se del al lo su como más pero sus le ya este sí porque esta entre cuando muy sin sobre también hasta hay donde desde todo nos durante todos uno ni contra otros ese eso puede son está ser tiene fue qué',
	pt: 'os as e de que do da em um uma é para com não na no se por mais dos como mas foi ao das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos são você pode esse essa ele',
	it: 'il lo gli di che è e un una per non con del della in sono si da come anche più ma dei nel alla le al delle ha questo dalla se ci i o quando nella essere molto tra questa suo sua loro può degli sul perché così stato cosa',
	nl: 'de het een en van is dat niet op te in zijn voor met die aan er om ook als bij door maar naar uit kan dan wordt was hij over ze heeft je ik worden meer deze of nog wel geen tot we hebben wat moet kunnen dit',
	pl: 'i w na z że się nie do jest to o jak po co tak za od przez ale już dla czy być może są tym tylko jego jej które który ich więc także bardzo ten tego oraz przy można pod ma był była się',
	sv: 'och att det som en på är av för med den till inte om ett har de kan från vi du jag så men var han eller när ut över också vad ska mycket där efter bara hur vara sig mer sin denna detta',
	tr: 've bir bu için ile da de çok ne daha olarak gibi kadar en olan ama o var her şey sonra değil ya mi mı mu ki ben sen biz siz olduğu ise veya hem göre olan bunu',
	ru: 'и в не на что с как это по но он к из у за от же все так о его для мы вы она бы только или при если я был может когда то быть было также можно который этого их чтобы',
	uk: 'і в не на що з як це по але він до із у за від же все так про його для ми ви вона та або при якщо я був може коли бути було також можна який їх щоб є цей',
};

/** Slots of the table, a power of two several times the number of words. */
const size = 4096;
const hashes = new Int32Array(size);
const meanings = new Int32Array(size);

/** One more letter of a word's hash; begin with `wordHashStart`. Capitals count as small letters. */
export function addToWordHash(hash: number, code: number): number {
	return Math.imul(hash ^ smallLetter(code), wordHashFactor);
}
/** Of the hash by Fowler, Noll and Vo. */
export const wordHashFactor = 0x01000193;
export const wordHashStart = 0x811c9dc5 | 0;

function hashOf(word: string): number {
	let hash = wordHashStart;
	for (let i = 0; i < word.length; i++) {
		hash = addToWordHash(hash, word.charCodeAt(i));
	}
	return hash;
}

for (const [language, words] of Object.entries(stopWords)) {
	for (const word of new Set(words.split(' '))) {
		const hash = hashOf(word.replaceAll('’', ''));
		let slot = hash & (size - 1);
		while (hashes[slot] !== 0 && hashes[slot] !== hash) {
			slot = (slot + 1) & (size - 1);
		}
		hashes[slot] = hash;
		meanings[slot] = (meanings[slot] ?? 0) | (1 << languages.indexOf(language as Language));
	}
}

/** Bits of the languages that have a word among their frequent ones, by their number. */
export function languagesOfWord(hash: number): number {
	let slot = hash & (size - 1);
	while (hashes[slot] !== 0) {
		if (hashes[slot] === hash) {
			return meanings[slot] ?? 0;
		}
		slot = (slot + 1) & (size - 1);
	}
	return 0;
}

/** Texts with fewer words than this tell too little. */
const fewestWords = 8;

/** Counts over the texts of a row, from which its language is judged. */
export class LanguageTally {
	/** Frequent words by language. */
	readonly words = new Float64Array(languages.length);
	/** Letters of a script by the language that stands for it. */
	readonly letters = new Float64Array(languages.length);
	wordCount = 0;
	/** Letters of all scripts. */
	letterCount = 0;
	/** The last word that was counted for a language: one that is repeated counts once. */
	readonly last = new Int32Array(languages.length);

	clear(): void {
		this.words.fill(0);
		this.letters.fill(0);
		this.wordCount = 0;
		this.letterCount = 0;
		this.last.fill(0);
	}

	/** Number of the language in `languages`; 0 when it cannot be told. */
	language(): number {
		const script = this.#mainScript();
		const byScript = script === undefined ? undefined : languages[script];
		if (
			byScript === 'zh' &&
			(this.letters[number('ja')] ?? 0) * 10 > (this.letters[script ?? 0] ?? 0)
		) {
			return number('ja');
		}
		if (byScript === 'ru') {
			return this.#best(['ru', 'uk']) || (script ?? 0);
		}
		if (byScript !== undefined) {
			return script ?? 0;
		}
		return this.#best(['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'sv', 'tr']);
	}

	/** A script other than the Latin one that most letters are of. A Han letter is worth three. */
	#mainScript(): number | undefined {
		let all = this.letterCount;
		let best: number | undefined;
		let most = 0;
		for (let i = 0; i < languages.length; i++) {
			const weight =
				languages[i] === 'zh' || languages[i] === 'ja' || languages[i] === 'ko' ? 3 : 1;
			const letters = (this.letters[i] ?? 0) * weight;
			all += letters - (this.letters[i] ?? 0);
			if (letters > most) {
				most = letters;
				best = i;
			}
		}
		return most > 12 && most * 2 > all ? best : undefined;
	}

	/** The language with the most frequent words, if they are many and clearly more than the next's. */
	#best(of: readonly Language[]): number {
		let first = 0;
		let second = 0;
		let best = 0;
		for (const language of of) {
			const i = number(language);
			const count = this.words[i] ?? 0;
			if (count > first) {
				second = first;
				first = count;
				best = i;
			} else if (count > second) {
				second = count;
			}
		}
		const isClear = first >= 3 && first >= this.wordCount * 0.12 && first > second * 1.25;
		return this.wordCount >= fewestWords && isClear ? best : 0;
	}
}

function number(language: Language): number {
	return languages.indexOf(language);
}

/** The language whose tally counts a letter from 0x370 on; 0 for none. */
export function scriptOf(code: number): number {
	if (code < 0x400) {
		return numbersOf.el;
	}
	if (code < 0x530) {
		return numbersOf.ru;
	}
	if (code < 0x600) {
		return code >= 0x590 ? numbersOf.he : 0;
	}
	if (code < 0x780) {
		return numbersOf.ar;
	}
	if (code < 0x980) {
		return code >= 0x900 ? numbersOf.hi : 0;
	}
	if (code < 0xe80) {
		return code >= 0xe00 ? numbersOf.th : 0;
	}
	if (code >= 0x3040 && code < 0x3100) {
		return numbersOf.ja;
	}
	if (code >= 0x3400 && code < 0xa000) {
		return numbersOf.zh;
	}
	return code >= 0xac00 && code < 0xd7a4 ? numbersOf.ko : 0;
}

const numbersOf = {
	el: number('el'),
	ru: number('ru'),
	he: number('he'),
	ar: number('ar'),
	hi: number('hi'),
	th: number('th'),
	ja: number('ja'),
	zh: number('zh'),
	ko: number('ko'),
};

/** What people call a language that a tally can name. */
export function languageName(language: number): string {
	const names: Readonly<Record<string, string>> = {
		en: 'English',
		de: 'German',
		fr: 'French',
		es: 'Spanish',
		pt: 'Portuguese',
		it: 'Italian',
		nl: 'Dutch',
		pl: 'Polish',
		sv: 'Swedish',
		tr: 'Turkish',
		ru: 'Russian',
		uk: 'Ukrainian',
		el: 'Greek',
		ar: 'Arabic',
		he: 'Hebrew',
		hi: 'Hindi',
		th: 'Thai',
		zh: 'Chinese',
		ja: 'Japanese',
		ko: 'Korean',
	};
	return names[languages[language] ?? ''] ?? 'unknown';
}
