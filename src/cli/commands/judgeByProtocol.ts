import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import { protocolTrustWords } from '../../core/responses/judging/judgeWords';
import type { JudgeProtocol } from '../../core/responses/judging/published/judgeProtocol';
import type { ProtocolReport } from '../../core/responses/judging/published/protocolReport';
import { ProtocolWork, readReferences } from '../../node/responses/judging/protocolWork';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';
import { resultText } from './compareFiles';
import type { JudgeOptions } from './judge';
import { carryOut } from './carryOutJudging';
import { judgeClient, planFor } from './judgePlan';

export interface ProtocolTask {
	readonly folder: string;
	readonly comparison: Comparison;
	readonly protocol: JudgeProtocol;
}

/** Lets a judge do as a published protocol does; first says what would be sent. */
export async function judgeByProtocol(
	services: Services,
	output: Output,
	task: ProtocolTask,
	options: JudgeOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const client = judgeClient(services, options.judge);
	if (!client.ok) {
		return client;
	}
	const references =
		options.references === undefined
			? ok(new Map<string, readonly string[]>())
			: await readReferences(resolve(options.references));
	if (!references.ok) {
		return references;
	}
	const { reference } = options;
	const opened = await ProtocolWork.open(
		{
			...task,
			references: references.value,
			atOnce: options.parallel,
			...(reference === undefined ? {} : { reference }),
		},
		client.value,
	);
	if (!opened.ok) {
		return opened;
	}
	const work = opened.value;
	const plan = planFor(services, work.plan, client.value, options);
	return carryOut(services, output, { comparison: task.comparison, work, plan }, options, signal, {
		json: report => ({ judged: report }),
		text: judgedText,
	});
}

function judgedText(report: ProtocolReport): string {
	const { protocol, judge, rows, unreadable, results, published } = report;
	const hasNoChances = protocol === 'alpaca-eval' && rows > 0 && unreadable === rows;
	return [
		...protocolTrustWords(report).map(sentence => `${sentence}\n`),
		...(hasNoChances
			? ['AlpacaEval 2 needs an endpoint that gives log-probabilities of tokens.\n']
			: []),
		'\n',
		...results.map(result => resultText(result)),
		published.length === 0
			? ''
			: table([
					['PUBLISHED', 'FIGURE', 'SOURCE'],
					...published.map(({ model, value, source }) => [model, value.toFixed(2), source]),
				]),
		`As ${protocol} was published, judge ${judge}. Windsock’s own judgments do not compare with it.\n`,
	].join('');
}
