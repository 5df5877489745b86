import { checkReplyText } from '../../dataset/findings/checkRow';
import type { FindingCode } from '../../dataset/findings/finding';
import type { PhraseList } from '../../dataset/findings/phraseList';
import type { ModelResponse } from '../response';

/** What an answer does or does not do. Their order is the one in which people read them. */
export const traitIds = [
	'list',
	'heading',
	'bold',
	'code',
	'opener',
	'hedge',
	'refusal',
	'personalPreface',
	'lowerCaseStart',
	'repetition',
	'roleTag',
	'neverStops',
	'empty',
] as const;
export type TraitId = (typeof traitIds)[number];

export const traitNames: Readonly<Record<TraitId, string>> = {
	list: 'Has a list',
	heading: 'Has a heading',
	bold: 'Has bold words',
	code: 'Has a code block',
	opener: 'Opens with “Sure”, “Certainly” or “Of course”',
	hedge: 'Hedges',
	refusal: 'Refuses',
	personalPreface: 'Says that it is an AI',
	lowerCaseStart: 'Begins a sentence small',
	repetition: 'Goes round in a loop',
	roleTag: 'Writes role tags',
	neverStops: 'Does not stop by itself',
	empty: 'Is empty',
};

/** The traits of one answer, and its length in characters (code points), as AlpacaEval counts it. */
export interface AnswerTraits {
	readonly traits: ReadonlySet<TraitId>;
	readonly characters: number;
}

const openers = /^\s*(?:sure|certainly|of course)\b/i;
const listItem = /^[ \t]{0,6}(?:[-*+•]|\d{1,3}[.)])[ \t]+\S/m;
const headingLine = /^ {0,3}#{1,6}[ \t]+\S/m;
const boldWords = /(?:\*\*(?=\S)[^*\n]{1,400}?\S?\*\*|__(?=\S)[^_\n]{1,400}?\S?__)/;
const fence = /^ {0,3}(?:```|~~~)/m;
/** Markers of the turns in the templates of chat models; plain names only alone before a colon. */
const roleTags =
	/<\|(?:user|assistant|system|im_start|im_end|eot_id|start_header_id|end_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|^(?:###\s*)?(?:Human|User|Assistant|Instruction|Response):[ \t]*(?:\n|$)|^###\s*(?:Human|Assistant|Instruction|Response)\b/m;
const hedges = [
	"it's important to (?:note|remember|keep in mind|consider|understand)",
	"it's worth (?:noting|mentioning|remembering)",
	'(?:please )?(?:note|keep in mind|bear in mind) that',
	"i(?:'m| am) not (?:entirely |completely |quite )?(?:sure|certain)",
	'i (?:could|may|might) be (?:wrong|mistaken)',
	'as far as i know',
	'to the best of my knowledge',
	'it (?:really )?depends on',
	'(?:may|might|can) vary',
	'(?:some|many) (?:people )?(?:would |might |may )?(?:argue|say) that',
	'consult (?:with )?(?:a|an|your|the) ',
];
const hedge = new RegExp(`\\b(?:${hedges.join('|')})`);

/** Findings of the dataset workbench that say something about how a model answers. */
const fromFindings: readonly (FindingCode & TraitId)[] = [
	'refusal',
	'personalPreface',
	'lowerCaseStart',
	'repetition',
];

/** An answer that the server refused to give has no traits: undefined. */
export function traitsOf(
	answer: ModelResponse,
	asked: string | undefined,
	phrases: PhraseList,
): AnswerTraits | undefined {
	if (answer.finishReason === 'error') {
		return undefined;
	}
	const text = answer.response;
	const plain = text.toLowerCase().replaceAll('’', "'").replaceAll('it is ', "it's ");
	const found = new Set(checkReplyText(text, asked, { phrases }).map(({ code }) => code));
	const shows: Partial<Record<TraitId, boolean>> = {
		list: listItem.test(text),
		heading: headingLine.test(text),
		bold: boldWords.test(text),
		code: fence.test(text),
		opener: openers.test(text),
		hedge: hedge.test(plain),
		roleTag: roleTags.test(text),
		neverStops: answer.finishReason === 'length',
		empty: text.trim() === '',
	};
	for (const code of fromFindings) {
		shows[code] = found.has(code);
	}
	return {
		traits: new Set(traitIds.filter(trait => shows[trait] === true)),
		characters: codePoints(text),
	};
}

function codePoints(text: string): number {
	let pairs = 0;
	for (let i = 0; i < text.length - 1; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0xd800 && unit < 0xdc00) {
			const next = text.charCodeAt(i + 1);
			pairs += next >= 0xdc00 && next < 0xe000 ? 1 : 0;
		}
	}
	return text.length - pairs;
}
