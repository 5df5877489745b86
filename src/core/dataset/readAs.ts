import { messagesOf, type Block, type Example, type FormatName, type Message } from './example';

/** What a row is taken for, in words. */
const titles: Readonly<Record<FormatName, string>> = {
	messages: 'chat messages',
	sharegpt: 'ShareGPT conversation',
	'sharegpt-preference': 'ShareGPT preference pair',
	'trl-preference': 'TRL preference pair',
	'h4-preference': 'H4 preference pair of whole dialogues',
	'v1-preference': 'preference pair of messages in parts',
	'openai-preference': 'OpenAI preference pair',
	'axolotl-preference': 'preference pair as Axolotl reads it',
	alpaca: 'Alpaca instruction',
	'alpaca-preference': 'Alpaca preference pair',
	'prompt-completion': 'prompt and completion',
	'prompt-only': 'prompt',
	'question-answer': 'question and answer',
	kto: 'marked example (KTO)',
	stepwise: 'solution with marked steps',
	text: 'plain text',
	'dialogue-text': 'dialogue written into one string',
	'dialogue-text-preference': 'preference pair of dialogues written into strings',
	ultrachat: 'raw UltraChat, turns by position',
	ultrafeedback: 'raw UltraFeedback',
	'ranked-answers': 'ranked answers',
	'alpaca-eval-output': 'AlpacaEval output',
	'alpaca-eval-annotation': 'AlpacaEval annotation',
	'mt-bench-question': 'MT-Bench question',
	'mt-bench-answer': 'MT-Bench answer',
	'session-trace': 'line of a session trace',
	mapped: 'your own mapping',
	json: 'unknown row',
	broken: 'broken row',
};

export function titleOfFormat(format: FormatName): string {
	return titles[format];
}

/** The fields at the top of a row that its texts come from, in the order in which they are shown. */
export function fieldsRead(example: Example): string[] {
	const paths =
		example.kind === 'text' ? example.body.paths : messagesOf(example).flatMap(pathsOfMessage);
	const names = paths.flatMap(([name]) => (typeof name === 'string' ? [name] : []));
	return [...new Set(names)];
}

function pathsOfMessage(message: Message): Message['places'] & {} {
	return [...message.blocks.flatMap(pathsOfBlock), ...(message.places ?? [])];
}

function pathsOfBlock(block: Block): Message['places'] & {} {
	return block.kind === 'text' || block.kind === 'reasoning' ? block.paths : [];
}
