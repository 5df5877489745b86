import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import { silentLogger } from '../../../../src/core/base/logger';
import type { RunSummary } from '../../../../src/core/training/runLibrary';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import type {
	ComparisonOverview,
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
} from '../../../../src/protocol/responseDiff';
import type { SourcesView } from '../../../../src/protocol/answerSources';
import { Rpc } from '../../../../src/protocol/rpc';
import { ResponseDiffSession } from '../../../../src/vscode/responseDiff/responseDiffSession';
import { answerReading } from '../../../support/answerReading';
import { noRewardMaps } from '../../../support/noRewardMaps';
import { linkedPorts } from '../../../support/linkedPorts';

const models = ['secret-base', 'secret-sft', 'secret-dpo'];
const secret = /secret-|run:/;

let root: string;
let directory: string;
let store: ComparisonStore;
let session: ResponseDiffSession;
let page: Rpc<ResponseDiffPage, ResponseDiffHost>;
let run: RunSummary | undefined;
const runChanged = new Emitter<{ readonly runId: string }>();
let traffic: string[];
let actions: string[];
let overviews: ComparisonOverview[];
let views: PromptView[];
let sources: (SourcesView | undefined)[];
let arrivals: (() => void)[];

function answer(model: string, prompt: number): string {
	return `${JSON.stringify({
		n: prompt + 1,
		promptId: `p${prompt}`,
		promptIndex: prompt,
		model,
		messages: [{ role: 'user', content: `Prompt ${prompt}` }],
		response: prompt === 2 ? 'The same.' : `Answer ${models.indexOf(model)} to ${prompt}.`,
		finishReason: 'stop',
		tokens: { prompt: 3, response: 4 },
		seconds: 0.1,
	})}\n`;
}

async function answerFile(model: string, prompts: readonly number[]): Promise<void> {
	await appendFile(
		path.join(directory, 'responses', `${model}.jsonl`),
		prompts.map(prompt => answer(model, prompt)).join(''),
	);
}

/** Waits until the page got something that fits. */
async function arrived<T>(list: readonly T[], fits: (item: T) => boolean): Promise<T> {
	for (;;) {
		const found = list.find(item => fits(item));
		if (found) {
			return found;
		}
		await new Promise<void>(resolve => arrivals.push(resolve));
	}
}

function open(): void {
	const [hostEnd, pageEnd] = linkedPorts();
	session = new ResponseDiffSession(
		'c1',
		store,
		{ get: () => run, watch: () => ({ dispose: () => {} }), onDidChange: runChanged.event },
		'ada',
		hostEnd,
		{
			openPreferences: () => void actions.push('openPreferences'),
			trainOnVotes: () => void actions.push('trainOnVotes'),
			exportVotes: () => void actions.push('exportVotes'),
			pinPrompt: id => void actions.push(`pin ${id}`),
			answererFor: () => Promise.resolve(undefined),
			askOnHost: () => Promise.reject(new Error('no host')),
			keepPrompt: () => {},
			showRun: () => {},
			showLog: () => void actions.push('showLog'),
			judge: () => void actions.push('judge'),
			showError: error => void actions.push(error.code),
			editsSetAside: file => void actions.push(file),
			retitle: title => void actions.push(title),
			selectionMissing: () => {},
			generate: () => {},
			chooseModels: () => Promise.resolve(undefined),
			openDiffs: (title, diffs) =>
				void actions.push(
					`${title}: ${diffs.map(({ prompt, reference, other }) => `${prompt} ${reference.name}|${other.name}`).join(', ')}`,
				),
		},
		answerReading({
			dataOf: ref => ({ datasets: [], why: `nothing of ${ref}` }),
		}),
		silentLogger,
		noRewardMaps(),
	);
	pageEnd.onMessage(message => {
		traffic.push(JSON.stringify(message));
	});
	const note = (): void => arrivals.splice(0).forEach(resolve => resolve());
	page = new Rpc<ResponseDiffPage, ResponseDiffHost>(
		pageEnd,
		{},
		{
			comparisonChanged: next => {
				overviews.push(next);
				note();
			},
			promptChanged: next => {
				views.push(next);
				note();
			},
			rewardMapsChanged: () => {},
			askedChanged: () => {},
			sourcesChanged: ({ view }) => {
				sources.push(view);
				note();
			},
			selectionAsked: () => {},
			comparisonFailed: ({ message }) => {
				actions.push(message);
				note();
			},
		},
	);
	page.ready();
}

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-session-'));
	const workspace = workspaceFolder(root);
	directory = path.join(workspace.comparisons, 'c1');
	store = new ComparisonStore(workspace, silentLogger);
	[run, traffic, actions, overviews, views, sources, arrivals] = [
		undefined,
		[],
		[],
		[],
		[],
		[],
		[],
	];
	await mkdir(path.join(directory, 'responses'), { recursive: true });
	await writeFile(
		path.join(directory, 'comparison.json'),
		JSON.stringify({
			schemaVersion: 1,
			id: 'c1',
			name: 'secret-base against secret-sft',
			createdAt: '2026-11-22T10:00:00Z',
			promptsPath: '/home/ada/prompts/vibes.jsonl',
			models: models.map(label => ({ label, ref: `run:${label}` })),
			runId: 'R1',
		}),
	);
	await writeFile(
		path.join(directory, 'prompts.jsonl'),
		[0, 1, 2].map(i => `{"id":"p${i}","prompt":"Prompt ${i}","tags":["t"]}\n`).join(''),
	);
});
afterEach(async () => {
	page.dispose();
	session.dispose();
	store.dispose();
	await rm(root, { recursive: true, force: true });
});

