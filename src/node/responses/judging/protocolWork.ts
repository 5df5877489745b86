import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { Comparison } from '../../../core/responses/comparison';
import type { Judged } from '../../../core/responses/judging/judged';
import { printRows } from '../../../core/responses/formats/exactRows';
import { readAnswerFile } from '../../../core/responses/formats/readAnswerFile';
import type {
	FinishedRow,
	JudgeProtocol,
	ProtocolQuestion,
	ProtocolReply,
	ProtocolRow,
} from '../../../core/responses/judging/published/judgeProtocol';
import {
	protocolReport,
	type ProtocolReport,
} from '../../../core/responses/judging/published/protocolReport';
import { protocolRows } from '../../../core/responses/judging/published/protocolRows';
import type { JudgePlan } from '../../../core/responses/judging/sendingPlan';
import type { Progress } from '../../../core/training/launchRequest';
import { writeAtomically } from '../../dataset/atomicWrite';
import { expected } from '../../dataset/expected';
import { sha256 } from '../../dataset/hash';
import type { EndpointClient } from '../endpointClient';
import { askAll, toldOfWaits } from './askAll';
import type { Judging } from './judgeComparison';
import { keepJudged } from './judgedFiles';
import { JudgmentFile, type KeptReply } from './judgmentFile';

export interface ProtocolWorkRequest {
	readonly protocol: JudgeProtocol;
	readonly comparison: Comparison;
	/** Folder that the judgments are kept in. */
	readonly folder: string;
	readonly reference?: string;
	/** MT-Bench: reference answers by question. */
	readonly references: ReadonlyMap<string, readonly string[]>;
	/** Questions on their way at one time; 1 where it is not said. */
	readonly atOnce?: number;
}

interface KeptProtocolReply extends KeptReply {
	readonly finishReason: string;
	readonly topLogprobs?: ProtocolReply['topLogprobs'];
}

/** A question of a row; `key` is what its reply is kept by. */
interface Asked extends ProtocolQuestion {
	readonly key: string;
}

interface AskedRow {
	readonly row: ProtocolRow;
	readonly questions: readonly Asked[];
}

/** A judge that follows a published protocol, a comparison, and what is still to be asked. */
export class ProtocolWork implements Judging {
	private constructor(
		private readonly request: ProtocolWorkRequest,
		private readonly client: EndpointClient,
		private readonly file: JudgmentFile<KeptProtocolReply>,
		private readonly rows: readonly AskedRow[],
		private readonly leftOut: ReadonlyMap<string, number>,
	) {}

	/** Fails with `judgeImpossible`, or where what was asked before cannot be read. */
	static async open(
		request: ProtocolWorkRequest,
		client: EndpointClient,
	): Promise<Result<ProtocolWork>> {
		const { url, model } = client.endpoint;
		const planned = protocolRows(request.protocol, { ...request, judge: model, pythonSeed });
		if (typeof planned === 'string') {
			return err(new WindsockError('judgeImpossible', { reason: planned }));
		}
		const rows = planned.rows.map(row => ({
			row,
			questions: row.questions.map((question, game) => ({
				...question,
				// The same question of a second game is asked again, as published.
				key: sha256(JSON.stringify([url, model, question.sampling, question.messages, game])),
			})),
		}));
		return expected(async () => {
			const { name } = client.endpoint;
			const at = [request.protocol, 'replies'];
			const file = await JudgmentFile.open<KeptProtocolReply>(request.folder, name, ...at);
			return new ProtocolWork(request, client, file, rows, planned.leftOut);
		});
	}

	get plan(): JudgePlan {
		const open = this.#open();
		return {
			questions: this.rows.reduce((sum, { questions }) => sum + questions.length, 0),
			known: this.rows.reduce(
				(sum, { questions }) => sum + questions.filter(({ key }) => this.file.get(key)).length,
				0,
			),
			toSend: open.length,
			characters: open.reduce(
				(sum, { messages }) => sum + messages.reduce((all, one) => all + one.content.length, 0),
				0,
			),
			leftOut: [...this.leftOut.values()].reduce((sum, count) => sum + count, 0),
			maxReplyTokens: open.reduce((sum, { sampling }) => sum + sampling.max_tokens, 0),
		};
	}

	/** What the protocol has no place for, by reason. */
	get leftOutBy(): ReadonlyMap<string, number> {
		return this.leftOut;
	}

