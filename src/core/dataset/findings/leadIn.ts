/** Polite words that may stand before a preface or a refusal; in the form of `comparable`. */
const leadIn =
	/^(?:i'm (?:very |so |really |terribly )?sorry|sorry|my (?:sincere )?apologies|apologies|i (?:sincerely )?apologi[sz]e(?: for (?:the |any |that )?\w{1,20})?|(?:un)?fortunately|regrettably|i'm afraid(?: that)?|i regret(?: to say)?(?: that)?|as much as i(?:'d| would) (?:like|love) to(?: help)?|thank you for (?:asking|sharing|your (?:question|message|request|interest))|thanks for asking|(?:that's |what )?an? (?:great|good|interesting|excellent|thoughtful) question|(?:great|good|interesting|excellent) question|hello|hi there|hi|hey|sure|of course|certainly|absolutely|oh|ah|haha|well|however|while|although|though|but|and|so|since|because|as i said|to be honest|honestly|i understand|i see|no|yes|please note that|note that|i must (?:say|admit|inform you|emphasize|clarify|point out) that|i (?:want|have|need) to (?:clarify|inform you|be clear|be honest|point out|say) that)(?![\p{L}'])[\s,.!:;—–-]*/u;

/** The places at which a phrase may begin: the start, and after each polite word, up to four. */
export function phraseStarts(plain: string): string[] {
	const starts = [plain];
	let rest = plain;
	for (let i = 0; i < 4; i++) {
		const polite = leadIn.exec(rest)?.[0];
		if (polite === undefined) {
			break;
		}
		rest = rest.slice(polite.length);
		starts.push(rest);
	}
	return starts;
}

/** The first phrase that one of the starts begins with, as whole words. */
export function beginsWithPhrase(
	starts: readonly string[],
	phrases: readonly string[],
): { readonly phrase: string; readonly after: string } | undefined {
	for (const start of starts) {
		for (const phrase of phrases) {
			if (start.startsWith(phrase) && !/^[\p{L}\d]/u.test(start.slice(phrase.length))) {
				return { phrase, after: start.slice(phrase.length) };
			}
		}
	}
	return undefined;
}
