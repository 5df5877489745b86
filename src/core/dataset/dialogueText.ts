import type { Block, Message, Role } from './example';
import type { JsonPath } from './jsonScanner';
import { roleOf } from './messageShapes';
import { textBlocks } from './replyText';

/** A template that writes turns into one string. */
interface Template {
	/** Where a turn begins; its first group names the role. Global. */
	readonly marker: RegExp;
	/** What may follow the last word of a turn. */
	readonly ending: RegExp;
	/** Words before the first turn are the system prompt; else there may be none but `<s>`. */
	readonly hasPreface: boolean;
	/** Spares the pattern where this is missing. */
	readonly sign: string;
}

const noEnding = /$/;
const endOfText = /\s*(?:<\/s>|<\|end_?of_?text\|>)\s*(?:<s>\s*)?$/i;

const templates: readonly Template[] = [
	{
		sign: '<|im_start|>',
		marker: /<\|im_start\|>(\w+)[ \t]*\n/g,
		ending: /<\|im_end\|>\s*$/,
		hasPreface: false,
	},
	{
		sign: '<|start_header_id|>',
		marker: /<\|start_header_id\|>(\w+)<\|end_header_id\|>\s*/g,
		ending: /(?:<\|eot_id\|>|<\|end_of_text\|>|\s)+$/,
		hasPreface: false,
	},
	{
		sign: '<|message|>',
		marker: /<\|start\|>(\w+(?:<\|channel\|>\w+)?)[^<]*<\|message\|>/g,
		ending: /<\|(?:end|return|call)\|>\s*$/,
		hasPreface: false,
	},
	{
		sign: '<start_of_turn>',
		marker: /<start_of_turn>(\w+)\n/g,
		ending: /<end_of_turn>\s*(?:<eos>\s*)?$/,
		hasPreface: false,
	},
	{
		sign: '<|user|>',
		marker: /<\|(system|user|assistant)\|>\s*/g,
		ending: /(?:<\/s>|<\|end\|>|<\|endoftext\|>|\s)+$/,
		hasPreface: false,
	},
	{ sign: '[/INST]', marker: /\s*(\[\/?INST\])\s*/g, ending: endOfText, hasPreface: false },
	{
		sign: '### ',
		marker:
			/(?:^|\n|\s(?=### (?:Human|Assistant)))### (Instruction|Input|Response|Human|User|Assistant|System|Question|Answer):?[ \n]?/g,
		ending: endOfText,
		hasPreface: true,
	},
	{
		sign: 'ASSISTANT: ',
		marker: /(?:^|\s|<\/s>)(USER|ASSISTANT): /g,
		ending: /<\/s>\s*$/,
		hasPreface: true,
	},
	{
		sign: ':',
		marker: /(?:^|\n)[ \t]*(Human|User|Assistant|AI|Bot|System):(?=\s|$)/g,
		ending: noEnding,
		hasPreface: false,
	},
];

const templateRoles: Readonly<Record<string, Role>> = {
	'[INST]': 'user',
	'[/INST]': 'assistant',
	instruction: 'user',
	input: 'user',
	question: 'user',
	response: 'assistant',
	answer: 'assistant',
};
const beginning = /^\s*(?:<s>|<bos>|<\|begin_?of_?text\|>)?\s*$/;
const preface = /^\s*(?:<s>|<bos>)?\s*/;

/**
 * The turns of a dialogue that was written into one string, or `undefined` for other texts. Every
 * turn knows its place in the string, so that each can be edited by itself.
 */
export function readDialogueText(
	text: string,
	paths: readonly JsonPath[],
): readonly Message[] | undefined {
	for (const template of templates) {
		if (text.includes(template.sign)) {
			const messages = turnsBy(template, text, paths);
			if (messages && isDialogue(messages)) {
				return messages;
			}
		}
	}
	return undefined;
}

/** A user speaks first and is answered; a text that only mentions a marker is no dialogue. */
function isDialogue(messages: readonly Message[]): boolean {
	const speakers = messages.filter(({ role }) => role === 'user' || role === 'assistant');
	return speakers[0]?.role === 'user' && speakers.some(({ role }) => role === 'assistant');
}

function turnsBy(
	template: Template,
	text: string,
	paths: readonly JsonPath[],
): Message[] | undefined {
	const marks = [...text.matchAll(template.marker)];
	const [first] = marks;
	if (!first || !(template.hasPreface || beginning.test(text.slice(0, first.index)))) {
		return undefined;
	}
	const before = prefaceOf(text, first.index, paths);
	const messages: Message[] = template.hasPreface && before ? [before] : [];
	for (const [i, mark] of marks.entries()) {
		const start = mark.index + mark[0].length;
		const end = marks[i + 1]?.index ?? text.length;
		const written = mark[1] ?? '';
		const inner = text.slice(start, end);
		const size = template.ending.exec(inner)?.index ?? inner.length;
		if (i === marks.length - 1 && inner.trim() === '' && i > 0) {
			// A prompt that ends where the reply is to begin.
			break;
		}
		addTurn(messages, written, text, { start, end: start + size }, paths);
	}
	return messages;
}

interface Piece {
	readonly start: number;
	readonly end: number;
}

function addTurn(
	messages: Message[],
	written: string,
	text: string,
	piece: Piece,
	paths: readonly JsonPath[],
): void {
	const previous = messages.at(-1);
	if (written === '[INST]') {
		messages.push(...instructionTurns(text, piece, paths));
	} else if (written.includes('<|channel|>')) {
		const [speaker = '', channel = ''] = written.split('<|channel|>');
		const kind = channel === 'final' ? 'text' : 'reasoning';
		const block: Block = { kind, ...trimmed(text, piece, paths) };
		if (previous?.writtenRole === speaker && previous.blocks.every(b => b.kind === 'reasoning')) {
			messages[messages.length - 1] = { ...previous, blocks: [...previous.blocks, block] };
		} else {
			messages.push({ role: roleOf(speaker), writtenRole: speaker, blocks: [block] });
		}
	} else if (written === 'Input' && previous?.writtenRole === 'Instruction') {
		const block: Block = { kind: 'text', ...trimmed(text, piece, paths) };
		messages[messages.length - 1] = { ...previous, blocks: [...previous.blocks, block] };
	} else {
		messages.push(turn(written, text, piece, paths));
	}
}

/** Llama 2 puts the system prompt into the first instruction. */
function instructionTurns(text: string, piece: Piece, paths: readonly JsonPath[]): Message[] {
	const system = /^\s*<<SYS>>([\s\S]*?)<<\/SYS>>/.exec(text.slice(piece.start, piece.end));
	if (!system) {
		return [turn('[INST]', text, piece, paths)];
	}
	const from = piece.start + system[0].indexOf('<<SYS>>') + '<<SYS>>'.length;
	const to = from + (system[1] ?? '').length;
	return [
		turn('system', text, { start: from, end: to }, paths),
		turn('[INST]', text, { start: piece.start + system[0].length, end: piece.end }, paths),
	];
}

function prefaceOf(text: string, end: number, paths: readonly JsonPath[]): Message | undefined {
	const start = preface.exec(text.slice(0, end))?.[0].length ?? 0;
	return start < end ? turn('system', text, { start, end }, paths) : undefined;
}

function turn(written: string, text: string, piece: Piece, paths: readonly JsonPath[]): Message {
	const key = written.toLowerCase();
	const role = templateRoles[written] ?? templateRoles[key] ?? roleOf(key);
	const said = trimmed(text, piece, paths);
	const blocks = textBlocks(said.text, role, paths).map((block): Block => {
		if (block.kind !== 'text' && block.kind !== 'reasoning') {
			return block;
		}
		const { start, end } = block.range ?? { start: 0, end: said.text.length };
		const offset = said.range.start;
		return { ...block, range: { start: offset + start, end: offset + end } };
	});
	return { role, writtenRole: written, blocks };
}

function trimmed(text: string, { start, end }: Piece, paths: readonly JsonPath[]) {
	const inner = text.slice(start, end);
	const from = start + (inner.length - inner.trimStart().length);
	const to = Math.max(from, start + inner.trimEnd().length);
	return { text: text.slice(from, to), paths, range: { start: from, end: to } };
}
