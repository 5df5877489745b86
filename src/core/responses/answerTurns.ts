import type { ModelResponse } from './response';

/** All replies of an answer: one to each turn of its prompt. */
export function answerTurns({ row, response }: ModelResponse): string[] {
	const { turns } = row;
	const texts = Array.isArray(turns)
		? turns.filter((turn): turn is string => typeof turn === 'string')
		: [];
	return texts.length > 0 ? texts : [response];
}
