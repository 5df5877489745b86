import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { judgeReport, type JudgeReport } from '../../core/responses/judging/judgeReport';
import { usualRubric } from '../../core/responses/judging/pairJudge';
import { readComparison } from '../../node/responses/comparisonStore';
import { EndpointClient, endpointKeyFromEnvironment } from '../../node/responses/endpointClient';
import {
	judgeEndpoint,
	JudgeWork,
	type JudgePlan,
} from '../../node/responses/judging/judgeComparison';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';

export interface JudgeOptions {
	readonly judge: string;
	readonly reference?: string;
	readonly rubric?: string;
	readonly repeats: number;
	readonly maxNewTokens: number;
	/** Price of a million tokens, of questions and of replies. */
	readonly price?: number;
	readonly replyPrice?: number;
	readonly yes?: boolean;
}

/** About so many characters make a token in English. */
const charactersPerToken = 4;

/** Lets a judge compare every model with one, in both orders; first says what would be sent. */
export async function judge(
	services: Services,
	output: Output,
	directory: string,
	options: JudgeOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const folder = resolve(directory);
	const comparison = await readComparison(folder);
	if (!comparison.ok) {
		return comparison;
	}
	const labels = comparison.value.header.models.map(({ label }) => label);
	const reference = options.reference ?? labels[0] ?? '';
	if (labels.length < 2 || !labels.includes(reference)) {
		const reason =
			labels.length < 2
				? 'a judge needs the answers of two models'
				: `no model is called “${reference}”; there are ${labels.join(', ')}`;
		return err(new WindsockError('judgeImpossible', { reason }));
	}
	const endpoint = judgeEndpoint(options.judge, services.endpoints);
	if (!endpoint.ok) {
		return endpoint;
	}
	const rubric = await rubricOf(options.rubric);
	if (!rubric.ok) {
		return rubric;
	}
	const key = endpointKeyFromEnvironment(endpoint.value.name, process.env);
	const client = new EndpointClient({ ...endpoint.value, ...(key === undefined ? {} : { key }) });
	const { repeats, maxNewTokens } = options;
	const opened = await JudgeWork.open(
		{
			comparison: comparison.value,
			folder,
			reference,
			rubric: rubric.value,
			repeats,
			maxNewTokens,
		},
		client,
	);
	if (!opened.ok) {
		return opened;
	}
	const work = opened.value;
	const plan = planOf(work.plan, new URL(endpoint.value.url).host, options);
	const isSent = options.yes === true && plan.toSend > 0;
	const asked = isSent ? await work.ask(output.progress, signal) : ok(undefined);
	if (!asked.ok) {
		return asked;
	}
	const report = judgeReport(comparison.value, reference, work.judgments);
	const isDone = plan.toSend === 0 || isSent;
	return ok({
		json: { plan, ...(isDone ? { report } : {}) },
		text: isDone ? reportText(report, options.judge) : planText(plan),
	});
}

async function rubricOf(file: string | undefined): Promise<Result<string>> {
	if (file === undefined) {
		return ok(usualRubric);
	}
	try {
		return ok((await readFile(resolve(file), 'utf8')).trim());
	} catch (error) {
		const details = { path: resolve(file), reason: reasonOf(error) };
		return err(new WindsockError('fileUnreadable', details, { cause: error }));
	}
}

interface Plan extends JudgePlan {
	readonly toSend: number;
	/** Host, and port where there is one, that the texts would go to. */
	readonly goesTo: string;
	/** About so many tokens of questions, and at most so many of replies. */
	readonly tokens: { readonly questions: number; readonly replies: number };
	/** At most, in the currency of the prices that were given. */
	readonly cost?: number;
}

function planOf(plan: JudgePlan, goesTo: string, options: JudgeOptions): Plan {
	const toSend = plan.questions - plan.known;
	const tokens = {
		questions: Math.ceil(plan.characters / charactersPerToken),
		replies: toSend * options.maxNewTokens,
	};
	const { price, replyPrice } = options;
	const cost =
		price === undefined
			? undefined
			: (tokens.questions * price + tokens.replies * (replyPrice ?? price)) / 1e6;
	return { ...plan, toSend, goesTo, tokens, ...(cost === undefined ? {} : { cost }) };
}

function planText({ toSend, known, characters, goesTo, tokens, cost, leftOut }: Plan): string {
	return [
		`${toSend} questions with ${characters} characters of prompts and answers would go to ${goesTo}: about ${tokens.questions} tokens, and at most ${tokens.replies} of replies${cost === undefined ? '' : `, at most ${cost.toFixed(2)} in your currency`}.`,
		...(known > 0 ? [`${known} more are answered already and are not asked again.`] : []),
		...(leftOut > 0 ? [`${leftOut} pairs have an answer that is missing or empty.`] : []),
		'Nothing was sent. --yes sends it.',
		'',
	].join('\n');
}

function reportText(report: JudgeReport, judgeName: string): string {
	const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
	const { votes, flipRate, longerWins, unreadable, asked, reference } = report;
	const kappa = votes?.kappa;
	const trust = [
		votes === undefined
			? 'No vote of yours is on these prompts, so nothing says how far this judge agrees with you.'
			: `Agrees with your votes on ${percent(votes.same)} of ${votes.items}${kappa ? `: kappa ${kappa.value.toFixed(2)} (${kappa.low.toFixed(2)} to ${kappa.high.toFixed(2)})` : ''}.`,
		...(flipRate === undefined
			? []
			: [
					`Names the other answer when they are swapped: ${percent(flipRate)}; those count as ties.`,
				]),
		...(longerWins === undefined
			? []
			: [
					`The longer answer wins ${percent(longerWins.value)} of ${longerWins.pairs} (${percent(longerWins.low)} to ${percent(longerWins.high)}).`,
				]),
		...(unreadable > 0 ? [`${percent(unreadable)} of ${asked} replies hold no verdict.`] : []),
	];
	const rows = report.models.map(({ label, prompts, wins, ties, losses, share }) => [
		label,
		String(prompts),
		`${wins}/${ties}/${losses}`,
		share === undefined
			? ''
			: `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`,
	]);
	const head = ['MODEL', 'PROMPTS', 'WIN/TIE/LOSS', `SHARE AGAINST ${reference}`];
	return `${trust.join('\n')}\n\n${table([head, ...rows])}Windsock's way: both orders, conflicts are ties, judge ${judgeName}. No number of MT-Bench, AlpacaEval or Arena-Hard compares with it.\n`;
}
