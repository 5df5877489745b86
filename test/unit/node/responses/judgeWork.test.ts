import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Comparison } from '../../../../src/core/responses/comparison';
import { LanguageModelAnswerer } from '../../../../src/core/responses/languageModelAnswerer';
import type { ModelResponse } from '../../../../src/core/responses/response';
import { JudgedFiles } from '../../../../src/node/responses/judging/judgedFiles';
import { JudgeWork } from '../../../../src/node/responses/judging/judgeComparison';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'windsock-judge-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function comparisonOf(answers: Readonly<Record<string, string>>): Comparison {
	const answer = (model: string, response: string): ModelResponse => ({
		promptId: 'p',
		promptIndex: 0,
		model,
		messages: [],
		response,
		finishReason: 'stop',
		tokens: {},
		sampling: {},
		row: {},
	});
	return {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'c',
			createdAt: '',
			models: Object.keys(answers).map(label => ({ label, ref: label })),
		},
		prompts: [
			{ id: 'p', messages: [{ role: 'user', content: 'Why?' }], tags: [], line: 1, extra: {} },
		],
		responses: new Map(
			Object.entries(answers).map(([label, text]) => [
				label,
				new Map([['p', answer(label, text)]]),
			]),
		),
		votes: [],
		brokenLines: [],
	};
}

it('asks a language model of the editor once for equal answers, and keeps what it said', async () => {
	const asked: string[] = [];
	const model = {
		id: 'acme/judge',
		name: 'Acme Judge',
		vendor: 'acme',
		version: '7',
		countTokens: (text: string) => Promise.resolve(text.length),
		send: (messages: readonly { readonly content: string }[]) => {
			const text = messages.map(({ content }) => content).join('\n');
			asked.push(text);
			const verdict = text.indexOf('Long') < text.indexOf('Short') ? '[[A]]' : '[[B]]';
			return Promise.resolve(
				(async function* () {
					yield* await Promise.resolve(['So ', verdict]);
				})(),
			);
		},
	};
	const judge = {
		answerer: new LanguageModelAnswerer(model, () => 0),
		model: 'acme/judge 7',
		place: 'vscode',
	};
	const comparison = comparisonOf({ base: 'Short.', one: 'Long, long.', two: 'Long, long.' });
	const request = {
		comparison,
		folder,
		reference: 'base',
		rubric: 'Prefer length.',
		repeats: 1,
		maxNewTokens: 64,
		atOnce: 4,
	};
	const work = await JudgeWork.open(request, judge);
	if (!work.ok) {
		throw work.error;
	}
	expect(work.value.plan).toMatchObject({ questions: 4, known: 0, toSend: 2, maxReplyTokens: 128 });
	expect((await work.value.ask({ report: () => {} })).ok).toBe(true);
	expect(asked.length).toBe(2);
	const finished = await work.value.finish();
	expect(finished).toMatchObject({
		value: {
			report: {
				models: [
					{ label: 'one', wins: 1 },
					{ label: 'two', wins: 1 },
				],
			},
		},
	});
	const kept = await new JudgedFiles(folder).read();
	expect(kept).toEqual([finished.ok ? finished.value.judged : undefined]);
	const lines = await readFile(join(folder, 'judgments', 'Acme%20Judge.jsonl'), 'utf8');
	expect(lines.trim().split('\n').length).toBe(2);
});