	/** Asks what is not known; what came is kept when it fails. */
	async ask(progress: Progress, signal?: AbortSignal): Promise<Result<void>> {
		const { name } = this.client.endpoint;
		const { questions, known: done } = this.plan;
		let answered = done;
		return askAll(this.#open(), this.request.atOnce ?? 1, async question => {
			progress.report(`Asking ${name}`, answered / questions);
			const kept = await this.#ask(question, progress, signal);
			answered++;
			return kept;
		});
	}

	async #ask(
		{ messages, sampling, key }: Asked,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<Result<void>> {
		const waits = toldOfWaits(progress);
		const reply = await this.client.complete(messages, sampling, signal, waits);
		if (!reply.ok) {
			return reply;
		}
		const { text, finishReason, tokens, servedModel, topLogprobs } = reply.value;
		return expected(() =>
			this.file.add({
				schemaVersion: 1,
				key,
				time: new Date().toISOString(),
				judge: this.client.endpoint.name,
				servedModel,
				reply: text,
				finishReason,
				...(topLogprobs ? { topLogprobs } : {}),
				tokens,
			}),
		);
	}

	/** What is judged so far, from the files as they are published; writes them. */
	async finish(): Promise<Result<{ readonly judged: Judged; readonly report: ProtocolReport }>> {
		const finished = this.rows.flatMap(asked => {
			const row = this.#finished(asked);
			return row ? [{ ...asked.row, ...row }] : [];
		});
		const folder = join(this.request.folder, 'judgments', this.request.protocol);
		const files: { path: string; text: string }[] = [];
		for (const [file, rows] of Map.groupBy(finished, one => one.file)) {
			const path = join(folder, ...file.split('/'));
			const container = file.endsWith('.jsonl') ? 'lines' : 'array';
			const text = printRows(
				rows.map(({ row }) => row),
				container,
			);
			const written = await writeText(path, text);
			if (!written.ok) {
				return written;
			}
			files.push({ path: file, text });
		}
		const { protocol, comparison, references } = this.request;
		const judge = this.client.endpoint.model;
		const report = protocolReport(
			{ protocol, comparison, references, judge },
			finished,
			files,
			sha256,
		);
		const judged: Judged = {
			schemaVersion: 1,
			kind: 'protocol',
			protocol,
			judge,
			time: new Date().toISOString(),
			rows: finished.map(({ promptId, model, against, value, flipped }) => ({
				promptId,
				model,
				...(against === undefined ? {} : { against }),
				...(value === undefined ? {} : { value }),
				...(flipped === undefined ? {} : { flipped }),
			})),
			results: report.results,
			published: report.published,
		};
		const kept = finished.length === 0 ? ok() : await keepJudged(this.request.folder, judged);
		return kept.ok ? ok({ judged, report }) : kept;
	}

	#open(): readonly Asked[] {
		const seen = new Set<string>();
		return this.rows
			.flatMap(({ questions }) => questions)
			.filter(({ key }) => {
				const isOpen = !this.file.get(key) && !seen.has(key);
				seen.add(key);
				return isOpen;
			});
	}

	#finished({ row, questions }: AskedRow): FinishedRow | undefined {
		const kept = questions.flatMap(({ key }) => this.file.get(key) ?? []);
		if (kept.length < questions.length) {
			return undefined;
		}
		const replies = kept.map(({ reply, finishReason, topLogprobs }) => ({
			text: reply,
			finishReason,
			...(topLogprobs ? { topLogprobs } : {}),
		}));
		return row.finish(replies, new Date(kept.at(-1)?.time ?? Date.now()));
	}
}

/** Reference answers of MT-Bench, by question: the first answer to each. */
export async function readReferences(
	path: string,
): Promise<Result<ReadonlyMap<string, readonly string[]>>> {
	const failed = (reason: string, cause?: unknown): Result<never> =>
		err(new WindsockError('fileUnreadable', { path, reason }, { cause }));
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		return failed(reasonOf(error), error);
	}
	const file = readAnswerFile(text);
	if (file?.format !== 'mt-bench-answers') {
		return failed('it holds no answers as MT-Bench writes them');
	}
	return ok(
		new Map(
			file.answers
				.filter(({ sample }) => sample === 0)
				.flatMap(({ id, turns }) => (id === undefined ? [] : [[id, turns] as const])),
		),
	);
}

/** Python seeds its generator with the bytes of a text and their sha512. */
function pythonSeed(text: string): Uint8Array {
	const bytes = Buffer.from(text, 'utf8');
	return Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
}

async function writeText(path: string, text: string): Promise<Result<unknown>> {
	try {
		await mkdir(dirname(path), { recursive: true });
	} catch (error) {
		const details = { path, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return writeAtomically(path, async handle => {
		await handle.writeFile(text);
	});
}