describe('with all answers there', () => {
	beforeEach(async () => {
		for (const model of models) {
			await answerFile(model, [0, 1, 2]);
		}
		open();
	});

	test('nothing that reaches the page names a model before the vote', async () => {
		const overview = await arrived(overviews, () => true);
		expect(overview).toMatchObject({
			title: 'Compare vibes',
			lanes: 3,
			blind: true,
			voted: 0,
			pairs: 0,
			identicalAnswers: 1,
		});
		expect(overview.generating).toBeUndefined();
		for (const index of [0, 1, 2]) {
			const view = await page.request('loadPrompt', { index });
			expect(view?.lanes.map(lane => lane.text)).toHaveLength(3);
			expect(view?.votable).toBe(true);
		}
		expect(traffic.join('\n')).not.toMatch(secret);
		expect(actions).toEqual(['Compare vibes']);
	});

	test('a vote reveals that prompt only, and becomes pairs in TRL form', async () => {
		const before = await page.request('loadPrompt', { index: 0 });
		const lane = before?.lanes[1];
		const after = await page.request('vote', {
			promptId: 'p0',
			kind: 'best',
			lane: lane?.key ?? '',
		});
		expect(after?.vote).toMatchObject({ verdict: 'best', best: lane?.key, pairs: 1, blind: true });
		const winner = after?.lanes[1]?.model?.label ?? '';
		expect(models).toContain(winner);
		expect(after?.lanes.map(item => item.text)).toEqual(before?.lanes.map(item => item.text));
		expect(overviews.at(-1)).toMatchObject({ voted: 1, pairs: 1 });
		expect(JSON.stringify(overviews)).not.toMatch(secret);
		traffic.length = 0;
		await page.request('loadPrompt', { index: 1 });
		expect(traffic.join('\n')).not.toMatch(secret);
		const pairs = await readFile(store.preferencesPath, 'utf8');
		expect(pairs.trim().split('\n')).toHaveLength(1);
		expect(JSON.parse(pairs.split('\n')[0] ?? '')).toMatchObject({
			chosen: [{ role: 'assistant', content: lane?.text }],
		});
	});

	test('undo hides the names again and takes the pairs away; a second vote is not blind', async () => {
		const first = await page.request('loadPrompt', { index: 0 });
		const key = first?.lanes[0]?.key ?? '';
		await page.request('vote', { promptId: 'p0', kind: 'best', lane: key });
		const undone = await page.request('vote', { promptId: 'p0', kind: 'undo' });
		expect(undone?.vote).toBeUndefined();
		expect(undone?.lanes.every(lane => lane.model === undefined)).toBe(true);
		expect(await readFile(store.preferencesPath, 'utf8')).toBe('');
		const again = await page.request('vote', { promptId: 'p0', kind: 'best', lane: key });
		expect(again?.vote).toMatchObject({ blind: false, pairs: 1 });
	});

	test('ties, worst and votes that cannot be', async () => {
		const view = await page.request('loadPrompt', { index: 1 });
		const [a, b] = view?.lanes ?? [];
		expect(
			await page.request('vote', { promptId: 'p1', kind: 'worst', lane: a?.key ?? '' }),
		).toBeUndefined();
		expect(
			await page.request('vote', { promptId: 'p1', kind: 'best', lane: 'no such lane' }),
		).toBeUndefined();
		expect(await page.request('vote', { promptId: 'nowhere', kind: 'tie' })).toBeUndefined();
		const tie = await page.request('vote', { promptId: 'p1', kind: 'tie' });
		expect(tie?.vote).toMatchObject({ verdict: 'tie', pairs: 0 });
		await page.request('vote', { promptId: 'p1', kind: 'best', lane: a?.key ?? '' });
		const worst = await page.request('vote', { promptId: 'p1', kind: 'worst', lane: b?.key ?? '' });
		expect(worst?.vote).toMatchObject({ best: a?.key, worst: b?.key });
		expect(await page.request('loadTally', { end: false })).toBeUndefined();
		expect(await page.request('loadTally', { end: true })).toMatchObject({ ties: 0, voters: 1 });
	});

	test('without blind the lanes stand in the order of the comparison, with names', async () => {
		await page.request('loadPrompt', { index: 0 });
		const view = await page.request('setBlind', { blind: false });
		expect(view?.lanes.map(lane => lane.model?.label)).toEqual(models);
		const vote = await page.request('vote', {
			promptId: 'p0',
			kind: 'best',
			lane: view?.lanes[2]?.key ?? '',
		});
		expect(vote?.vote).toMatchObject({ blind: false });
	});

	test('what models tend to do is told with names shown and never while they are hidden', async () => {
		await arrived(overviews, () => true);
		const asked = { reference: 1, tag: '' };
		expect(await page.request('loadBehaviour', asked)).toEqual({ kind: 'hidden' });
		expect(traffic.join('\n')).not.toMatch(secret);
		await page.request('setBlind', { blind: false });
		expect(await page.request('loadBehaviour', asked)).toMatchObject({
			kind: 'found',
			report: { prompts: 3, reference: 'secret-sft', models: models.map(label => ({ label })) },
			tags: [],
			answers: 9,
		});
		expect(await page.request('loadBehaviour', { reference: -1, tag: 'none' })).toMatchObject({
			report: { prompts: 0, models: models.map(() => ({ answers: 0 })) },
		});
	});

	test('sources are looked for in the data of the lane’s model, and never while its name is hidden', async () => {
		const hidden = await page.request('loadPrompt', { index: 0 });
		const asked = { from: 'answer', promptId: 'p0', text: 'Answer' } as const;
		page.notify('sourcesAsked', { ...asked, lane: hidden?.lanes[0]?.key ?? '' });
		page.notify('sourcesAsked', { from: 'behaviour', label: 'secret-sft', phrase: 'answer' });
		await arrived(sources, () => sources.length === 2);
		expect(sources).toEqual([{ kind: 'hidden' }, { kind: 'hidden' }]);
		const named = await page.request('setBlind', { blind: false });
		page.notify('sourcesAsked', { ...asked, lane: named?.lanes[1]?.key ?? '' });
		await arrived(sources, view => view?.kind === 'noDatasets');
		expect(sources.at(-1)).toMatchObject({ phrase: 'Answer', why: 'nothing of run:secret-sft' });
		await page.request('setBlind', { blind: true });
		await arrived(traffic, message => message.includes('"sourcesChanged","params":{}'));
		expect(sources.at(-1)).toBeUndefined();
	});

	test('marks are for the texts in the order that is shown, and name no model', async () => {
		const view = await page.request('loadPrompt', { index: 0 });
		const loaded = await page.request('loadMarks', {
			index: 0,
			reference: 1,
			lens: 'difference',
		});
		expect(loaded).toMatchObject({ promptId: 'p0', reference: 1, lens: 'difference' });
		const lengths = view?.lanes.map(lane => lane.text?.length);
		expect(loaded?.lanes.map(lane => lane.length)).toEqual(lengths);
		const [first, reference] = loaded?.lanes ?? [];
		expect(first?.marks).toEqual([expect.objectContaining({ kind: 'replaced' })]);
		expect(first?.onReference).toHaveLength(1);
		expect(reference).toMatchObject({ marks: [], onReference: [] });
		const request = { index: 9, reference: 0, lens: 'shared' } as const;
		expect(await page.request('loadMarks', request)).toBeUndefined();
		expect(traffic.join('\n')).not.toMatch(secret);
	});

	test('the list learns what is refused, long and disputed, and the floors of shared text', async () => {
		const row = JSON.parse(answer('secret-sft', 1)) as Record<string, unknown>;
		const refusal = { ...row, response: 'I cannot help with that request.' };
		await appendFile(
			path.join(directory, 'responses', 'secret-sft.jsonl'),
			`${JSON.stringify(refusal)}\n`,
		);
		for (const [voter, label] of [
			['ada', 'secret-base'],
			['bob', 'secret-dpo'],
		] as const) {
			await store.vote('c1', {
				kind: 'best',
				label,
				voter,
				promptId: 'p0',
				order: models,
				blind: true,
			});
		}
		const { prompts, floors } = await arrived(
			overviews,
			// The answers and the votes may be read in two steps.
			item =>
				item.checked &&
				item.prompts.some(prompt => prompt.refusal) &&
				item.prompts.some(prompt => prompt.disagreement),
		);
		expect(prompts.map(prompt => prompt.refusal)).toEqual([false, true, false]);
		expect(prompts.map(prompt => prompt.long)).toEqual([false, true, false]);
		expect(prompts.map(prompt => prompt.disagreement)).toEqual([true, false, false]);
		// None of the next prompt's answers has a word of the answer before it; no model was asked twice.
		expect(floors).toEqual({ otherPrompt: 0 });
	});

	test('answers open in diff editors in the order shown, by number while names are hidden', async () => {
		const view = await page.request('loadPrompt', { index: 1 });
		const [first, second] = view?.lanes ?? [];
		page.notify('diffEditorAsked', {
			promptId: 'p1',
			reference: second?.key ?? '',
			other: first?.key ?? '',
		});
		page.notify('allDiffsAsked', { promptIds: ['p0', 'p2'], reference: 0 });
		page.notify('diffEditorAsked', { promptId: 'p1', reference: 'none', other: 'such' });
		await page.request('loadPrompt', { index: 0 });
		expect(actions.slice(-2)).toEqual([
			'Prompt 2: Answer 2 ↔ Answer 1: 2 Answer 2|Answer 1',
			'Compare vibes: 1 Answer 1|Answer 2, 1 Answer 1|Answer 3, 3 Answer 1|Answer 2, 3 Answer 1|Answer 3',
		]);
		await page.request('setBlind', { blind: false });
		page.notify('allDiffsAsked', { promptIds: ['p0'], reference: 2 });
		await page.request('loadPrompt', { index: 0 });
		expect(actions.at(-1)).toContain('1 secret-dpo|secret-base, 1 secret-dpo|secret-sft');
	});

	test('the page’s wishes reach the editor', async () => {
		page.notify('preferencesAsked', {});
		page.notify('trainingAsked', {});
		page.notify('logAsked', {});
		await page.request('loadPrompt', { index: 0 });
		expect(actions).toEqual(expect.arrayContaining(['openPreferences', 'trainOnVotes', 'showLog']));
	});
});

