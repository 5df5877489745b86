import { textsOf, type Example } from '../example';
import { characterCount, sidedMessages, type QueryRow } from './queryRow';

/** Messages of a row without system prompts; of a preference pair those of prompt and chosen. */
export function turnsOf(example: Example): number {
	let turns = 0;
	for (const { message, side } of sidedMessages(example)) {
		const isPrompt = message.role === 'system' || message.role === 'developer';
		turns += isPrompt || side === 'rejected' ? 0 : 1;
	}
	return turns;
}

/** Characters of everything that a row says. */
export function charactersOf(example: Example): number {
	return textsOf(example).reduce((sum, text) => sum + characterCount(text), 0);
}

/** Score of the chosen side less that of the rejected one, where the row has both. */
export function marginOf(example: Example): number | undefined {
	const scores = example.kind === 'preference' ? example.scores : undefined;
	return scores && scores.chosen - scores.rejected;
}

/** The number that a key of kind `number` about rows stands for. */
export function measureOf(key: 'turns' | 'chars' | 'margin', row: QueryRow): number | undefined {
	switch (key) {
		case 'turns':
			return turnsOf(row.example);
		case 'chars':
			return charactersOf(row.example);
		case 'margin':
			return marginOf(row.example);
	}
}
