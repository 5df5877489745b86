import type { Comparison } from '../comparison';
import type { ChatMessage } from '../promptSet';
import type { Judged } from './judged';

export type IsSpent = (messages: readonly ChatMessage[]) => boolean;

/**
 * Says of a judge's figures that they count prompts that were trained on, where they do: rates of votes leave those out, a
 * protocol cannot.
 */
export function spentJudgedWords(
	{ prompts }: Comparison,
	judged: Judged,
	isSpent: IsSpent,
): string[] {
	const rows = judged.kind === 'windsock' ? judged.judgments : judged.rows;
	const ids = new Set(rows.map(({ promptId }) => promptId));
	const spent = prompts.filter(({ id, messages }) => ids.has(id) && isSpent(messages)).length;
	return spent === 0
		? []
		: [
				`${spent} of its ${ids.size} prompts are spent: votes on them were exported for training, and these figures count them all the same.`,
			];
}
