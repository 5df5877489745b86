import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { Comparison } from '../../../core/responses/comparison';
import type { Judged } from '../../../core/responses/judging/judged';
import { judgeReport, type JudgeReport } from '../../../core/responses/judging/judgeReport';
import {
	judgeQuestion,
	judgeWording,
	readVerdict,
	type Judgment,
} from '../../../core/responses/judging/pairJudge';
import type { JudgePlan } from '../../../core/responses/judging/sendingPlan';
import type { ChatMessage } from '../../../core/responses/promptSet';
import type { Progress } from '../../../core/training/launchRequest';
import { expected } from '../../dataset/expected';
import { sha256 } from '../../dataset/hash';
import { askAll, toldOfWaits } from './askAll';
import { keepJudged } from './judgedFiles';
import type { JudgeParty } from './judgeParty';
import { JudgmentFile } from './judgmentFile';

export interface JudgeRequest {
	readonly comparison: Comparison;
	/** Folder that the judgments are kept in. */
	readonly folder: string;
	/** Label that the others are judged against. */
	readonly reference: string;
	readonly rubric: string;
	readonly repeats: number;
	/** Longest reply of the judge, in tokens. */
	readonly maxNewTokens: number;
	/** Questions on their way at one time; 1 where it is not said. */
	readonly atOnce?: number;
}

/** A question that the file has no answer to yet. */
interface Question {
	readonly key: string;
	readonly promptId: string;
	readonly first: string;
	readonly second: string;
	readonly repeat: number;
	readonly messages: readonly ChatMessage[];
}

/** A judge, a comparison, and what is still to be asked. */
export class JudgeWork implements Judging {
	private constructor(
		private readonly request: JudgeRequest,
		private readonly judge: JudgeParty,
		private readonly file: JudgmentFile,
		private readonly questions: readonly Question[],
		private readonly leftOut: number,
	) {}

	static open(request: JudgeRequest, judge: JudgeParty): Promise<Result<JudgeWork>> {
		return expected(async () => {
			const file = await JudgmentFile.open(request.folder, judge.answerer.name);
			const { questions, leftOut } = questionsOf(request, judge);
			return new JudgeWork(request, judge, file, questions, leftOut);
		});
	}

	get plan(): JudgePlan {
		const open = this.#open();
		return {
			questions: this.questions.length,
			known: this.questions.filter(({ key }) => this.file.get(key)).length,
			toSend: open.length,
			characters: open.reduce(
				(sum, { messages }) => sum + messages.reduce((all, one) => all + one.content.length, 0),
				0,
			),
			leftOut: this.leftOut,
			maxReplyTokens: open.length * this.request.maxNewTokens,
		};
	}

	get leftOutBy(): ReadonlyMap<string, number> {
		return this.leftOut === 0
			? new Map()
			: new Map([['an answer that is missing or empty', this.leftOut]]);
	}

	async finish(): Promise<Result<{ readonly judged: Judged; readonly report: JudgeReport }>> {
		const { comparison, folder, reference } = this.request;
		const { judgments } = this;
		const judged: Judged = {
			schemaVersion: 1,
			kind: 'windsock',
			judge: this.judge.model,
			time: new Date().toISOString(),
			reference,
			judgments,
		};
		const kept = judgments.length === 0 ? ok() : await keepJudged(folder, judged);
		return kept.ok ? ok({ judged, report: judgeReport(comparison, reference, judgments) }) : kept;
	}

	/** What is known now, also after a failure in the middle. */
	get judgments(): Judgment[] {
		return this.questions.flatMap(({ key, promptId, first, second, repeat }) => {
			const kept = this.file.get(key);
			return kept ? [{ promptId, first, second, repeat, verdict: kept.verdict ?? undefined }] : [];
		});
	}

	/** Asks what is not known; what came is kept when it fails. */
	async ask(progress: Progress, signal?: AbortSignal): Promise<Result<void>> {
		const open = this.#open();
		let done = this.questions.length - open.length;
		return askAll(open, this.request.atOnce ?? 1, async question => {
			progress.report(`Asking ${this.judge.answerer.name}`, done / this.questions.length);
			const kept = await this.#ask(question, progress, signal);
			done++;
			return kept;
		});
	}

	async #ask(
		question: Question,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<Result<void>> {
		const { key, promptId, first, second, repeat, messages } = question;
		const { answerer } = this.judge;
		const sampling = { max_new_tokens: this.request.maxNewTokens, temperature: 0, seed: repeat };
		const reply = await answerer.complete(messages, sampling, signal, toldOfWaits(progress));
		if (!reply.ok) {
			return reply;
		}
		const { text, tokens, servedModel } = reply.value;
		return expected(() =>
			this.file.add({
				schemaVersion: 1,
				key,
				time: new Date().toISOString(),
				judge: answerer.name,
				servedModel,
				promptId,
				first,
				second,
				repeat,
				verdict: readVerdict(text) ?? null,
				reply: text,
				tokens,
			}),
		);
	}

	/** Equal answers of two models make one question. */
	#open(): readonly Question[] {
		const open = new Map(this.questions.map(question => [question.key, question]));
		return [...open.values()].filter(({ key }) => !this.file.get(key));
	}
}

/** What a way of judging has in common with the others, for who shows it. */
export interface Judging {
	readonly plan: JudgePlan;
	/** What is left out, by reason. */
	readonly leftOutBy: ReadonlyMap<string, number>;
	ask(progress: Progress, signal?: AbortSignal): Promise<Result<void>>;
	/** Keeps what is judged so far beside the comparison, also after a failure in the middle. */
	finish(): Promise<Result<{ readonly judged: Judged }>>;
}

/** The endpoint of a judge by its reference, or why there is none. */
export function judgeEndpoint(
	ref: string,
	endpoints: Readonly<Record<string, { readonly url: string; readonly model: string }>>,
): Result<{ readonly name: string; readonly url: string; readonly model: string }> {
	const name = ref.replace(/^endpoint:/, '');
	const known = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
	return known
		? ok({ name, ...known })
		: err(new WindsockError('endpointFailed', { name, reason: 'no endpoint has this name' }));
}

function questionsOf(
	{ comparison, reference, rubric, repeats, maxNewTokens }: JudgeRequest,
	{ model, place }: JudgeParty,
): { readonly questions: Question[]; readonly leftOut: number } {
	const questions: Question[] = [];
	let leftOut = 0;
	const text = (label: string, promptId: string): string | undefined => {
		const answer = comparison.responses.get(label)?.get(promptId);
		return answer && answer.finishReason !== 'error' && answer.response.trim() !== ''
			? answer.response
			: undefined;
	};
	const others = comparison.header.models.filter(({ label }) => label !== reference);
	for (const { id, messages } of comparison.prompts) {
		for (const { label } of others) {
			const [own, theirs] = [text(label, id), text(reference, id)];
			if (own === undefined || theirs === undefined) {
				leftOut++;
				continue;
			}
			for (let repeat = 0; repeat < repeats; repeat++) {
				for (const isSwapped of [false, true]) {
					const [first, second] = isSwapped ? [reference, label] : [label, reference];
					const [a, b] = isSwapped ? [theirs, own] : [own, theirs];
					const content = [judgeWording, place, model, rubric, maxNewTokens];
					const key = sha256(JSON.stringify([...content, messages, a, b, repeat]));
					// From the content, so that the same question has the same words each time.
					const mark = key.slice(0, 12);
					questions.push({
						key,
						promptId: id,
						first,
						second,
						repeat,
						messages: judgeQuestion(messages, a, b, { rubric, mark }),
					});
				}
			}
		}
	}
	return { questions, leftOut };
}
