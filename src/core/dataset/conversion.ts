import { canonicalJson } from './canonicalJson';
import { bestAndWorst, bestDialogue, solution } from './bestAnswers';
import { messageText, type Example, type Field, type Message, type RecognisedRow } from './example';
import { findValue } from './jsonScanner';
import { scoreFieldPairs } from './preferenceFormats';
import { toTrlMessages, type TrlMessage } from './trlMessages';

/** What a dataset can be written as, for TRL's trainers. */
export const conversionTargets = ['trl-sft', 'trl-dpo'] as const;
export type ConversionTarget = (typeof conversionTargets)[number];

/**
 * Rows of one file have to have the same fields, so the first row that can be converted decides
 * which of TRL's forms the file takes.
 */
export type OutputShape =
	'messages' | 'prompt-completion' | 'text' | 'preference' | 'preference-text';

export type ConvertedRow =
	/** The row already says the same in the target form; `line` has its own spelling. */
	| { readonly kind: 'kept'; readonly line: string; readonly shape: OutputShape }
	| {
			readonly kind: 'changed';
			readonly line: string;
			readonly shape: OutputShape;
			/** What is different now, each as a phrase. */
			readonly changes: readonly string[];
	  }
	| { readonly kind: 'dropped'; readonly reason: string };

/** A row on its way: the output's members as JSON text, in order, and what was changed. */
interface Draft {
	readonly shape: OutputShape;
	readonly members: readonly (readonly [name: string, json: string])[];
	readonly changes: ReadonlySet<string>;
}

/**
 * Writes one row in the target form. Fields that are not part of the form are carried along, with
 * their numbers as written.
 *
 * @param shape the form that the file has taken, `undefined` for its first row
 */
