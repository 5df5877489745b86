/** The phrases that prefaces and refusals are known by: our own and those that a user adds. */
export interface PhraseList {
	/** Small letters, straight apostrophes, single spaces. */
	readonly prefaces: readonly string[];
	readonly refusals: readonly string[];
}

const ownPrefaces = [
	'as an ai',
	'as an artificial intelligence',
	'as a language model',
	'as a large language model',
	'as a machine learning model',
	'as a computer program',
	'as a chatbot',
	'as a digital assistant',
	'as a virtual assistant',
	'i am an ai',
	"i'm an ai",
	'i am just an ai',
	"i'm just an ai",
	'i am only an ai',
	"i'm only an ai",
	'i am a language model',
	"i'm a language model",
	'i am a large language model',
	"i'm a large language model",
	'being an ai',
	'since i am an ai',
	"since i'm an ai",
	"i don't have personal",
	"i don't have any personal",
	"i don't have feelings",
	"i don't have emotions",
	"i don't have opinions",
	"i don't have beliefs",
	"i don't have preferences",
	"i don't have consciousness",
	"i don't have a physical",
	"i don't have access to personal",
	"i don't possess personal",
	"i don't possess feelings",
	"i don't possess emotions",
	"i don't hold personal",
	"i don't experience emotions",
	'i have no personal',
	'i have no feelings',
	'i have no opinions',
	'i cannot have personal',
	"i can't have personal",
	'i cannot form personal',
	"i can't form personal",
	'i cannot express personal',
	'i am not capable of having personal',
	"i'm not capable of having personal",
	'i am not capable of feeling',
	"i'm not capable of feeling",
	'my training data',
	'my knowledge cutoff',
];

const ownRefusals = [
	'i cannot help with',
	'i cannot assist with',
	'i cannot fulfill',
	'i cannot fulfil',
	'i cannot comply',
	'i cannot provide',
	'i cannot satisfy',
	'i cannot create',
	'i cannot generate',
	'i cannot write',
	'i cannot answer',
	'i cannot do that',
	'i cannot discuss',
	'i cannot engage',
	'i cannot support',
	'i cannot share',
	'i cannot complete this',
	'i cannot recommend',
	'i am unable to',
	'i am not able to',
	'i am not comfortable',
	'i am not permitted',
	'i am not allowed',
	'i will not help',
	'i will not assist',
	'i will not provide',
	'i will not write',
	'i must decline',
	'i have to decline',
	'i must respectfully decline',
	'i respectfully decline',
	'i would rather not',
	'i refuse to',
	'it is not appropriate for me to',
	'it would be inappropriate for me to',
	'it would not be appropriate for me to',
	'this request violates',
	'your request violates',
	'that request goes against',
	'i do not feel comfortable',
];

/** Ways to write the same words, longer ones first. */
const contractions: readonly (readonly [written: RegExp, plain: string])[] = [
	[/ (?:actually|really|truly|currently|personally|simply|even)\b/g, ''],
	[/\bi am\b/g, "i'm"],
	[/\bcan ?not\b/g, "can't"],
	[/\bdo not\b/g, "don't"],
	[/\bwill not\b/g, "won't"],
	[/\bit is\b/g, "it's"],
	[/\bwould not\b/g, "wouldn't"],
	[/\bi would\b/g, "i'd"],
];

/**
 * The beginning of a text in the form in which phrases are compared: small letters, straight
 * apostrophes, single spaces, contracted words. Of `text` only the first few hundred characters
 * are looked at.
 */
export function comparable(text: string): string {
	let plain = text
		.trim()
		.slice(0, 400)
		.toLowerCase()
		.replaceAll(/[’‘`´]/g, "'");
	plain = plain.replaceAll(/[\s*_]+/g, ' ');
	for (const [written, contracted] of contractions) {
		plain = plain.replaceAll(written, contracted);
	}
	return plain.trim();
}

/** Our own phrases together with a user's; those are plain text, not patterns. */
export function phraseList(added: Partial<PhraseList> = {}): PhraseList {
	const joined = (own: readonly string[], more: readonly string[] = []): string[] => [
		...new Set([...own, ...more].map(comparable).filter(phrase => phrase !== '')),
	];
	return {
		prefaces: joined(ownPrefaces, added.prefaces),
		refusals: joined(ownRefusals, added.refusals),
	};
}

export const ownPhrases: PhraseList = phraseList();
