import { describe, expect, it } from 'vitest';
import { WindsockError } from '../../../../src/core/base/errors';
import { err, ok, type Result } from '../../../../src/core/base/result';
import type { Comparison } from '../../../../src/core/responses/comparison';
import type { HostQuestion } from '../../../../src/core/responses/hostAnswers';
import { identityMask } from '../../../../src/core/responses/identityMask';
import type { LiveAnswerer, StreamedAnswer } from '../../../../src/core/responses/liveAnswerer';
import { AskedPrompt } from '../../../../src/vscode/responseDiff/askedPrompt';
import type { ViewContext } from '../../../../src/vscode/responseDiff/comparisonViews';
import { askedWords } from '../../../../webview/responseDiff/askedWords';

const models = [
	{ label: 'hush-one', ref: 'endpoint:one' },
	{ label: 'hush-two', ref: 'endpoint:two' },
	{ label: 'hush-run', ref: 'run:01@4' },
];
const comparison: Comparison = {
	header: { schemaVersion: 1, id: 'c1', name: 'c1', createdAt: '', models },
	prompts: [],
	responses: new Map(),
	votes: [],
	brokenLines: [],
};

function context(blind: boolean): ViewContext {
	return {
		blind,
		voter: 'ada',
		mask: identityMask(models),
		laneKey: (id: string, label: string) =>
			`${id.length} ${models.findIndex(one => one.label === label)}`,
	} as unknown as ViewContext;
}

/** Answerers that wait until they are told what to say. */
function lab() {
	const ends = new Map<string, (answer: StreamedAnswer | 'fail') => void>();
	const grow = new Map<string, (text: string) => void>();
	const aborted: string[] = [];
	const answererFor = (ref: string): Promise<LiveAnswerer | undefined> =>
		Promise.resolve(
			ref.startsWith('endpoint:')
				? {
						stream: (_messages, _sampling, signal, onText) =>
							new Promise(resolve => {
								grow.set(ref, onText);
								signal.addEventListener('abort', () => aborted.push(ref));
								ends.set(ref, answer =>
									resolve(
										answer === 'fail'
											? err(new WindsockError('endpointFailed', { name: ref, reason: 'HTTP 500' }))
											: ok(answer),
									),
								);
							}),
					}
				: undefined,
		);
	const started = async (): Promise<void> => {
		while (grow.size < 2) {
			await Promise.resolve();
		}
	};
	return { ends, grow, aborted, answererFor, started };
}

describe('a prompt that is put to all models at once', () => {
	it('shows each answer as it grows where names are shown, and says what a host cannot do', async () => {
		const { ends, grow, answererFor, started } = lab();
		const asked = new AskedPrompt(answererFor, () => {});
		const done = asked.ask('Which fruit?', comparison, context(false));
		await started();
		grow.get('endpoint:two')?.('A pe');
		expect(asked.view(context(false))).toMatchObject({
			asking: true,
			unaskable: 1,
			messages: [{ role: 'user', content: 'Which fruit?' }],
			lanes: [
				{ model: { label: 'hush-one' }, missing: false },
				{ model: { label: 'hush-two' }, text: 'A pe' },
				{ model: { label: 'hush-run' }, missing: true },
			],
		});
		ends.get('endpoint:two')?.({ text: 'A pear', finishReason: 'cut' });
		ends.get('endpoint:one')?.('fail');
		await done;
		const view = asked.view(context(false));
		expect(view).toMatchObject({
			asking: false,
			cut: 1,
			failed: 1,
			lanes: [{ failed: true, missing: true }, { text: 'A pear', cut: true }, {}],
		});
		expect(view && askedWords(view)).toMatch(
			/^1 of 3 answered\. 1 was cut\. 1 failed\. 1 is a model of a host.*HTTP 500/,
		);
	});

	it('tells nothing of who is who while names are hidden: answers appear together, without names', async () => {
		const { ends, grow, answererFor, started } = lab();
		const asked = new AskedPrompt(answererFor, () => {});
		const done = asked.ask('Who are you?', comparison, context(true));
		await started();
		grow.get('endpoint:two')?.('As hush-two, I');
		const during = asked.view(context(true));
		expect(during?.lanes.map(({ text }) => text)).toEqual([undefined, undefined, undefined]);
		ends.get('endpoint:two')?.({ text: 'As hush-two, I say so.', finishReason: 'stop' });
		ends.get('endpoint:one')?.('fail');
		await done;
		const after = asked.view(context(true));
		expect(JSON.stringify([during, after])).not.toMatch(/hush-|endpoint:|run:/);
		expect(after?.lanes.filter(({ masked }) => masked === 1)).toHaveLength(1);
		expect(after?.lanes.every(lane => lane.editable === undefined)).toBe(true);
	});

	it('gives up what is being asked when another is asked or the box is closed', async () => {
		const { aborted, answererFor, started } = lab();
		const asked = new AskedPrompt(answererFor, () => {});
		void asked.ask('One?', comparison, context(false));
		await started();
		asked.stop();
		expect(aborted.toSorted()).toEqual(['endpoint:one', 'endpoint:two']);
		expect(asked.view(context(false))).toBeUndefined();
	});

	it('lets the models of a host answer as one job, in the order of the comparison', async () => {
		const { ends, answererFor, started } = lab();
		const questions: HostQuestion[] = [];
		let end: (result: Result<void>) => void = () => {};
		const asked = new AskedPrompt(
			answererFor,
			() => {},
			question => {
				questions.push(question);
				return new Promise(resolve => (end = resolve));
			},
		);
		const hosted: Comparison = {
			...comparison,
			header: {
				...comparison.header,
				hostName: 'gpu1',
				models: [...models, { label: 'hush-base', ref: 'base' }],
			},
		};
		const done = asked.ask('Which fruit?', hosted, context(false));
		await started();
		ends.get('endpoint:one')?.({ text: 'A', finishReason: 'stop' });
		ends.get('endpoint:two')?.({ text: 'B', finishReason: 'stop' });
		await done;
		expect(asked.view(context(false), 'gpu1')).toMatchObject({ unaskable: 2, hostName: 'gpu1' });
		const answered = asked.askHost(hosted);
		expect(questions).toMatchObject([{ hostName: 'gpu1', refs: ['run:01@4', 'base'] }]);
		questions[0]?.onAnswer('base', 'C', true);
		const during = asked.view(context(false), 'gpu1');
		expect(during).toMatchObject({ asking: true, unaskable: 0, cut: 1 });
		expect(during?.hostName).toBeUndefined();
		end(err(new WindsockError('hostUnreachable', { host: 'gpu1', reason: 'it is away' })));
		await answered;
		expect(asked.view(context(false), 'gpu1')).toMatchObject({
			asking: false,
			failed: 1,
			reasons: [expect.stringContaining('gpu1')],
			lanes: [{ text: 'A' }, { text: 'B' }, { failed: true }, { text: 'C', cut: true }],
		});
	});
});
