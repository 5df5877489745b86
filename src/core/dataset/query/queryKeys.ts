import { labels } from '../annotation';
import { formatNames, type FormatName } from '../example';
import { findingCodeNamed } from '../findings/checks';
import { findingCodes } from '../findings/finding';
import { roleOf } from '../messageShapes';
import { reviewStates } from './remarks';

/** What a key is compared as. */
export type KeyValue = 'text' | 'number' | 'choice' | 'anything' | 'nothing';

/** One name that a term can begin with. */
export interface QueryKey {
	readonly value: KeyValue;
	/** Whether it asks about one message; else it asks about the row. */
	readonly isAboutMessage: boolean;
	/** For the syntax help. */
	readonly meaning: string;
	readonly example: string;
	/** Of `choice`: the words to suggest. */
	readonly choices?: readonly string[];
	/** Of `choice`: what a word means, or `undefined` where it means nothing. Default: itself. */
	readonly resolve?: (word: string) => string | undefined;
	/** Words that people try for it. */
	readonly otherNames?: readonly string[];
}

const roles = ['system', 'user', 'assistant', 'tool', 'developer'];
const sides = ['prompt', 'chosen', 'rejected'];
const labelChoices = [...labels, 'any', 'none'] as const;
const pastLabels = new Map([
	['kept', 'keep'],
	['dropped', 'drop'],
	['fixed', 'fix'],
]);
const stateChoices = ['edited', 'saved', ...reviewStates] as const;

/** In the order of the syntax help. */
const keys = {
	role: {
		value: 'choice',
		isAboutMessage: true,
		meaning: 'who speaks',
		example: 'role:assistant',
		choices: roles,
		resolve: word => (roleOf(word) === 'unknown' ? undefined : roleOf(word)),
		otherNames: ['from', 'speaker', 'author'],
	},
	content: {
		value: 'text',
		isAboutMessage: true,
		meaning: 'what the message says',
		example: 'content:/as an ai/i',
		otherNames: ['message', 'text', 'says', 'body'],
	},
	len: {
		value: 'number',
		isAboutMessage: true,
		meaning: 'characters of the message',
		example: 'len>2000',
		otherNames: ['length', 'size'],
	},
	side: {
		value: 'choice',
		isAboutMessage: true,
		meaning: 'part of a preference pair',
		example: 'side:rejected',
		choices: sides,
	},
	reasoning: {
		value: 'text',
		isAboutMessage: true,
		meaning: 'what the message thinks aloud',
		example: 'reasoning:wait',
		otherNames: ['thinking', 'thought'],
	},
	tool: {
		value: 'text',
		isAboutMessage: true,
		meaning: 'name of a tool that is called or answers',
		example: 'tool:search',
		otherNames: ['function', 'call'],
	},
	turns: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'messages of the row, without system prompts',
		example: 'turns>=4',
		otherNames: ['messages', 'count'],
	},
	chars: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'characters of all texts of the row',
		example: 'chars<100',
		otherNames: ['characters'],
	},
	margin: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'score of chosen less that of rejected',
		example: 'margin<0.5',
	},
	format: {
		value: 'choice',
		isAboutMessage: false,
		meaning: 'shape of the row',
		example: 'format:messages',
		choices: formatNames,
		otherNames: ['kind', 'type', 'shape'],
	},
	finding: {
		value: 'choice',
		isAboutMessage: false,
		meaning: 'what a check says about the row; “any” and “none” too',
		example: 'finding:casing',
		choices: ['any', 'none', ...findingCodes],
		resolve: word =>
			word === 'any' || word === 'none' ? word : (findingCodeNamed(word) ?? undefined),
	},
	preflight: {
		value: 'text',
		isAboutMessage: false,
		meaning: 'what the check of a recipe on a host found in the row',
		example: 'preflight:emptyReply',
		otherNames: ['check'],
	},
	findings: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'how many kinds of findings the row has',
		example: 'findings>=2',
	},
	label: {
		value: 'choice',
		isAboutMessage: false,
		meaning: 'the decision about the row; “any” and “none” too',
		example: 'label:drop',
		choices: labelChoices,
		resolve: word => labelChoices.find(choice => choice === word) ?? pastLabels.get(word),
		otherNames: ['decision', 'labels'],
	},
	rating: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'the rating given to the row, 1 to 5',
		example: 'rating>=4',
		choices: ['1', '2', '3', '4', '5'],
		otherNames: ['rated', 'stars'],
	},
	tag: {
		value: 'text',
		isAboutMessage: false,
		meaning: 'a tag of the row',
		example: 'tag:math',
		otherNames: ['tags', 'tagged'],
	},
	note: {
		value: 'text',
		isAboutMessage: false,
		meaning: 'what the note on the row says',
		example: 'note:/check|ask/i',
		otherNames: ['notes', 'comment', 'noted'],
	},
	is: {
		value: 'choice',
		isAboutMessage: false,
		meaning: 'edited or saved; reviewed, skipped, rated, tagged or noted',
		example: '-is:reviewed',
		choices: stateChoices,
		otherNames: ['reviewed', 'edited', 'skipped', 'saved'],
	},
	row: {
		value: 'number',
		isAboutMessage: false,
		meaning: 'number of the row',
		example: 'row<=100',
		otherNames: ['number', 'line', 'index'],
	},
	field: {
		value: 'anything',
		isAboutMessage: false,
		meaning: 'a value in the row’s JSON; of a list, any element',
		example: 'field.meta.source:wiki',
		otherNames: ['column'],
	},
	has: {
		value: 'nothing',
		isAboutMessage: false,
		meaning: 'the row has this field, and it is not null',
		example: 'has:score_chosen',
		otherNames: ['exists'],
	},
} satisfies Record<string, QueryKey>;

export type KeyName = keyof typeof keys;

export const queryKeys: Readonly<Record<KeyName, QueryKey>> = keys;

export const keyNames = Object.keys(keys) as readonly KeyName[];

export function keyNamed(word: string): KeyName | undefined {
	return Object.hasOwn(keys, word) ? (word as KeyName) : undefined;
}

/** The format that a checked value of `format` names. */
export function formatNamed(word: string): FormatName | undefined {
	return formatNames.find(name => name === word);
}
