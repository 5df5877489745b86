import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { PairRule } from '../../core/responses/preferencePairs';
import { readComparison } from '../../node/responses/comparisonStore';
import { exportPairs } from '../../node/responses/exportedPairs';
import type { Answer } from '../output';
import type { Services } from '../services';

export interface PairsOptions {
	readonly out: string;
	readonly rule: PairRule;
	readonly kto?: true;
	readonly edited?: true;
	readonly hosted?: true;
	readonly onPolicy?: string;
	readonly model?: string;
}

/** A folder, or the id of a comparison of the workspace. */
export function comparisonFolder(named: string, comparisons: string): string {
	const inWorkspace = join(comparisons, named);
	const isId = basename(named) === named && !existsSync(named) && existsSync(inWorkspace);
	return isId ? inWorkspace : resolve(named);
}

/** Training data out of votes: preference pairs, single answers for KTO, or scored samples. */
export async function pairs(
	{ folder, endpoints }: Pick<Services, 'folder' | 'endpoints'>,
	named: string,
	options: PairsOptions,
): Promise<Result<Answer>> {
	const comparison = await readComparison(comparisonFolder(named, folder.comparisons));
	if (!comparison.ok) {
		return comparison;
	}
	const { onPolicy, rule, model } = options;
	const form = onPolicy === undefined ? votedForm(options) : 'rated';
	const written = await exportPairs({
		comparison: comparison.value,
		out: resolve(options.out),
		rule,
		form,
		withHosted: options.hosted === true,
		preferences: folder.preferences,
		addressOf: name => (Object.hasOwn(endpoints, name) ? endpoints[name]?.url : undefined),
		now: () => Date.now(),
		...(onPolicy === undefined ? {} : { scores: resolve(onPolicy) }),
		...(model === undefined ? {} : { model }),
	});
	if (!written.ok) {
		return written;
	}
	const { out, rows, skipped, spent, notes } = written.value;
	const text = [
		`${out}: ${rows} ${rowWords[form]}`,
		...skipped.map(({ reason, count }) => `left out ${count}: ${reasonWords[reason] ?? reason}`),
		...notes,
		...(spent > 0
			? [`${spent} prompts are spent now: rates are computed without their votes`]
			: []),
	];
	const made = { ...written.value, form, ...(form === 'rated' || form === 'sft' ? {} : { rule }) };
	return ok({ json: { pairs: made }, text: text.join('\n') });
}

function votedForm({ kto, edited }: PairsOptions): 'pairs' | 'kto' | 'sft' {
	return kto ? 'kto' : edited ? 'sft' : 'pairs';
}

const rowWords = {
	pairs: 'pairs',
	kto: 'answers with a label',
	rated: 'prompts with rated answers',
	sft: 'edited answers',
} as const;

const reasonWords: Readonly<Record<string, string>> = {
	tie: 'a tie makes no pair',
	bothBad: 'answers that are all bad make no pair (--kto writes them)',
	identical: 'the answers are equal',
	emptyChosen: 'the answer is empty',
	answerMissing: 'the answer is no longer there',
	answerChanged: 'the answer changed since the vote',
	noWorst: 'no worst answer was named',
	samePrompt: 'another vote on the prompt speaks for it',
	votersDisagree: 'voters disagree about the best',
	hosted: 'an answer of a hosted model (--hosted takes them)',
	editedBest: 'an edited answer that was voted best is no bad example',
	ownTurns: 'the answers do not follow the same turns',
	notOneTurn: 'the prompt is more than one turn of a user',
	fewAnswers: 'fewer than two answers',
	noScores: 'fewer than two scores',
	answerWithoutScore: 'answers without a score, written as N/A',
};
