import { languages, LanguageTally, type Language } from './languages';
import { TextProfile } from './textProfile';

/** The language of one text; '' when it cannot be told. */
export function languageOf(text: string): Language {
	const tally = new LanguageTally();
	new TextProfile().read(text, tally);
	return languages[tally.language()] ?? '';
}
