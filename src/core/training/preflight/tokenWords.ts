import type { Words } from './wording';

/** What is said of the tokens that the trainer makes of rows. */
export const tokenWords: Readonly<Record<string, Words>> = {
	noChatTemplate: {
		name: 'no chat template',
		sentence: 'neither the model nor the recipe has a chat template, so messages become no text',
		advice: 'Name one: “chat_template_path: FILE.jinja”',
	},
	noGenerationMarks: {
		name: 'no reply marks',
		sentence: say =>
			`“assistant_only_loss” needs a template that marks replies, and this one does not: ${say.text('said')}`,
		advice:
			'Use a template with {% generation %} marks: “Windsock: Use a Marked Chat Template…” and “windsock recipe template” have Zephyr’s and Mistral’s',
	},
	templateRefuses: {
		name: 'template refuses',
		sentence: 'the chat template refuses the row',
		advice: 'Mend the row as the template says, or label it “drop”',
	},
	systemUnsupported: {
		name: 'system prompt',
		sentence: 'the chat template has no place for the system prompt of the row',
		advice: 'Put its words into the first question, or take another template',
	},
	tokenWithoutEmbedding: {
		name: 'unknown token',
		sentence: 'the tokenizer makes a token that the model has no embedding for',
		advice: 'Take the tokenizer of the model, or a model with as many embeddings',
	},
	noTrainableToken: {
		name: 'nothing to learn',
		sentence: 'no token of the row has loss',
		advice: 'Label the row “drop”, or give the cut more room: a larger “max_length”',
	},
	lengthDropped: {
		name: 'too long',
		sentence: 'the prompt alone is longer than “max_length”, and TRL leaves the row out',
		advice: 'Set a larger “max_length”, or label the row “drop”',
	},
	rowsCut: {
		name: 'cut',
		sentence: 'the row is longer than “max_length” and is cut',
		advice: 'Set a larger “max_length”, or split the dialogue',
	},
	sameAfterCut: {
		name: 'equal after cut',
		sentence: 'chosen and rejected differ only behind “max_length”, so the pair teaches nothing',
		advice: 'Set a larger “max_length”, or label the row “drop”',
	},
	seamMismatch: {
		name: 'seam',
		sentence: 'tokens change where the reply follows the prompt, so loss begins at another place',
		advice: 'Take blanks and line ends away at the end of the prompt or the start of the reply',
	},
	turnEndWithoutLoss: {
		name: 'end not learned',
		sentence: 'the token that ends a turn has no loss: the model would not learn to stop',
		advice: 'Put the turn’s end inside the template’s generation marks',
	},
	noTurnEnd: {
		name: 'no end',
		sentence: say =>
			`${say.number('rows')} replies end with no token of their own, so the model cannot learn to stop`,
		advice: 'Take a chat template that ends each turn with a token such as </s> or <|im_end|>',
	},
	turnEndNotEos: {
		name: 'other end',
		sentence: say =>
			`replies end with “${say.text('token')}”, and generation stops only at ${say.list('stops')}`,
		advice: say => `Set “eos_token: ${say.text('token')}”, so that generation stops there`,
	},
	templateUnknown: {
		name: 'base model',
		sentence: say => {
			switch (say.text('evidence')) {
				case 'untrained':
					return 'the model was never trained: DPO has nothing to start from';
				case 'noTemplate':
					return 'the model has no chat template of its own, so it has most likely never seen one';
				default:
					return `the embeddings of ${say.list('tokens')} look untrained (norm ${say.number('norm')}, usual ${say.number('usual')})`;
			}
		},
		advice: 'Train SFT with this template first, then DPO from its checkpoint',
	},
};
