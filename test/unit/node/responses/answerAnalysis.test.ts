import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ownPhrases } from '../../../../src/core/dataset/findings/phraseList';
import { AnswerAnalysis } from '../../../../src/node/responses/answerAnalysis';
import { MarkCache } from '../../../../src/node/responses/markCache';

const workerFile = join(import.meta.dirname, '../../../../dist/workers/answerAnalysisWorker.js');
const request = {
	texts: ['The cat sat on the mat.', 'The cat sat on the roof.', undefined],
	reference: 0,
	lens: 'difference',
} as const;

describe('the thread that compares answers', () => {
	let analysis: AnswerAnalysis;
	afterEach(() => analysis.dispose());

	test('says what this thread would say', async () => {
		analysis = new AnswerAnalysis(workerFile);
		const here = new AnswerAnalysis(undefined);
		expect(await analysis.ask('marks', request)).toEqual(await here.ask('marks', request));
		const pairs = { otherPrompt: [['a b', 'a c'] as const], resampled: [] };
		expect(await analysis.ask('floors', pairs)).toEqual({ otherPrompt: 0.5 });
		const answers = [
			{ text: 'I cannot help with that request.', asked: 'Help me.' },
			{ text: 'It is on.' },
		];
		expect(await analysis.ask('refusals', { answers, phrases: ownPhrases })).toEqual([true, false]);
	});

	test('answers many questions at once, each its own', async () => {
		analysis = new AnswerAnalysis(workerFile);
		const all = await Promise.all(
			['mat', 'roof', 'hat'].map(word =>
				analysis.ask('marks', { ...request, texts: ['The mat is old.', `The ${word} is old.`] }),
			),
		);
		expect(all.map(lanes => lanes[1]?.marks.length)).toEqual([0, 1, 1]);
	});

	test('that does not come back is ended, says so, and the next question starts another', async () => {
		analysis = new AnswerAnalysis(workerFile, 1);
		const endless = Array.from({ length: 400_000 }, (_, i) => `w${i % 977} `).join('');
		await expect(
			analysis.ask('marks', { ...request, texts: [endless, `${endless}. ${endless}`] }),
		).rejects.toThrow('took too long');
		const patient = new AnswerAnalysis(workerFile);
		expect(await patient.ask('marks', request)).toHaveLength(3);
		patient.dispose();
		await expect(patient.ask('marks', request)).resolves.toHaveLength(3);
		patient.dispose();
	});

	test('fails the questions that wait when it is ended', async () => {
		analysis = new AnswerAnalysis(workerFile);
		const asked = analysis.ask('marks', request);
		analysis.dispose();
		await expect(asked).rejects.toThrow('was ended');
	});
});

describe('marks that are kept', () => {
	test('are computed once for the same texts, lens and reference, and again after a failure', async () => {
		const asked: string[] = [];
		let fails = true;
		const marks = new MarkCache({
			ask: (kind, params) => {
				asked.push(kind);
				return fails
					? Promise.reject(new Error('no'))
					: new AnswerAnalysis(undefined).ask(kind, params);
			},
		});
		await expect(marks.marksOf(request)).rejects.toThrow('no');
		fails = false;
		const first = await marks.marksOf(request);
		expect(await marks.marksOf({ ...request, texts: [...request.texts] })).toBe(first);
		expect(asked).toHaveLength(2);
		await marks.marksOf({ ...request, lens: 'shared' });
		await marks.marksOf({ ...request, reference: 1 });
		await marks.marksOf({
			...request,
			texts: ['The cat sat on the mat.T', 'he cat sat on the roof.'],
		});
		expect(asked).toHaveLength(5);
	});
});
