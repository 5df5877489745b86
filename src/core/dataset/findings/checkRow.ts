import { messagesOf, messageText, type Example, type RecognisedRow } from '../example';
import { checks } from './checks';
import type { Check, CheckedPlace } from './check';
import type { Finding } from './finding';
import { LanguageTally } from './languages';
import { asksForOtherLanguage } from './otherLanguage';
import { ownPhrases, type PhraseList } from './phraseList';
import { repliesOf } from './replies';
import { TextProfile } from './textProfile';

export interface CheckOptions {
	/** Our own and the user's; our own when absent. */
	readonly phrases?: PhraseList;
}

/** What one row shows by itself, and what the checks of a whole file need of it. */
export interface RowCheck {
	/** In the order of messages. */
	readonly findings: readonly Finding[];
	/** UTF-16 units of all replies, or of a plain text. */
	readonly replyLength: number;
	/** Number in `languages` of what the replies are in; 0 when it cannot be told or was asked for. */
	readonly language: number;
}

const rowChecks = checks.filter(check => check.ofRow);
const textChecks = checks.filter(check => check.ofText);
const checksOf: Readonly<Record<CheckedPlace, readonly Check[]>> = {
	replies: textChecks,
	learnt: textChecks.filter(({ place }) => place !== 'replies'),
	anywhere: textChecks.filter(({ place }) => place === 'anywhere'),
};

// One text is looked at after the other, so that one of each serves them all.
const profile = new TextProfile();
const learnt = new LanguageTally();
const unjudged = new LanguageTally();

/** All findings that one row shows by itself; some need the whole file. */
export function checkRow(row: RecognisedRow, options: CheckOptions = {}): Finding[] {
	return [...examineRow(row, options).findings];
}

export function examineRow(row: RecognisedRow, options: CheckOptions = {}): RowCheck {
	const phrases = options.phrases ?? ownPhrases;
	const findings: Finding[] = [];
	for (const { ofRow } of rowChecks) {
		findings.push(...(ofRow?.(row) ?? []));
	}
	learnt.clear();
	const { example } = row;
	let replyLength: number;
	if (example.kind === 'text') {
		const { text } = example.body;
		findings.push(...checkText(text, 'learnt', undefined, phrases));
		replyLength = text.length;
	} else {
		replyLength = checkMessages(example, phrases, findings);
	}
	const language = learnt.language();
	if (findings.length > 1) {
		findings.sort((a, b) => placeOf(a) - placeOf(b));
	}
	return { findings, replyLength, language };
}

/** The same for a plain answer of a model, with what it answers where that is known. */
export function checkReplyText(
	text: string,
	promptText?: string,
	options: CheckOptions = {},
): Finding[] {
	if (text.trim() === '') {
		return [{ code: 'emptyReply' }];
	}
	return checkText(text, 'replies', promptText, options.phrases ?? ownPhrases);
}

/** What is about the whole row comes last. */
function placeOf({ message }: Finding): number {
	return message ?? Number.MAX_SAFE_INTEGER;
}

/** Adds to the findings; returns the length of the replies. */
function checkMessages(example: Example, phrases: PhraseList, findings: Finding[]): number {
	const messages = messagesOf(example);
	const replies = repliesOf(example);
	let replyLength = 0;
	let prompt: string | undefined;
	for (let i = 0; i < messages.length; i++) {
		const message = messages[i];
		const text = message ? messageText(message) : '';
		if (message?.role === 'user') {
			prompt = text;
		}
		if (text.trim() === '') {
			continue;
		}
		const isReply = replies.includes(i);
		replyLength += isReply ? text.length : 0;
		for (const finding of checkText(text, isReply ? 'replies' : 'anywhere', prompt, phrases)) {
			findings.push({ ...finding, message: i });
		}
	}
	return replyLength;
}

function checkText(
	text: string,
	place: CheckedPlace,
	prompt: string | undefined,
	phrases: PhraseList,
): Finding[] {
	const isJudged = place !== 'anywhere' && (prompt === undefined || !asksForOtherLanguage(prompt));
	profile.read(text, isJudged ? learnt : unjudged);
	const checked = { text, prompt, phrases, profile };
	const findings: Finding[] = [];
	for (const { code, ofText } of checksOf[place]) {
		const place = ofText?.(checked);
		if (place !== undefined) {
			findings.push({ code, ...place });
		}
	}
	return findings;
}
