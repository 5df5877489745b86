import type { Prompt } from '../../core/responses/promptSet';
import { promptTurns } from '../../core/responses/promptTurns';

const longest = 120;

/** A line for a list: what is asked first, as later turns (“now rewrite it”) are alike everywhere. */
export function promptTitle(prompt: Pick<Prompt, 'id' | 'messages'>): string {
	const [first] = promptTurns(prompt.messages);
	const text = first?.findLast(message => message.role === 'user')?.content ?? prompt.id;
	return text.trim().replaceAll(/\s+/g, ' ').slice(0, longest);
}
