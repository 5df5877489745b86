import type { TemporaryWorkspace } from '../support/bench/workspace';

const subjects = ['kettles', 'bridges', 'beans', 'maps', 'violins', 'lamps', 'tides', 'bread'];

/** Files of the shapes and names of the published ones, for checkouts that have none beside them. */
export async function writeStandInDatasets(workspace: TemporaryWorkspace): Promise<void> {
	const conversations = subjects.flatMap(subject =>
		[1, 2, 3].map(n => ({
			messages: [
				message('user', `Tell me fact ${n} about ${subject}.`, 0),
				message('assistant', `Fact ${n} about ${subject} is short.\nIt has two lines.`, 1),
			],
		})),
	);
	const alpaca = subjects.map(subject => ({
		instruction: `Describe ${subject}.`,
		input: '',
		output: `Here is a description of ${subject}.`,
	}));
	const pairs = subjects.map(subject => ({
		conversations: [{ from: 'human', value: `What are ${subject} for?` }],
		chosen: { from: 'gpt', value: `People use ${subject} every day, for many things.` },
		rejected: { from: 'gpt', value: `no idea what ${subject} are` },
	}));
	await workspace.write(
		'data/v1_sft_demo.jsonl',
		conversations.map(row => `${JSON.stringify(row)}\n`).join(''),
	);
	await workspace.write('data/alpaca_en_demo.json', `${JSON.stringify(alpaca, undefined, 2)}\n`);
	await workspace.write('data/dpo_en_demo.json', `${JSON.stringify(pairs, undefined, 2)}\n`);
}

function message(role: string, value: string, weight: number): object {
	return { role, content: [{ type: 'text', value }], loss_weight: weight };
}
