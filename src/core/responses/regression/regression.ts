import type { Comparison } from '../comparison';
import type { ModelResponse } from '../response';
import { expectationOf, type Expectation } from './expectation';

/** `unknown`: nobody could say, as where there is no answer, vote or judge. It is never a pass. */
export type Verdict = 'pass' | 'fail' | 'unknown';

export interface CheckedAnswer {
	readonly promptId: string;
	readonly verdict: Verdict;
	/** What is not as expected or not known, one phrase each. */
	readonly reasons: readonly string[];
}

export interface CheckedModel {
	readonly label: string;
	readonly passed: number;
	readonly failed: number;
	readonly unknown: number;
	/** Of every pinned prompt, in the order of the set. */
	readonly answers: readonly CheckedAnswer[];
}

/** A prompt that one model passes and the next one does not, or the other way round. */
export interface Flip {
	readonly promptId: string;
	readonly from: string;
	readonly to: string;
	readonly now: 'passes' | 'fails';
}

export interface Regression {
	/** Pinned prompts. */
	readonly prompts: number;
	/** Prompts without a check. */
	readonly unpinned: number;
	readonly models: readonly CheckedModel[];
	/** Between each model and the one after it. */
	readonly flips: readonly Flip[];
}

/** What checks need from outside. */
export interface CheckPorts {
	/** `tooSlow` where the time or room for one pattern ran out. */
	matches(pattern: string, text: string): boolean | 'tooSlow';
	/** Undefined where there is no judge, or its answer could not be read. */
	judge?(rubric: string, answer: ModelResponse): Promise<{ readonly passes: boolean } | string>;
}

/** Holds every model's first answers to what is pinned. A string names prompts with wrong checks. */
export async function checkRegressions(
	comparison: Comparison,
	ports: CheckPorts,
): Promise<Regression | string> {
	const pinned: { readonly promptId: string; readonly expected: Expectation }[] = [];
	for (const prompt of comparison.prompts) {
		const expected = expectationOf(prompt);
		if (typeof expected === 'string') {
			return `prompt ${prompt.id}: ${expected}`;
		}
		if (expected) {
			pinned.push({ promptId: prompt.id, expected });
		}
	}
	const models: CheckedModel[] = [];
	for (const { label } of comparison.header.models) {
		const answers: CheckedAnswer[] = [];
		for (const { promptId, expected } of pinned) {
			answers.push(await checkAnswer(comparison, label, promptId, expected, ports));
		}
		const count = (verdict: Verdict): number =>
			answers.filter(answer => answer.verdict === verdict).length;
		models.push({
			label,
			passed: count('pass'),
			failed: count('fail'),
			unknown: count('unknown'),
			answers,
		});
	}
	return {
		prompts: pinned.length,
		unpinned: comparison.prompts.length - pinned.length,
		models,
		flips: models.slice(1).flatMap((model, i) => flipsBetween(models[i] as CheckedModel, model)),
	};
}

function flipsBetween(before: CheckedModel, after: CheckedModel): Flip[] {
	return after.answers.flatMap(({ promptId, verdict }, i) => {
		const was = before.answers[i]?.verdict;
		const isFlip = was !== verdict && was !== 'unknown' && verdict !== 'unknown';
		const now = verdict === 'pass' ? 'passes' : 'fails';
		return isFlip ? [{ promptId, from: before.label, to: after.label, now }] : [];
	});
}

async function checkAnswer(
	comparison: Comparison,
	label: string,
	promptId: string,
	expected: Expectation,
	ports: CheckPorts,
): Promise<CheckedAnswer> {
	const answer = comparison.responses.get(label)?.get(promptId);
	if (!answer || answer.finishReason === 'error') {
		return { promptId, verdict: 'unknown', reasons: ['there is no answer'] };
	}
	const { failed, unknown } = checkedText(answer.response, expected, ports);
	const judged =
		expected.rubric === undefined ? undefined : await ports.judge?.(expected.rubric, answer);
	if (expected.rubric !== undefined) {
		if (judged === undefined) {
			unknown.push('no judge was asked about its rubric');
		} else if (typeof judged === 'string') {
			unknown.push(judged);
		} else if (!judged.passes) {
			failed.push(`the judge finds that it does not fulfil “${expected.rubric}”`);
		}
	}
	if (expected.winner !== undefined && expected.winner !== label) {
		// Nothing is expected of this answer, which is no pass.
		if (checksNothingElse(expected)) {
			unknown.push(`only the answer of ${expected.winner} is held to the votes`);
		}
	} else if (expected.winner === label) {
		const best = bestByVotes(comparison, promptId);
		if (best === undefined) {
			unknown.push('no vote says which answer is best');
		} else if (best !== label) {
			failed.push(`${best === '' ? 'no answer' : best} was voted best`);
		}
	}
	const verdict = failed.length > 0 ? 'fail' : unknown.length > 0 ? 'unknown' : 'pass';
	return { promptId, verdict, reasons: [...failed, ...unknown] };
}

function checksNothingElse(expected: Expectation): boolean {
	const { contains, lacks, regex, json, maxLength, rubric } = expected;
	return (
		contains.length + lacks.length + regex.length === 0 &&
		!json &&
		maxLength === undefined &&
		rubric === undefined
	);
}

function checkedText(
	text: string,
	expected: Expectation,
	{ matches }: CheckPorts,
): { readonly failed: string[]; readonly unknown: string[] } {
	const failed: string[] = [];
	const unknown: string[] = [];
	for (const wanted of expected.contains) {
		if (!text.includes(wanted)) {
			failed.push(`it lacks “${wanted}”`);
		}
	}
	for (const unwanted of expected.lacks) {
		if (text.includes(unwanted)) {
			failed.push(`it contains “${unwanted}”`);
		}
	}
	for (const pattern of expected.regex) {
		const found = matches(pattern, text);
		if (found === 'tooSlow') {
			// A busy machine must not turn a pass into a fail.
			unknown.push(`/${pattern}/ took too long`);
		} else if (!found) {
			failed.push(`/${pattern}/ is not found in it`);
		}
	}
	if (expected.json && !isJson(text)) {
		failed.push('it is not JSON');
	}
	const characters = [...text].length;
	if (expected.maxLength !== undefined && characters > expected.maxLength) {
		failed.push(`it has ${characters} characters, more than ${expected.maxLength}`);
	}
	return { failed, unknown };
}

/** Models like to put JSON into a block of code; two blocks are no one document. */
function isJson(text: string): boolean {
	const block = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/i.exec(text)?.[1];
	try {
		JSON.parse(block ?? text);
		return true;
	} catch {
		return false;
	}
}

/** The label with most votes, '' where votes favour none, undefined without a vote. */
function bestByVotes({ votes }: Comparison, promptId: string): string | undefined {
	const counts = new Map<string, number>();
	for (const vote of votes.filter(one => one.promptId === promptId)) {
		const label = vote.verdict === 'best' ? (vote.best ?? '') : '';
		counts.set(label, (counts.get(label) ?? 0) + 1);
	}
	const [first, second] = [...counts].toSorted(([, a], [, b]) => b - a);
	return first === undefined ? undefined : second?.[1] === first[1] ? '' : first[0];
}