test('blind lanes wait until all answers are there and then appear together', async () => {
	run = { id: 'R1', state: 'running', message: 'secret-base answers' } as RunSummary;
	await answerFile('secret-base', [0, 1, 2]);
	open();
	const first = await arrived(overviews, () => true);
	expect(first.generating).toEqual({ state: 'running', done: 3, total: 9, message: '' });
	const view = await page.request('loadPrompt', { index: 0 });
	expect(view?.lanes.map(lane => lane.text)).toEqual([undefined, undefined, undefined]);
	expect(view?.votable).toBe(false);
	expect(await page.request('vote', { promptId: 'p0', kind: 'tie' })).toBeUndefined();
	await answerFile('secret-sft', [0]);
	await answerFile('secret-dpo', [0]);
	const whole = await arrived(views, item => item.votable);
	expect(whole.lanes.every(lane => lane.text !== undefined)).toBe(true);
	expect(traffic.join('\n')).not.toMatch(secret);
	run = { ...run, state: 'failed' };
	runChanged.fire({ runId: 'R1' });
	const failed = await arrived(overviews, item => item.generating?.state === 'failed');
	expect(failed.generating?.done).toBe(5);
});

test('samples of one model are flipped through once names are shown; votes are about the first', async () => {
	const row = JSON.parse(answer('secret-sft', 0)) as Record<string, unknown>;
	const samples = ['Second.', 'First.', 'First.'].map((response, i) =>
		JSON.stringify({ ...row, response, sample: [1, 0, 2][i] }),
	);
	await writeFile(
		path.join(directory, 'responses', 'secret-sft.jsonl'),
		samples.map(line => `${line}\n`).join(''),
	);
	await answerFile('secret-base', [0]);
	open();
	const hidden = await page.request('loadPrompt', { index: 0 });
	expect(hidden?.lanes.map(lane => lane.samples)).toEqual([undefined, undefined, undefined]);
	const named = await page.request('setBlind', { blind: false });
	const lane = named?.lanes[1];
	expect(lane).toMatchObject({ text: 'First.', samples: { count: 3, shown: 0, equal: 2 } });
	const flipped = await page.request('showSample', {
		promptId: 'p0',
		lane: lane?.key ?? '',
		sample: 1,
	});
	expect(flipped?.lanes[1]).toMatchObject({
		text: 'Second.',
		samples: { count: 3, shown: 1, equal: 1 },
	});
	const voted = await page.request('vote', { promptId: 'p0', kind: 'best', lane: lane?.key ?? '' });
	expect(voted?.vote?.pairs).toBe(1);
	expect(await readFile(store.preferencesPath, 'utf8')).toContain('First.');
});

