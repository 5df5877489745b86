import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { isOwnAddress } from '../../core/responses/hostedModel';
import { checkRegressions, type Regression } from '../../core/responses/regression/regression';
import { readComparison } from '../../node/responses/comparisonStore';
import { boundedMatch } from '../../node/responses/regression/boundedPattern';
import { rubricJudge } from '../../node/responses/regression/rubricJudge';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';
import { generate, type GenerateOptions } from './generate';
import { comparisonFolder } from './pairs';

export interface RegressOptions extends Omit<GenerateOptions, 'model' | 'wait' | 'samples'> {
	readonly models?: readonly string[];
	/** Answers that are there already, instead of asking models. */
	readonly answers?: string;
	readonly judge?: string;
	readonly yes?: true;
}

/** Holds answers to what the prompts of a set expect; bad news where one got worse. */
export async function regress(
	services: Services,
	output: Output,
	set: string,
	options: RegressOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const judge = judgeOf(services, options, signal);
	if (!judge.ok) {
		return judge;
	}
	const answered = await answersOf(services, output, set, options, signal);
	if (!answered.ok) {
		return answered;
	}
	if ('text' in answered.value) {
		return ok(answered.value);
	}
	const { folder } = answered.value;
	const comparison = await readComparison(folder);
	if (!comparison.ok) {
		return comparison;
	}
	const ports = { matches: boundedMatch, ...(judge.value ? { judge: judge.value } : {}) };
	const checked = await checkRegressions(comparison.value, ports);
	const reason =
		typeof checked === 'string'
			? checked
			: checked.prompts === 0
				? 'no prompt has the field "expect"'
				: undefined;
	if (typeof checked === 'string' || reason !== undefined) {
		return err(new WindsockError('promptSetInvalid', { path: set, reason }));
	}
	return ok(answerOf(checked, folder));
}

async function answersOf(
	services: Services,
	output: Output,
	set: string,
	options: RegressOptions,
	signal: AbortSignal,
): Promise<Result<{ readonly folder: string } | Answer>> {
	if (options.answers !== undefined) {
		return ok({ folder: comparisonFolder(options.answers, services.folder.comparisons) });
	}
	const asked = { ...options, model: options.models ?? [], wait: true };
	const made = await generate(services, output, set, asked, signal);
	if (!made.ok) {
		return made;
	}
	const folder =
		made.value.json['comparison'] ?? Reflect.get(Object(made.value.json['run']), 'comparison');
	return ok(typeof folder === 'string' ? { folder } : made.value);
}

/** A judge on somebody else's machine reads prompts and answers: that has to be said first. */
function judgeOf(
	{ endpoints }: Services,
	{ judge, yes }: RegressOptions,
	signal: AbortSignal,
): Result<ReturnType<typeof rubricJudge> | undefined> {
	if (judge === undefined) {
		return ok(undefined);
	}
	const name = judge.replace(/^endpoint:/, '');
	const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
	if (!endpoint) {
		const reason = 'no endpoint of this name is in the settings';
		return err(new WindsockError('endpointFailed', { name, reason }));
	}
	if (!isOwnAddress(endpoint.url) && yes !== true) {
		const reason = `prompts and answers with a rubric would go to ${new URL(endpoint.url).host}; say --yes to send them`;
		return err(new WindsockError('endpointFailed', { name, reason }));
	}
	return ok(rubricJudge(name, endpoint, signal));
}

/** Bad news: the last model fails what the first one passed, or, alone, fails anything. */
function answerOf(regression: Regression, folder: string): Answer {
	const { models, flips, prompts, unpinned } = regression;
	const [first] = models;
	const last = models.at(-1);
	const worse = (last?.answers ?? []).filter(
		({ verdict }, i) =>
			verdict === 'fail' && (last === first || first?.answers[i]?.verdict === 'pass'),
	);
	const failures = models.flatMap(({ label, answers }) =>
		answers
			.filter(({ verdict }) => verdict !== 'pass')
			.map(({ promptId, verdict, reasons }) => [
				label,
				promptId,
				verdict === 'fail' ? 'fails' : 'not known',
				reasons.join('; ').replaceAll(/\s+/g, ' ').slice(0, 200),
			]),
	);
	const text = [
		table([
			['MODEL', 'PASSED', 'FAILED', 'NOT KNOWN'],
			...models.map(one => [
				one.label,
				`${one.passed}/${prompts}`,
				String(one.failed),
				String(one.unknown),
			]),
		]),
		...(failures.length > 0 ? [table([['MODEL', 'PROMPT', '', 'WHY'], ...failures])] : []),
		...(flips.length > 0
			? [
					table([
						['FLIPPED', 'FROM', 'TO', ''],
						...flips.map(one => [one.promptId, one.from, one.to, `now ${one.now}`]),
					]),
				]
			: models.length > 1
				? ['No prompt changed sides.\n']
				: []),
		...(unpinned > 0 ? [`${unpinned} prompts of the set expect nothing.\n`] : []),
	].join('');
	const json = {
		comparison: folder,
		regression: {
			prompts,
			unpinned,
			models: models.map(({ answers, ...counts }) => ({
				...counts,
				failures: answers.filter(({ verdict }) => verdict !== 'pass'),
			})),
			flips,
		},
	};
	return { json, text, exitCode: worse.length > 0 ? 1 : 0 };
}
