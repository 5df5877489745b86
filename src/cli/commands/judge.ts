import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { JudgeReport } from '../../core/responses/judging/judgeReport';
import { trustWords } from '../../core/responses/judging/judgeWords';
import { usualRubric } from '../../core/responses/judging/pairJudge';
import { readComparison } from '../../node/responses/comparisonStore';
import { endpointJudge } from '../../node/responses/judging/judgeParty';
import { JudgeWork } from '../../node/responses/judging/judgeComparison';
import type { JudgeProtocol } from '../../core/responses/judging/published/judgeProtocol';
import { judgeByProtocol } from './judgeByProtocol';
import { carryOut } from './carryOutJudging';
import { judgeClient, planFor } from './judgePlan';
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
	/** Questions on their way at one time. */
	readonly parallel: number;
	readonly protocol?: JudgeProtocol;
	/** MT-Bench: file of reference answers. */
	readonly references?: string;
}

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
	if (options.protocol !== undefined) {
		const { protocol } = options;
		const task = { folder, comparison: comparison.value, protocol };
		return judgeByProtocol(services, output, task, options, signal);
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
	const client = judgeClient(services, options.judge);
	if (!client.ok) {
		return client;
	}
	const rubric = await rubricOf(options.rubric);
	if (!rubric.ok) {
		return rubric;
	}
	const { repeats, maxNewTokens } = options;
	const opened = await JudgeWork.open(
		{
			comparison: comparison.value,
			folder,
			reference,
			rubric: rubric.value,
			repeats,
			maxNewTokens,
			atOnce: options.parallel,
		},
		endpointJudge(client.value),
	);
	if (!opened.ok) {
		return opened;
	}
	const work = opened.value;
	const plan = planFor(services, work.plan, client.value, options);
	return carryOut(services, output, { comparison: comparison.value, work, plan }, options, signal, {
		json: report => ({ report }),
		text: report => reportText(report, options.judge),
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

function reportText(report: JudgeReport, judgeName: string): string {
	const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
	const { reference } = report;
	const trust = trustWords(report);
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
