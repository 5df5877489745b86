import { messagesOf, messageText, type Example, type RecognisedRow } from '../example';
import { checks } from './checks';
import type { Check, CheckedPlace } from './check';
import type { Finding } from './finding';
import { ownPhrases, type PhraseList } from './phraseList';
import { repliesOf } from './replies';

export interface CheckOptions {
	/** Our own and the user's; our own when absent. */
	readonly phrases?: PhraseList;
}

const rowChecks = checks.filter(check => check.ofRow);
const textChecks = checks.filter(check => check.ofText);
const checksOf: Readonly<Record<CheckedPlace, readonly Check[]>> = {
	replies: textChecks,
	learnt: textChecks.filter(({ place }) => place !== 'replies'),
	anywhere: textChecks.filter(({ place }) => place === 'anywhere'),
};

/** All findings that one row shows by itself; some need the whole file. In the order of messages. */
export function checkRow(row: RecognisedRow, options: CheckOptions = {}): Finding[] {
	const phrases = options.phrases ?? ownPhrases;
	const findings = rowChecks.flatMap(check => check.ofRow?.(row) ?? []);
	if (row.example.kind === 'text') {
		const { text } = row.example.body;
		findings.push(...checkText(text, 'learnt', undefined, phrases));
	} else {
		findings.push(...checkMessages(row.example, phrases));
	}
	return findings.sort((a, b) => (a.message ?? Infinity) - (b.message ?? Infinity) || 0);
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

function checkMessages(example: Example, phrases: PhraseList): Finding[] {
	const findings: Finding[] = [];
	const replies = repliesOf(example);
	let prompt: string | undefined;
	for (const [i, message] of messagesOf(example).entries()) {
		const text = messageText(message);
		if (text !== '') {
			const place = replies.includes(i) ? 'replies' : 'anywhere';
			for (const finding of checkText(text, place, prompt, phrases)) {
				findings.push({ ...finding, message: i });
			}
		}
		prompt = message.role === 'user' ? text : prompt;
	}
	return findings;
}

function checkText(
	text: string,
	place: CheckedPlace,
	prompt: string | undefined,
	phrases: PhraseList,
): Finding[] {
	const findings: Finding[] = [];
	for (const { code, ofText } of checksOf[place]) {
		const detail = ofText?.({ text, prompt, phrases });
		if (detail !== undefined) {
			findings.push({ code, detail });
		}
	}
	return findings;
}
