import { answerTurns } from '../../answerTurns';
import type { Comparison } from '../../comparison';
import type { Prompt } from '../../promptSet';

const reasons = {
	system: 'a system prompt or given replies, which the protocol has no place for',
	turns: 'several turns, where the protocol has one',
	answer: 'an answer that is missing or failed',
} as const;

/** Prompts and answers in the shape that published protocols know, and a count of what has another. */
export class ProtocolAnswers {
	readonly leftOut = new Map<string, number>();

	constructor(private readonly comparison: Comparison) {}

	get labels(): readonly string[] {
		return this.comparison.header.models.map(({ label }) => label);
	}

	/** Prompts of user turns alone. */
	prompts(turns: 'one' | 'any'): readonly Prompt[] {
		return this.comparison.prompts.filter(({ messages }) => {
			const isPlain = messages.length > 0 && messages.every(({ role }) => role === 'user');
			if (isPlain && (turns === 'any' || messages.length === 1)) {
				return true;
			}
			this.#leaveOut(isPlain ? reasons.turns : reasons.system);
			return false;
		});
	}

	/**
	 * The replies of each label to a prompt; undefined and counted once where one lacks any. An empty
	 * answer is one: protocols judge it.
	 */
	of(prompt: Prompt, labels: readonly string[], turns: number): string[][] | undefined {
		const answers = labels.map(label => {
			const answer = this.comparison.responses.get(label)?.get(prompt.id);
			return answer === undefined || answer.finishReason === 'error' ? [] : answerTurns(answer);
		});
		if (answers.every(replies => replies.length >= turns)) {
			return answers;
		}
		this.#leaveOut(reasons.answer);
		return undefined;
	}

	#leaveOut(reason: string): void {
		this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1);
	}
}

/** Every other label against one: the reference that was asked for, the published one, or the first. */
export function pairsAgainst(
	labels: readonly string[],
	reference: string | undefined,
	published: readonly string[],
): { readonly baseline: string; readonly models: readonly string[] } {
	const baseline = reference ?? published.find(label => labels.includes(label)) ?? labels[0] ?? '';
	return { baseline, models: labels.filter(label => label !== baseline) };
}
