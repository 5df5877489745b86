import type { Words } from './wording';

/** What is said of rows and datasets. */
export const dataWords: Readonly<Record<string, Words>> = {
	rowLeftOut: {
		name: 'does not fit',
		sentence: 'the row does not fit the method and is left out before training',
		advice: 'Mend the row, or label it “drop” so that it is left out knowingly',
	},
	brokenRow: {
		name: 'broken row',
		sentence: 'the row is not valid JSON and is left out',
		advice: 'Mend or delete it',
	},
	notAnObject: {
		name: 'not an object',
		sentence: 'the row is valid JSON and no example: it is left out',
		advice: 'Delete it',
	},
	wrongColumns: {
		name: 'wrong columns',
		sentence: 'the row has not the columns that the method needs, and is left out',
		advice: 'Say in the dataset editor how rows are to be read, or convert the dataset',
	},
	shareGpt: {
		name: 'ShareGPT row',
		sentence: 'the row is in ShareGPT’s form, which TRL misreads',
		advice: 'Convert the dataset (Windsock: Convert Dataset…)',
	},
	alpaca: {
		name: 'Alpaca row',
		sentence: 'the row is in Alpaca’s form, which TRL does not read',
		advice: 'Convert the dataset (Windsock: Convert Dataset…)',
	},
	emptyMessages: {
		name: 'no messages',
		sentence: 'the row has no messages and is left out',
		advice: 'Delete it, or label it “drop”',
	},
	messageWithoutRole: {
		name: 'no role',
		sentence: 'a message has no role, and the row is left out',
		advice: 'Give it one: system, user, assistant or tool',
	},
	lastTurnByUser: {
		name: 'no last reply',
		sentence:
			'the dialogue ends with the user, and the row is left out: there is no reply to learn',
		advice: 'Delete the last turn, write the reply, or label the row “drop”',
	},
	emptyReply: {
		name: 'empty reply',
		sentence: 'a reply is empty, and the row is left out',
		advice: 'Write the reply, or label the row “drop”',
	},
	roleNames: {
		name: 'role name',
		sentence: 'a role has a name that chat templates write nothing for',
		advice: 'Rename it to system, user, assistant or tool',
	},
	turnsNotAlternating: {
		name: 'turns',
		sentence: 'user and assistant do not take turns, which many chat templates refuse',
		advice: 'Join the neighbouring messages, or label the row “drop”',
	},
	nullContent: {
		name: 'no content',
		sentence: 'a message has no content, and training ends with an error',
		advice: 'Write the content, delete the message, or label the row “drop”',
	},
	contentType: {
		name: 'content type',
		sentence: 'the content of a message is no text',
		advice: 'Make it a text',
	},
	messageWeights: {
		name: 'weight ignored',
		sentence: 'a message says whether it is trained on, and TRL does not read that',
		advice: 'Set “assistant_only_loss: true”, split the row, or take the flag out',
	},
	pairTypes: {
		name: 'mixed pair',
		sentence: 'one part of the pair is a text and another a list of messages: it is left out',
		advice: 'Convert the dataset (Windsock: Convert Dataset…)',
	},
	emptyPrompt: {
		name: 'empty prompt',
		sentence: 'the pair asks nothing and is left out',
		advice: 'Write the prompt, or label the row “drop”',
	},
	chosenEqualsRejected: {
		name: 'equal replies',
		sentence: 'chosen and rejected say the same, and the pair is left out: it teaches nothing',
		advice: 'Edit one of the two, or label the row “drop”',
	},
	promptTwice: {
		name: 'prompt twice',
		sentence: 'the prompt stands in its column and again in the replies',
		advice: 'Take it out of the replies, or the column away',
	},
	promptMismatch: {
		name: 'other prompts',
		sentence: 'chosen and rejected answer different prompts',
		advice: 'Give both the same prompt, or label the row “drop”',
	},
	mixedColumns: {
		name: 'mixed columns',
		sentence: 'the row has other columns than the rows before it',
		advice: 'Keep rows of one shape in a dataset; put the others into one of their own',
	},
	mixedTypes: {
		name: 'mixed types',
		sentence: 'a value has another type than in the rows before it',
		advice: 'Give the field one type in all rows',
	},
	noRowLeft: {
		name: 'no row left',
		sentence: say => `none of its ${say.number('rows')} rows can be trained on`,
		advice: 'See what is said of its rows',
	},
	promptInOtherSet: {
		name: 'known prompt',
		sentence: 'the prompt also stands in a set that is meant to test',
		advice: 'Label the row “drop”: a prompt that was trained on tests nothing',
	},
	promptsSpent: {
		name: 'spent prompts',
		sentence: say =>
			`${say.number('prompts')} of its rows are of prompts that you voted on, which are spent with this run`,
		advice: 'Compare later models on other prompts; rates leave these out',
	},
	fileMissing: {
		name: 'file missing',
		sentence: say => `${say.text('path')} cannot be read: ${say.text('reason')}`,
		advice: 'Check again: the file is sent anew',
	},
};