export function convertRow(
	text: string,
	row: RecognisedRow,
	target: ConversionTarget,
	shape: OutputShape | undefined,
): ConvertedRow {
	const { example } = row;
	if (example.kind === 'broken') {
		return { kind: 'dropped', reason: `not valid JSON: ${example.reason}` };
	}
	const draft = target === 'trl-dpo' ? draftPreference(text, row) : draftTraining(text, row, shape);
	if (typeof draft === 'string') {
		return { kind: 'dropped', reason: draft };
	}
	if (shape !== undefined && draft.shape !== shape) {
		return { kind: 'dropped', reason: `${describe(draft.shape)} in a file of ${describe(shape)}` };
	}
	const line = `{${draft.members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
	return canonicalJson(line) === canonicalJson(text)
		? { kind: 'kept', line: compactJson(text), shape: draft.shape }
		: {
				kind: 'changed',
				line,
				shape: draft.shape,
				changes: draft.changes.size > 0 ? [...draft.changes].sort() : ['written in TRL’s form'],
			};
}

function describe(shape: OutputShape): string {
	const names: Record<OutputShape, string> = {
		messages: 'a dialogue',
		'prompt-completion': 'a prompt with its completion',
		text: 'plain text',
		preference: 'a preference pair of messages',
		'preference-text': 'a preference pair of plain texts',
	};
	return names[shape];
}

function draftTraining(
	text: string,
	row: RecognisedRow,
	shape: OutputShape | undefined,
): Draft | string {
	const { example, format } = row;
	const changes = new Set<string>();
	switch (example.kind) {
		case 'text': {
			const members = [['text', JSON.stringify(example.body.text)] as const];
			return {
				shape: 'text',
				members: [...members, ...carried(text, example.fields, [], changes)],
				changes,
			};
		}
		case 'preference': {
			changes.add('the chosen reply is taken, the rejected one is left out');
			return dialogue(text, [...example.prompt, ...example.chosen], example.fields, changes);
		}
		case 'completions': {
			const messages = bestDialogue(example, changes);
			return typeof messages === 'string'
				? messages
				: dialogue(text, messages, example.fields, changes);
		}
		case 'stepwise': {
			const messages = solution(example, changes);
			return typeof messages === 'string'
				? messages
				: dialogue(text, messages, example.fields, changes);
		}
		case 'messages':
			break;
		default:
			return 'no dialogue or text in it';
	}
	if (example.desirable === false) {
		return 'its reply is marked as not desirable';
	}
	if (format === 'prompt-only') {
		return 'a prompt without a reply';
	}
	if (example.desirable === true) {
		changes.add('the mark “desirable” is left out');
	}
	if (format === 'dialogue-text') {
		changes.add('the dialogue written into one text is now messages');
	}
	const keepsPair = format === 'prompt-completion' && shape !== 'messages';
	return keepsPair
		? promptCompletion(text, example.fields)
		: dialogue(text, example.messages, example.fields, changes);
}

/** TRL reads `prompt` and `completion` itself and then learns the completion only. */
function promptCompletion(text: string, fields: readonly Field[]): Draft {
	const changes = new Set<string>();
	const members = ['prompt', 'completion'].map(
		name => [name, rawField(text, name) ?? 'null'] as const,
	);
	return {
		shape: 'prompt-completion',
		members: [...members, ...carried(text, fields, ['messages', 'text'], changes)],
		changes,
	};
}

function dialogue(
	text: string,
	messages: readonly Message[],
	fields: readonly Field[],
	changes: Set<string>,
): Draft | string {
	const written = toTrlMessages(messages, hasImages(fields), changes);
	if (!messages.some(message => message.role === 'assistant')) {
		return 'no reply of an assistant in it';
	}
	const reserved = ['messages', 'prompt', 'completion', 'chosen', 'rejected', 'text'];
	return {
		shape: 'messages',
		members: [
			['messages', JSON.stringify(written)],
			...weights(messages, changes),
			...carried(text, fields, reserved, changes),
		],
		changes,
	};
}

function draftPreference(text: string, { example, format }: RecognisedRow): Draft | string {
	if (example.kind === 'completions') {
		return draftRanked(text, example);
	}
	if (example.kind !== 'preference') {
		return 'not a preference pair';
	}
	const changes = new Set<string>();
	const { prompt, chosen, rejected, fields, scores } = example;
	const shared = sharedTextPrompt(example);
	if (prompt.length === 0) {
		return 'chosen and rejected share no prompt';
	}
	const reserved = ['prompt', 'chosen', 'rejected', 'messages', 'completion', 'label'];
	const plain =
		shared ?? ['prompt', 'chosen', 'rejected'].map(name => [name, rawField(text, name)] as const);
	const isPlain = plain.every(([, json]) => json?.startsWith('"'));
	if (shared) {
		changes.add('the common beginning of the replies became the prompt');
	}
	const side = (messages: readonly Message[]): TrlMessage[] =>
		toTrlMessages(messages, hasImages(fields), changes);
	const members = isPlain
		? plain.map(([name, json]) => [name, json ?? ''] as const)
		: ([
				['prompt', JSON.stringify(side(prompt))],
				['chosen', JSON.stringify(side(chosen))],
				['rejected', JSON.stringify(side(rejected))],
				...weights([...prompt, ...chosen], changes),
			] as const);
	if (!isPlain && format === 'dialogue-text-preference') {
		changes.add('the dialogues written into one text are now messages');
	} else if (!isPlain && rawField(text, 'prompt')?.startsWith('[') !== true) {
		changes.add('the dialogue before the replies became the prompt');
	}
	const scoreNames = scores
		? scoreFieldPairs.find(names => names.every(name => rawField(text, name) !== undefined))
		: undefined;
	const scoreFields = (scoreNames ?? []).map(name => ({ name, value: 0 }));
	return {
		shape: isPlain ? 'preference-text' : 'preference',
		members: [...members, ...carried(text, [...scoreFields, ...fields], reserved, changes)],
		changes,
	};
}

/** The best of several answers is preferred to the worst. */
function draftRanked(
	text: string,
	example: Extract<Example, { kind: 'completions' }>,
): Draft | string {
	const changes = new Set<string>();
	const pair = bestAndWorst(example, changes);
	if (typeof pair === 'string') {
		return pair;
	}
	const side = (messages: readonly Message[]): string =>
		JSON.stringify(toTrlMessages(messages, hasImages(example.fields), changes));
	const { best, worst } = pair;
	const scores =
		best.score === undefined || worst.score === undefined
			? []
			: ([
					['score_chosen', JSON.stringify(best.score)],
					['score_rejected', JSON.stringify(worst.score)],
				] as const);
	const reserved = ['prompt', 'chosen', 'rejected', 'messages', 'completion', 'label'];
	return {
		shape: 'preference',
		members: [
			['prompt', side(example.prompt)],
			['chosen', side(best.messages)],
			['rejected', side(worst.messages)],
			...scores,
			...carried(text, example.fields, reserved, changes),
		],
		changes,
	};
}

/** Two texts that begin alike, as TRL takes them apart itself. */
function sharedTextPrompt(
	example: Extract<Example, { kind: 'preference' }>,
): (readonly [name: string, json: string])[] | undefined {
	const [prompt] = example.prompt;
	if (prompt?.writtenRole !== 'prompt') {
		return undefined;
	}
	const sides = [example.prompt, example.chosen, example.rejected];
	return sides.map((messages, i) => [
		['prompt', 'chosen', 'rejected'][i] ?? '',
		JSON.stringify(messages.map(messageText).join('')),
	]);
}

/** Loss weights of the messages as a field of the row; TRL has no place for them in a message. */
function weights(
	messages: readonly Message[],
	changes: Set<string>,
): (readonly [name: string, json: string])[] {
	if (
		messages.some(({ blocks }) => blocks.some(b => b.kind === 'text' && b.weight !== undefined))
	) {
		changes.add('weights of parts of a message are left out, which TRL does not read');
	}
	if (!messages.some(message => message.weight !== undefined)) {
		return [];
	}
	changes.add('loss weights stand in “loss_weights”, which TRL does not read');
	return [['loss_weights', JSON.stringify(messages.map(message => message.weight ?? null))]];
}

/** The other fields as they are spelt. A name that would mean something to TRL gets another one. */
function carried(
	text: string,
	fields: readonly Field[],
	reserved: readonly string[],
	changes: Set<string>,
): (readonly [name: string, json: string])[] {
	return fields.map(({ name, value }) => {
		const json = rawField(text, name) ?? JSON.stringify(value);
		if (!reserved.includes(name)) {
			return [name, json];
		}
		changes.add(`the field “${name}” is now “source_${name}”`);
		return [`source_${name}`, json];
	});
}

function hasImages(fields: readonly Field[]): boolean {
	return fields.some(
		({ name, value }) =>
			(name === 'images' && Array.isArray(value) && value.length > 0) || name === 'image',
	);
}

function rawField(text: string, name: string): string | undefined {
	const bytes = new TextEncoder().encode(text);
	const range = findValue(bytes, [name]);
	return range && compactJson(new TextDecoder().decode(bytes.subarray(range.start, range.end)));
}

/** The same JSON on one line: space outside strings goes, everything else stays as spelt. */
export function compactJson(text: string): string {
	return text.includes('\n')
		? text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '')
		: text.trim();
}
