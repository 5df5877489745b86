import type { Check } from './check';
import { languageName, languages } from './languages';

/** Known to the scan of the whole file only. */
export const otherLanguage: Check = {
	code: 'otherLanguage',
	severity: 'warning',
	shortName: 'other language',
	otherNames: ['language'],
	sentence: detail =>
		`The replies are in another language than most of the file${detail ? `: ${detail}` : ''}.`,
};

/** The user asks for a language, or for a translation. */
const asksForLanguage =
	/\b(?:translat\w*|übersetz\w*|tradu[czi]\w*|перевед\w*)|翻译|\b(?:in|into|to|auf|en|em|auf|на) (?:english|german|french|spanish|portuguese|italian|dutch|polish|swedish|turkish|russian|ukrainian|greek|arabic|hebrew|hindi|thai|chinese|mandarin|japanese|korean|latin|deutsch|englisch|français|anglais|español|inglés|italiano|português|русск\w*|английск\w*)/i;

export function asksForOtherLanguage(prompt: string): boolean {
	return asksForLanguage.test(
		prompt.length > 4000 ? prompt.slice(0, 2000) + prompt.slice(-2000) : prompt,
	);
}

/** Rows whose language is known, from which a file has a main one. */
const fewestRows = 10;

/**
 * Number of the language that most rows of a file are in; 0 when there is none: too few rows, or
 * less than three in five of those whose language can be told.
 */
export function mainLanguage(rowsByLanguage: readonly number[]): number {
	let known = 0;
	let main = 0;
	for (let i = 1; i < languages.length; i++) {
		const rows = rowsByLanguage[i] ?? 0;
		known += rows;
		main = rows > (rowsByLanguage[main] ?? 0) || main === 0 ? i : main;
	}
	return known >= fewestRows && (rowsByLanguage[main] ?? 0) >= known * 0.6 ? main : 0;
}

/** Words for the detail of a finding. */
export function languageDetail(language: number, main: number): string {
	return `${languageName(language)}, the file is ${languageName(main)}`;
}
