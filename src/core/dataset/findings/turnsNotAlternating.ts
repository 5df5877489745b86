import { promptFormats, type Message, type RecognisedRow } from '../example';
import type { Check } from './check';
import type { Finding } from './finding';

export const turnsNotAlternating: Check = {
	code: 'turnsNotAlternating',
	severity: 'warning',
	shortName: 'turns do not alternate',
	otherNames: ['alternation'],
	sentence: detail =>
		`User and assistant do not take turns${detail === undefined ? '' : `: ${detail}`}.`,
	ofRow: firstFault,
};

function firstFault({ example, format }: RecognisedRow): Finding[] {
	if (promptFormats.has(format)) {
		return [];
	}
	switch (example.kind) {
		case 'messages':
			return faultIn(example.messages);
		case 'preference':
			return faultIn([...example.prompt, ...example.chosen]);
		default:
			return [];
	}
}

/**
 * Most chat templates ask for user and assistant in turn. A tool's turn parts two of the assistant;
 * a system prompt may stand anywhere before the first of the user.
 */
function faultIn(messages: readonly Message[]): Finding[] {
	let before: Message['role'] | undefined;
	for (const [i, { role }] of messages.entries()) {
		if (role === 'user' || role === 'assistant') {
			if (role === before) {
				const who = role === 'user' ? 'the user' : 'the assistant';
				return [{ code: 'turnsNotAlternating', message: i, detail: `two turns of ${who}` }];
			}
			if (before === undefined && role === 'assistant') {
				return [{ code: 'turnsNotAlternating', message: i, detail: 'the assistant begins' }];
			}
			before = role;
		} else if (role === 'tool') {
			before = 'tool';
		} else if (before !== undefined && (role === 'system' || role === 'developer')) {
			const detail = 'a system prompt in the middle';
			return [{ code: 'turnsNotAlternating', message: i, detail }];
		}
	}
	return [];
}
