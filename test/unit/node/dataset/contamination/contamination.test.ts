import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usualOverlap } from '../../../../../src/core/dataset/near/promptOverlap';
import { cleanDataset } from '../../../../../src/node/dataset/clean/cleanDataset';
import { markContamination } from '../../../../../src/node/dataset/contamination/markContamination';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import { findingsOf } from '../../../../../src/node/dataset/datasetView';
import { inspectDataset } from '../../../../../src/node/dataset/inspectDataset';
import { temporaryFile } from '../temporaryFolder';

const asked = 'How many helicopters can a human eat in one sitting?';
const benchmark = `${JSON.stringify({ question_id: 1, turns: ['Say hello', 'And now goodbye'] })}
${JSON.stringify({ instruction: asked })}
`;
const chat = (...turns: readonly string[]): string =>
	`${JSON.stringify({
		messages: turns.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
	})}\n`;
const rows = [
	chat('Hi', `You asked: ${asked}`),
	chat('Hi', 'Hello', `Be honest: how many helicopters can a human eat in one go?`, 'None.'),
	chat('and now Goodbye!', 'Bye'),
].join('');

async function files(): Promise<{ train: string; test: string }> {
	const train = await temporaryFile('train.jsonl', rows);
	const test = join(dirname(train), 'bench.jsonl');
	await writeFile(test, benchmark);
	return { train, test };
}

const context = {
	workFile: undefined,
	progress: { report: () => undefined },
	signal: new AbortController().signal,
};

describe('contamination', () => {
	it('is listed: what any user turn asks, never what a reply repeats', async () => {
		const { train, test } = await files();
		const inspected = await inspectDataset(train, {
			contamination: { sets: [test], rule: usualOverlap },
		});
		expect(inspected).toMatchObject({
			ok: true,
			value: {
				findingCounts: { promptInOtherSet: 2 },
				contamination: {
					ngram: 8,
					share: 0.5,
					rows: 3,
					sets: [{ path: test, prompts: 3 }],
					matches: [
						{ row: 2, of: { path: test, row: 2, share: 0.9 } },
						{ row: 3, of: { path: test, row: 1, share: 1 } },
					],
				},
			},
		});
	});

	it('is marked in an open dataset, and goes when the prompt is changed', async () => {
		const { train, test } = await files();
		const opened = await DatasetModel.open(train, {
			open: {},
			annotations: undefined,
			now: () => new Date(0),
		});
		if (!opened.ok) {
			throw opened.error;
		}
		const model = opened.value;
		onTestFinished(() => model.dispose());
		await model.file.scanned;
		await markContamination(model, [test], usualOverlap, context);
		const said = (): (string | undefined)[] =>
			[0, 1, 2].map(
				row =>
					findingsOf(model, model.rowAt(row), []).find(({ code }) => code === 'promptInOtherSet')
						?.detail,
			);
		expect(said()).toEqual([undefined, 'bench.jsonl, row 2 (90% of it)', 'bench.jsonl, row 1']);
		await model.editText(2, [['messages', 0, 'content']], 'Something else');
		expect(said()[2]).toBeUndefined();
	});

	it('is dropped by a pipeline, by whole prompts or by runs of words', async () => {
		const { train } = await files();
		const run = async (step: string): Promise<unknown> => {
			const pipelinePath = join(dirname(train), 'p.yaml');
			const text = `source: train.jsonl\nout: out.jsonl\nsteps:\n  - decontaminate: ${step}\n`;
			const cleaned = await cleanDataset({ pipelinePath, text, version: '1', dryRun: true });
			return cleaned.ok ? cleaned.value.steps[1] : cleaned;
		};
		expect(await run('bench.jsonl')).toMatchObject({ kept: 3, dropped: 0 });
		expect(await run('{files: bench.jsonl, ngram: 6}')).toMatchObject({ kept: 1, dropped: 2 });
		expect(await run('{files: bench.jsonl, share: 0.95}')).toMatchObject({ kept: 2, dropped: 1 });
		expect(await run('{files: bench.jsonl, ngram: 1}')).toMatchObject({
			ok: false,
			error: { code: 'pipelineInvalid' },
		});
	});
});
