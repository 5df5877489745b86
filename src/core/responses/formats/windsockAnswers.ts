import { idOf, isRecord, numberOf, textOf, type FileRow } from './exactRows';
import type { ReadAnswer } from './readAnswer';

/** A line of Windsock's own `responses/<label>.jsonl`. A string tells what is wrong. */
export function readWindsockAnswer({ line, row }: FileRow): ReadAnswer | string {
	const id = idOf(row['promptId'] ?? row['promptIndex']);
	const response = textOf(row['response']);
	if (id === undefined || response === undefined) {
		return 'it needs "promptId" and "response"';
	}
	const turns = Array.isArray(row['turns'])
		? row['turns'].filter((turn): turn is string => typeof turn === 'string')
		: [];
	const messages = Array.isArray(row['messages']) ? row['messages'].filter(isRecord) : [];
	return {
		line,
		id,
		...(messages.length === 0
			? {}
			: {
					messages: messages.map(({ role, content }) => ({
						role: textOf(role) ?? 'user',
						content: textOf(content) ?? '',
					})),
				}),
		tags: [],
		model: textOf(row['model']),
		turns: turns.length > 0 ? turns : [response],
		sample: Math.max(0, Math.trunc(numberOf(row['sample']) ?? 0)),
		row,
	};
}
