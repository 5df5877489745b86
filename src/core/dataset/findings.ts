import { messagesOf, messageText, type Example, type Message, type RecognisedRow } from './example';

/** What a check can say about an example. The order is that of the bits in `findingBits`. */
export const findingCodes = [
	'brokenRow',
	'emptyReply',
	'chosenEqualsRejected',
	'lowerCaseStart',
	'personalPreface',
	'duplicateRow',
	'lastTurnByUser',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
	readonly code: FindingCode;
	/** Number of the message as it is shown, when the finding is about one. */
	readonly message?: number;
	/** The words that gave rise to it. */
	readonly detail?: string;
}

/** Only what no trainer can read is an error; the rest may be meant. */
export function severityOf(code: FindingCode): 'error' | 'warning' {
	return code === 'brokenRow' ? 'error' : 'warning';
}

const sentences: Record<FindingCode, (detail: string | undefined) => string> = {
	brokenRow: detail => `The row is not valid JSON${detail === undefined ? '' : `: ${detail}`}.`,
	emptyReply: () => 'A reply is empty.',
	chosenEqualsRejected: () => 'Chosen and rejected are the same.',
	lowerCaseStart: detail => `A sentence begins with a small letter: ${detail ?? ''}.`,
	personalPreface: detail => `The reply begins with the preface ${detail ?? ''}.`,
	duplicateRow: detail =>
		`The same example stands earlier in the file${detail === undefined ? '' : `, in ${detail}`}.`,
	lastTurnByUser: () => 'The dialogue ends with the user.',
};
const shortNames: Record<FindingCode, string> = {
	brokenRow: 'broken row',
	emptyReply: 'empty reply',
	chosenEqualsRejected: 'chosen = rejected',
	lowerCaseStart: 'small letter',
	personalPreface: 'preface',
	duplicateRow: 'duplicate',
	lastTurnByUser: 'ends with user',
};

export function sentenceFor(finding: Finding): string {
	return sentences[finding.code](finding.detail);
}

export function shortNameOf(code: FindingCode): string {
	return shortNames[code];
}

/** A set of codes as one number, so that millions of rows fit in a typed array. */
export function findingBits(findings: readonly Finding[]): number {
	return findings.reduce((bits, { code }) => bits | bitOf(code), 0);
}

export function bitOf(code: FindingCode): number {
	return 1 << findingCodes.indexOf(code);
}

export function codesOf(bits: number): FindingCode[] {
	return findingCodes.filter(code => (bits & bitOf(code)) !== 0);
}

/** All findings that one row shows by itself; duplicates need the whole file. */
export function checkRow(row: RecognisedRow): Finding[] {
	const { example } = row;
	switch (example.kind) {
		case 'broken':
			return [{ code: 'brokenRow', detail: example.reason }];
		case 'messages':
			return checkDialogue(example, row.format === 'prompt-only');
		case 'preference':
			return checkPreference(example);
		default:
			return [];
	}
}

function checkDialogue(
	example: Extract<Example, { kind: 'messages' }>,
	isPrompt: boolean,
): Finding[] {
	const { messages } = example;
	const findings = messages.flatMap((message, i) =>
		message.role === 'assistant' && example.desirable !== false ? checkReply(message, i) : [],
	);
	if (!isPrompt && messages.at(-1)?.role === 'user') {
		findings.push({ code: 'lastTurnByUser', message: messages.length - 1 });
	}
	return findings;
}

/** Replies that the policy is pulled towards are checked; a rejected one may be as bad as it likes. */
function checkPreference(example: Extract<Example, { kind: 'preference' }>): Finding[] {
	const from = example.prompt.length;
	const findings = example.chosen.flatMap((message, i) =>
		message.role === 'assistant' ? checkReply(message, from + i) : [],
	);
	const all = messagesOf(example);
	for (let i = from + example.chosen.length; i < all.length; i++) {
		const message = all[i];
		if (message && isEmpty(message)) {
			findings.push({ code: 'emptyReply', message: i });
		}
	}
	if (sameReplies(example.chosen, example.rejected)) {
		findings.push({ code: 'chosenEqualsRejected' });
	}
	return findings;
}

function sameReplies(chosen: readonly Message[], rejected: readonly Message[]): boolean {
	const key = (messages: readonly Message[]): string =>
		JSON.stringify(
			messages.map(({ role, blocks }) => [
				role,
				blocks.map(block => ({ ...block, paths: undefined })),
			]),
		);
	return key(chosen) === key(rejected);
}

function checkReply(message: Message, index: number): Finding[] {
	if (isEmpty(message)) {
		return [{ code: 'emptyReply', message: index }];
	}
	const text = messageText(message);
	const findings: Finding[] = [];
	const small = smallStart(text);
	if (small !== undefined) {
		findings.push({ code: 'lowerCaseStart', message: index, detail: `“${small}”` });
	}
	const preface = prefacePattern.exec(text);
	if (preface) {
		findings.push({ code: 'personalPreface', message: index, detail: `“${preface[0].trim()} …”` });
	}
	return findings;
}

function isEmpty(message: Message): boolean {
	return message.blocks.every(
		block => (block.kind === 'text' || block.kind === 'reasoning') && block.text.trim() === '',
	);
}

const prefacePattern =
	/^\s*(?:(?:i['’]?m sorry|i am sorry|sorry|well|unfortunately|i apologi[sz]e)\b,?\s*(?:but\s+)?)?(?:as an (?:ai|artificial intelligence)\b(?: language model| assistant| model)?|i (?:don['’]?t|do not) (?:actually |really )?have (?:any )?(?:personal|feelings|emotions|opinions))/i;

const codePattern = /```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+/g;
// A sentence ends, a space follows, and the next word has small letters only. Abbreviations,
// ellipses, initials, numbered items and quotations inside a sentence end no sentence.
const sentencePattern = /[\p{L}\d)][.?] (a|\p{Ll}[\p{Ll}'’-]+)(?=[\s.,;:!?]|$)/gu;
const abbreviationPattern =
	/^["“(]*(?:etc|vs|cf|approx|ca|dr|mr|mrs|ms|prof|st|no|inc|ltd|co|fig|vol|al|jr|sr|dept|est|min|max|ex|eds?|pp|lbs?|oz|ft|sq|tel|ext|[ivx]+|\p{L}+\.\p{L}+|\(?(?:\p{L}|\d+)\)?|[\d–-]+)\.$/iu;

/** The first sentence start in small letters, with the words around it; code and links are left out. */
function smallStart(text: string): string | undefined {
	const prose = text.replaceAll(codePattern, '·');
	const start = /^\s*(\p{Ll}[\p{Ll}'’-]*)[ ,]/u.exec(prose);
	if (start && /[.!?]/.test(prose)) {
		return start[1];
	}
	for (const match of prose.matchAll(sentencePattern)) {
		const before = wordBefore(prose, match.index + match[0].indexOf(' '));
		if (!abbreviationPattern.test(before)) {
			return `${before} ${match[1] ?? ''}`;
		}
	}
	return undefined;
}

/** The word that ends at `end`; looked for by hand, for a pattern would take quadratic time. */
function wordBefore(text: string, end: number): string {
	let start = end;
	while (start > 0 && end - start < 40 && !/\s/.test(text.charAt(start - 1))) {
		start--;
	}
	return text.slice(start, end);
}
