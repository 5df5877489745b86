import { join, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ScoreSpec } from '../../core/contract/runFiles.generated';
import { rewardMap, type RewardMap } from '../../core/responses/rewardMap/rewardMap';
import { problemText } from '../../core/responses/rewardMap/problemText';
import type { ScoredAnswer } from '../../core/responses/rewardMap/scoredAnswer';
import { readAnswersToScore } from '../../node/rewardMaps/answersToScore';
import { readScoredAnswers, rewardMapFile } from '../../node/rewardMaps/rewardMapFile';
import { table, type Answer, type Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';
import { followToEnd } from '../waiting';
import { DryRun, pairsOf, type JobOptions } from './jobOptions';

export interface RewardMapOptions extends JobOptions {
	readonly against?: string;
	readonly answers?: string;
	/** Labels whose answers are scored; all when empty. */
	readonly model: readonly string[];
	readonly topK?: number;
	readonly name?: string;
	readonly wait: boolean;
}

/** Scores answers on the host of a run, or shows what such a run has told. */
export async function rewardMapCommand(
	services: Services,
	output: Output,
	named: string,
	options: RewardMapOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const [, run = named, step] = /^(.*?)(?:@(\d+))?$/s.exec(named) ?? [];
	const found = findRun(services, run);
	if (!found.ok) {
		return found;
	}
	if (services.library.get(found.value)?.kind === 'score') {
		const ended = await followToEnd(services, output, found.value, signal);
		return ended.ok ? shown(services, found.value, ended.value) : ended;
	}
	if (options.answers === undefined) {
		const reason = 'name a file of answers or a comparison with --answers';
		return err(new WindsockError('rewardMapImpossible', { reason }));
	}
	const source = resolve(options.answers);
	const answers = await readAnswersToScore(source, options.model, signal);
	if (!answers.ok) {
		return answers;
	}
	const dry = new DryRun();
	const launched = await services.rewardMaps.launch(
		{
			runId: found.value,
			step: step === undefined ? undefined : Number(step),
			against: options.against,
			answers: answers.value,
			source,
			resources: pairsOf(options.resource),
			...(options.dryRun === true ? { review: dry.review } : {}),
			...(options.name === undefined ? {} : { name: options.name }),
			...(options.topK === undefined ? {} : { topK: options.topK }),
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		return dry.answer === undefined ? launched : ok(dry.answer);
	}
	const { runId } = launched.value;
	if (!options.wait) {
		return ok({ json: { runId, run: services.library.get(runId) }, text: runId });
	}
	const ended = await followToEnd(services, output, runId, signal);
	return ended.ok ? shown(services, runId, ended.value) : ended;
}

/** What was scored, also of a run that has failed on the way. */
async function shown(services: Services, runId: string, ended: Answer): Promise<Result<Answer>> {
	const folder = services.library.mirrored(runId)?.folder;
	const score = folder?.spec.score;
	if (folder === undefined || score === undefined) {
		return ok(ended);
	}
	const { answers, broken } = await readScoredAnswers(folder.path);
	const maps = answers.map(answer => ({ answer, map: rewardMap(answer) }));
	const { beta } = score;
	const json = {
		...ended.json,
		rewardMap: {
			policy: modelJson(score.policy),
			reference: modelJson(score.reference),
			...(beta === undefined ? {} : { beta }),
			file: join(folder.path, rewardMapFile),
			brokenLines: broken,
			answers: maps.map(one => answerJson(one, beta)),
		},
	};
	return ok({ ...ended, json, text: `${textOf(score, maps)}${ended.text}` });
}

interface Mapped {
	readonly answer: ScoredAnswer;
	readonly map: RewardMap;
}

function modelJson({ label, source }: ScoreSpec['policy']): { label: string; ref: string } {
	return { label, ref: source.ref };
}

function answerJson({ answer, map }: Mapped, beta: number | undefined): Record<string, unknown> {
	const { promptId, sample, model, problem } = answer;
	const key = { promptId, sample, ...(model === undefined ? {} : { model }) };
	const times = (sum: number): object => (beta === undefined ? {} : { reward: beta * sum });
	if (problem !== undefined) {
		return { ...key, problem };
	}
	return {
		...key,
		tokens: answer.tokens.length,
		sum: map.sum,
		...times(map.sum),
		noise: map.noise,
		sentences: map.sentences.map(({ start, stop, text, sum, noise, isEnding }) => ({
			start,
			stop,
			text,
			sum,
			...times(sum),
			noise,
			isEnding,
		})),
	};
}

const mostSentences = 40;

function textOf({ policy, reference, beta }: ScoreSpec, maps: readonly Mapped[]): string {
	const what = `log p(${policy.label}) − log p(${reference.label}) in nats`;
	const head =
		beta === undefined
			? `${what}; a log-ratio, no reward: ${reference.label} is not what ${policy.label} was trained against\n`
			: `${what}; times β ${beta} it is the reward of DPO\n`;
	const rows = maps.map(({ answer, map }) => {
		const { promptId, model = '', problem, tokens } = answer;
		return problem === undefined
			? [
					promptId,
					model,
					signed(map.sum),
					...(beta === undefined ? [] : [signed(beta * map.sum)]),
					`±${map.noise.sum.toFixed(3)}`,
					String(tokens.length),
				]
			: [promptId, model, problemText(problem)];
	});
	const reward = beta === undefined ? [] : ['REWARD'];
	const sums = table([['PROMPT', 'ANSWER OF', 'SUM', ...reward, 'NOISE', 'TOKENS'], ...rows]);
	const sentences = maps.flatMap(({ answer, map }) =>
		map.sentences.map(({ sum, text, isEnding }) => [
			answer.promptId,
			signed(sum),
			isEnding ? '(end of the answer)' : text.replaceAll(/\s+/g, ' ').trim().slice(0, 100),
		]),
	);
	const few = sentences.slice(0, mostSentences);
	const more = sentences.length - few.length;
	return [
		head,
		sums,
		...(few.length > 0 ? [table([['PROMPT', 'SUM', 'SENTENCE'], ...few])] : []),
		...(more > 0 ? [`… and ${more} more sentences: --json has them all\n`] : []),
	].join('');
}

/** With its sign, and a true minus. */
function signed(value: number): string {
	const text = Math.abs(value).toFixed(3);
	return Number(text) === 0 ? '0.000' : `${value < 0 ? '−' : '+'}${text}`;
}