test('a model that follows its own first answer shows the turns before it', async () => {
	await answerFile('secret-base', [0]);
	const turns = [
		{ role: 'user', content: 'One?' },
		{ role: 'assistant', content: 'My own one.' },
		{ role: 'user', content: 'Two?' },
	];
	const row = JSON.parse(answer('secret-sft', 0)) as Record<string, unknown>;
	await writeFile(
		path.join(directory, 'responses', 'secret-sft.jsonl'),
		`${JSON.stringify({ ...row, messages: turns })}\n`,
	);
	open();
	await page.request('loadPrompt', { index: 0 });
	const view = await page.request('setBlind', { blind: false });
	expect(view?.lanes.map(lane => lane.turns)).toEqual([undefined, turns, undefined]);
});

test('a hidden page gets nothing', async () => {
	await answerFile('secret-base', [0]);
	open();
	await arrived(overviews, () => true);
	session.hide();
	const before = traffic.length;
	await store.vote('c1', {
		kind: 'tie',
		voter: 'bob',
		promptId: 'p0',
		order: ['secret-base'],
		blind: true,
	});
	expect(traffic).toHaveLength(before);
});

test('a comparison that is gone is said in a sentence', async () => {
	await rm(directory, { recursive: true });
	open();
	const sentence = await arrived(actions, () => true);
	expect(sentence).toContain('holds no comparison');
});

test('each answer says what the checks of datasets find in it, with the workspace’s own phrases', async () => {
	await writeFile(path.join(root, '.windsock', 'phrases.yaml'), 'prefaces: [Great news]\n');
	const said = ['Great news, it works. It is on.', 'It is on.', 'I cannot help with that request.'];
	for (const [i, model] of models.entries()) {
		const row = JSON.parse(answer(model, 0)) as Record<string, unknown>;
		const line = JSON.stringify({ ...row, response: said[i] });
		await writeFile(path.join(directory, 'responses', `${model}.jsonl`), `${line}\n`);
	}
	open();
	await arrived(overviews, () => true);
	const view = await page.request('loadPrompt', { index: 0 });
	const found = view?.lanes.map(lane => [lane.text, lane.findings.map(({ code }) => code)]);
	expect(Object.fromEntries(found ?? [])).toEqual({
		[said[0] ?? '']: ['personalPreface'],
		[said[1] ?? '']: [],
		[said[2] ?? '']: ['refusal'],
	});
});
