import { responseFileName } from '../../../contract/responseFileName';
import type { ExactRow } from '../../formats/exactRows';
import type { Prompt } from '../../promptSet';
import { choiceTemplate, rankingTemplate, type AlpacaEvalTemplate } from './alpacaEvalTemplates';
import type { ProtocolReply, ProtocolRequest, ProtocolRow, ProtocolRows } from './judgeProtocol';
import { pairsAgainst, ProtocolAnswers } from './protocolAnswers';
import { pythonLiteral } from './pythonLiteral';
import { firstPythonRandom } from './pythonRandom';

interface Version {
	readonly template: AlpacaEvalTemplate;
	readonly sampling: ProtocolRow['questions'][number]['sampling'];
	/** Before the judge's name in that of the annotator, and that of the published one. */
	readonly prefix: string;
	readonly publishedJudge: string;
	readonly publishedName: string;
	/** What the published reference is called in files and in the leaderboard. */
	readonly baselines: readonly string[];
	/** From 1, where the first answer that the judge saw is better, to 2. */
	preference(reply: ProtocolReply): number | undefined;
	raw(reply: ProtocolReply): unknown;
}

/** `evaluators_configs/alpaca_eval_gpt4` and `…/weighted_alpaca_eval_gpt4_turbo`. */
const versions: Readonly<Record<'alpaca-eval' | 'alpaca-eval-1', Version>> = {
	'alpaca-eval-1': {
		template: rankingTemplate,
		sampling: { max_tokens: 100, top_p: 1, temperature: 0 },
		prefix: 'alpaca_eval_',
		publishedJudge: 'gpt-4',
		publishedName: 'alpaca_eval_gpt4',
		baselines: ['text_davinci_003'],
		preference: ({ text }) => readRanking(text),
		raw: ({ text }) => text,
	},
	'alpaca-eval': {
		template: choiceTemplate,
		sampling: { max_tokens: 1, top_p: 1, temperature: 1, logprobs: true, top_logprobs: 5 },
		prefix: 'weighted_alpaca_eval_',
		publishedJudge: 'gpt-4-1106-preview',
		publishedName: 'weighted_alpaca_eval_gpt4_turbo',
		baselines: ['gpt4_turbo', 'gpt4_1106_preview', 'gpt-4-1106-preview'],
		preference: readProbability,
		raw: rawChoice,
	},
};

/** One question per pair, in an order drawn from the instruction; equal answers are a draw unasked. */
export function alpacaEval(
	request: ProtocolRequest,
	name: 'alpaca-eval' | 'alpaca-eval-1',
): ProtocolRows {
	const version = versions[name];
	const annotator = annotatorOf(version, request.judge);
	const answers = new ProtocolAnswers(request.comparison);
	const { baseline, models } = pairsAgainst(answers.labels, request.reference, version.baselines);
	const rows = answers.prompts('one').flatMap(prompt =>
		models.flatMap((model): ProtocolRow[] => {
			const [theirs, own] = answers.of(prompt, [baseline, model], 1) ?? [];
			const [output1, output2] = [theirs?.at(-1), own?.at(-1)];
			if (output1 === undefined || output2 === undefined) {
				return [];
			}
			const instruction = prompt.messages[0]?.content ?? '';
			const isSwitched = seesSwitched(instruction, request.pythonSeed);
			const [first, second] = isSwitched ? [output2, output1] : [output1, output2];
			const fields = { instruction, output_1: first, output_2: second };
			const question = {
				messages: [
					{ role: 'system', content: version.template.system },
					{ role: 'user', content: filledOnce(version.template.user, fields) },
				],
				sampling: version.sampling,
			};
			const isSame = output1 === output2;
			const finish: ProtocolRow['finish'] = ([reply], at) => {
				const seen = isSame ? 1.5 : reply && version.preference(reply);
				const preference = seen === undefined ? undefined : isSwitched ? 3 - seen : seen;
				const row: ExactRow = {
					instruction,
					output_1: output1,
					generator_1: baseline,
					...datasetOf(prompt),
					output_2: output2,
					generator_2: model,
					annotator,
					preference: preference ?? null,
					preference_date: at.toISOString(),
					preference_raw_completion: reply ? version.raw(reply) : null,
				};
				return preference === undefined ? { row } : { row, value: preference - 1.5 };
			};
			return [
				{
					promptId: prompt.id,
					model,
					against: baseline,
					file: `${folderName(model)}/${folderName(annotator)}/annotations.json`,
					questions: isSame ? [] : [question],
					finish,
				},
			];
		}),
	);
	return { rows, leftOut: answers.leftOut };
}

/** Of a list of `{'model', 'rank'}` as Python writes it, the rank of `model_1`. */
export function readRanking(text: string): number | undefined {
	const list = pythonLiteral(text);
	const items = Array.isArray(list) ? (list as readonly unknown[]) : undefined;
	if (!items?.every(item => item instanceof Map && item.has('model'))) {
		return undefined;
	}
	const first = (items as readonly ReadonlyMap<unknown, unknown>[]).find(
		item => item.get('model') === 'model_1',
	);
	const rank = first?.get('rank');
	return rank === 1 || rank === 2 ? rank : rank === true ? 1 : undefined;
}

/** 2 − p(m) / (p(m) + p(M)) over the likeliest tokens in place of the only one. */
export function readProbability({ topLogprobs }: ProtocolReply): number | undefined {
	const [only, ...more] = topLogprobs ?? [];
	if (!only || more.length > 0) {
		return undefined;
	}
	const of = (name: string): number | undefined =>
		only.findLast(({ token }) => token === name)?.logprob;
	const [m, other] = [of('m'), of('M')];
	if (m === undefined && other === undefined) {
		return undefined;
	}
	return m === undefined ? 2 : other === undefined ? 1 : 2 - 1 / (1 + Math.exp(other - m));
}

function rawChoice({ text, finishReason, topLogprobs }: ProtocolReply): unknown {
	return {
		finish_reason: finishReason,
		index: 0,
		...(topLogprobs
			? { logprobs: { content: topLogprobs.map(top => ({ ...top[0], top_logprobs: top })) } }
			: {}),
		message: { content: text, role: 'assistant' },
		text,
	};
}

/** `RandomSwitchTwoColumnsProcessor` with the seed 0 of a pool of annotators. */
export function seesSwitched(
	instruction: string,
	pythonSeed: (text: string) => Uint8Array,
): boolean {
	return firstPythonRandom(pythonSeed(`is_switched_outputs${instruction}0`)) >= 0.5;
}

/** One field after the other, each in the first place of its name, be that in a text put in before. */
function filledOnce(template: string, fields: Readonly<Record<string, string>>): string {
	return Object.entries(fields).reduce(
		(text, [name, value]) => text.replace(`{${name}}`, () => value),
		template,
	);
}

function annotatorOf({ prefix, publishedJudge, publishedName }: Version, judge: string): string {
	return judge === publishedJudge ? publishedName : `${prefix}${judge}`;
}

function datasetOf({ tags: [dataset] }: Prompt): ExactRow {
	return dataset === undefined ? {} : { dataset };
}

function folderName(label: string): string {
	return responseFileName(label).replace(/\.jsonl$/, '');
}
