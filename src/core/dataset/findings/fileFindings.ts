import { bitOf, type FindingCode } from './finding';
import { languages } from './languages';
import { LengthHistogram, type UsualLengths } from './lengthOutlier';
import { languageDetail, mainLanguage } from './otherLanguage';

/**
 * Findings that a scan, or a search on request, gives to rows once it knows the whole file; they
 * change with other rows.
 */
export const fileWideCodes: readonly FindingCode[] = [
	'duplicateRow',
	'lengthOutlier',
	'otherLanguage',
	'nearDuplicate',
	'promptInOtherSet',
];
export const fileWideBits: number =
	fileWideCodes.reduce((bits, code) => bits | bitOf(code), 0) >>> 0;

/** What is usual in a file, learnt row by row, and how a row stands out from it. */
export class FileFindings {
	readonly #lengths = new LengthHistogram();
	readonly #rowsByLanguage: number[] = languages.map(() => 0);
	#usual: UsualLengths | undefined;
	#main = 0;

	add(replyLength: number, language: number): void {
		this.#lengths.add(replyLength);
		this.#rowsByLanguage[language] = (this.#rowsByLanguage[language] ?? 0) + 1;
	}

	/** All rows have been added. Until then no row stands out. */
	complete(): void {
		this.#usual = this.#lengths.usual();
		this.#main = mainLanguage(this.#rowsByLanguage);
	}

	/** Bits of the findings of a row with these measures. */
	bitsOf(replyLength: number, language: number): number {
		const usual = this.#usual;
		const isUnusual =
			usual !== undefined &&
			replyLength > 0 &&
			(replyLength < usual.shortest || replyLength > usual.longest);
		const isOther = this.#main !== 0 && language !== 0 && language !== this.#main;
		return (
			((isUnusual ? bitOf('lengthOutlier') : 0) | (isOther ? bitOf('otherLanguage') : 0)) >>> 0
		);
	}

	/** The words of a finding, for people. */
	detailOf(code: FindingCode, replyLength: number, language: number): string | undefined {
		if (code === 'lengthOutlier' && this.#usual) {
			const { shortest, longest } = this.#usual;
			return `${replyLength} characters, usual are ${Math.ceil(shortest)} to ${Math.floor(longest)}`;
		}
		return code === 'otherLanguage' && this.#main !== 0
			? languageDetail(language, this.#main)
			: undefined;
	}
}
