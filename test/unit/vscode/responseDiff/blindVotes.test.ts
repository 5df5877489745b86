import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Logger } from '../../../../src/core/base/logger';
import { Emitter } from '../../../../src/core/base/emitter';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { keepJudged } from '../../../../src/node/responses/judging/judgedFiles';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import type {
	ComparisonOverview,
	ResponseDiffHost,
	ResponseDiffPage,
} from '../../../../src/protocol/responseDiff';
import { Rpc } from '../../../../src/protocol/rpc';
import { ResponseDiffSession } from '../../../../src/vscode/responseDiff/responseDiffSession';
import { writeComparison } from '../../../support/comparisonFiles';
import { answerReading } from '../../../support/answerReading';
import { noRewardMaps } from '../../../support/noRewardMaps';
import { linkedPorts } from '../../../support/linkedPorts';

const models = ['hush-base', 'hush-sft', 'hush-dpo', 'hush-four'];
const size = 40;
const names = /hush-|path:/;

let root: string;
let store: ComparisonStore;
let session: ResponseDiffSession;
let page: Rpc<ResponseDiffPage, ResponseDiffHost>;
let overview: ComparisonOverview | undefined;
let first: Promise<void>;
let seen: string[];

function logTo(note: (line: string) => void): Logger {
	const logger: Logger = {
		trace: note,
		info: note,
		warn: note,
		error: note,
		child: () => logger,
	};
	return logger;
}

/** Everything is written down: what the page gets, tab titles, documents and lines of the log. */
function open(): void {
	const [hostEnd, pageEnd] = linkedPorts();
	const note = (...said: unknown[]): void => void seen.push(JSON.stringify(said));
	const logger = logTo(note);
	session = new ResponseDiffSession(
		'c1',
		store,
		{
			get: () => undefined,
			watch: () => ({ dispose: () => {} }),
			onDidChange: new Emitter<{ readonly runId: string }>().event,
		},
		'ada',
		hostEnd,
		{
			openPreferences: () => {},
			trainOnVotes: () => {},
			exportVotes: () => {},
			pinPrompt: () => {},
			answererFor: () => Promise.resolve(undefined),
			askOnHost: () => Promise.reject(new Error('no host')),
			keepPrompt: () => {},
			showRun: () => {},
			showLog: () => {},
			judge: () => {},
			showError: error => note(error.code),
			editsSetAside: note,
			retitle: note,
			selectionMissing: () => {},
			generate: () => {},
			chooseModels: () => Promise.resolve(undefined),
			openDiffs: note,
		},
		answerReading(),
		logger,
		noRewardMaps(),
	);
	pageEnd.onMessage(note);
	first = new Promise(resolve => {
		page = new Rpc<ResponseDiffPage, ResponseDiffHost>(
			pageEnd,
			{},
			{
				comparisonChanged: next => {
					overview = next;
					resolve();
				},
				promptChanged: () => {},
				rewardMapsChanged: () => {},
				askedChanged: () => {},
				sourcesChanged: () => {},
				selectionAsked: () => {},
				comparisonFailed: note,
			},
		);
	});
	page.ready();
}

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-votes-'));
	seen = [];
	overview = undefined;
	const prompts = Array.from({ length: size }, (_, i) => ({
		id: `prompt-${i}`,
		messages: [{ role: 'user', content: `Question ${i}?` }],
		tags: [i % 2 === 0 ? 'even' : 'odd'],
	}));
	const answers = Object.fromEntries(
		models.map((model, place) => [
			model,
			prompts.map((_, i) => `As ${model}, made by OpenAI, I say ${place} to ${i}.`),
		]),
	);
	await writeComparison(root, { id: 'c1', prompts, answers });
	store = new ComparisonStore(
		workspaceFolder(root),
		logTo(line => void seen.push(line)),
	);
	open();
	await first;
});

afterEach(async () => {
	page.dispose();
	session.dispose();
	store.dispose();
	await rm(root, { recursive: true, force: true });
});

const votesFile = (): Promise<string> =>
	readFile(path.join(root, '.windsock', 'comparisons', 'c1', 'votes', 'ada.jsonl'), 'utf8');

test('before a vote nothing names a model: messages, titles, documents, log', async () => {
	const prompts = overview?.prompts ?? [];
	expect(prompts).toHaveLength(size + 2);
	for (const [index, { id }] of prompts.entries()) {
		const view = await page.request('loadPrompt', { index });
		expect(view?.lanes.map(lane => [lane.masked, lane.text?.replace(/\d to \d+/, '')])).toEqual(
			models.map(() => [2, 'As █████, made by █████, I say .']),
		);
		await page.request('prepare', { index });
		await page.request('loadMarks', { index, reference: 0, lens: 'difference' });
		const [a, b] = view?.lanes ?? [];
		page.notify('diffEditorAsked', {
			promptId: id,
			reference: a?.key ?? '',
			other: b?.key ?? '',
		});
		await page.request('vote', { promptId: id, kind: 'skip' });
	}
	page.notify('allDiffsAsked', { promptIds: prompts.map(({ id }) => id), reference: 0 });
	expect(await page.request('loadTally', { end: false })).toBeUndefined();
	expect(seen.join('\n')).toContain('Answer 1');
	expect(seen.join('\n')).not.toMatch(names);
});

test('a prompt that comes again has another order, makes no pair and no vote of the set', async () => {
	const places = (overview?.prompts ?? []).flatMap((entry, index) =>
		entry.id.startsWith('prompt-') ? [] : [index],
	);
	expect(places).toHaveLength(2);
	const again = places[0] ?? 0;
	const title = overview?.prompts[again]?.title;
	const original = overview?.prompts.findIndex(entry => entry.title === title) ?? -1;
	const said = (view: Awaited<ReturnType<typeof load>>): (string | undefined)[] =>
		view?.lanes.map(lane => /say \d/.exec(lane.text ?? '')?.[0]) ?? [];
	const load = (index: number) => page.request('loadPrompt', { index });
	const [one, two] = [await load(original), await load(again)];
	expect(said(two)).not.toEqual(said(one));
	expect(new Set(said(two))).toEqual(new Set(said(one)));
	for (const view of [one, two]) {
		await page.request('vote', {
			promptId: view?.id ?? '',
			kind: 'best',
			lane: view?.lanes.find(lane => lane.text?.includes('say 3'))?.key ?? '',
		});
	}
	expect(overview).toMatchObject({ voted: 2, pairs: 1 });
	expect((await load(again))?.vote).toMatchObject({ repeat: true, pairs: 0, blind: true });
	const tally = await page.request('loadTally', { end: true });
	expect(tally?.statistics.slices[0]?.prompts).toBe(1);
	expect(tally?.statistics.consistency).toEqual({ repeats: 1 });
});

test('the counts come when the set is done, and votes after them are marked', async () => {
	for (const { id } of overview?.prompts ?? []) {
		expect(await page.request('loadTally', { end: false })).toBeUndefined();
		await page.request('vote', { promptId: id, kind: 'tie' });
	}
	expect(overview?.set).toMatchObject({ done: size + 2, target: size + 2, tallySeen: false });
	const tally = await page.request('loadTally', { end: false });
	expect(tally).toMatchObject({ ties: size, afterTally: 0 });
	expect(tally?.statistics.look).toEqual({ kind: 'planned', prompts: size });
	await page.request('vote', { promptId: 'prompt-0', kind: 'bothBad' });
	const later = await page.request('loadTally', { end: false });
	expect(later).toMatchObject({ ties: size - 1, bothBad: 1, afterTally: 1 });
	const kinds = (await votesFile())
		.trim()
		.split('\n')
		.map(line => (JSON.parse(line) as { kind: string }).kind);
	expect([kinds[0], kinds.filter(kind => kind === 'tallySeen').length]).toEqual(['plan', 1]);
});

test('a plan is made before the first vote and stands from then on', async () => {
	await page.request('setPlan', { look: 'anytime', lanes: 'all' });
	expect(overview?.set).toMatchObject({ plan: { look: 'anytime' }, started: false });
	await page.request('vote', { promptId: 'prompt-0', kind: 'tie' });
	expect(
		await page.request('setPlan', { look: 'planned', prompts: 5, lanes: 'all' }),
	).toBeUndefined();
	expect(overview?.set).toMatchObject({ plan: { look: 'anytime' }, started: true, done: 1 });
	const tally = await page.request('loadTally', { end: true });
	expect(tally?.statistics.look).toEqual({ kind: 'anytime' });
});

test('an arena shows two models a prompt, each two alike often, and rates them all', async () => {
	await page.request('loadPrompt', { index: 0 });
	await page.request('setPlan', { look: 'planned', prompts: size, lanes: 'pairs' });
	expect(overview).toMatchObject({ lanes: 2, moreModels: 0 });
	const met = new Map<string, number>();
	for (const [index, { id }] of (overview?.prompts ?? []).entries()) {
		const view = await page.request('loadPrompt', { index });
		expect(view?.lanes).toHaveLength(2);
		const places = view?.lanes.map(lane => Number(/say (\d)/.exec(lane.text ?? '')?.[1])) ?? [];
		if (id.startsWith('prompt-')) {
			const pair = places.toSorted((a, b) => a - b).join();
			met.set(pair, (met.get(pair) ?? 0) + 1);
		}
		const best = view?.lanes[places.indexOf(Math.max(...places))];
		const after = await page.request('vote', {
			promptId: id,
			// Now and then the weaker wins, or nobody could be rated.
			...(index % 3 === 0
				? { kind: 'tie' as const }
				: { kind: 'best' as const, lane: best?.key ?? '' }),
		});
		expect(after?.lanes.map(lane => lane.model?.label)).toEqual(places.map(place => models[place]));
	}
	expect(met.size).toBe(6);
	expect(Math.max(...met.values()) - Math.min(...met.values())).toBe(1);
	const tally = await page.request('loadTally', { end: false });
	expect(tally?.rows.map(({ label }) => label)).toEqual(models.toReversed());
	expect(tally?.statistics.slices[0]?.pairs).toHaveLength(6);
	expect(overview?.pairs).toBeGreaterThan(20);
});

test('what a judge says is held back like counts, and its filter too, until the set is done', async () => {
	const time = '2026-01-02T03:04:05Z';
	const [model = '', against = ''] = models;
	const rows = Array.from({ length: size }, (_, i) => ({
		promptId: `prompt-${i}`,
		model,
		against,
		value: 0.5,
	}));
	const kept = await keepJudged(path.join(store.folder, 'c1'), {
		schemaVersion: 1,
		kind: 'protocol',
		protocol: 'alpaca-eval',
		judge: 'a-judge',
		time,
		rows,
		results: [],
		published: [],
	});
	expect(kept.ok).toBe(true);
	session.refresh();
	expect(await page.request('loadJudged', {})).toBeUndefined();
	expect(seen.join('\n')).not.toMatch(names);
	for (const { id } of overview?.prompts ?? []) {
		expect(await page.request('loadJudged', {})).toBeUndefined();
		expect(overview?.prompts.some(entry => entry.disagreement)).toBe(false);
		await page.request('vote', { promptId: id, kind: 'tie' });
	}
	const judged = await page.request('loadJudged', {});
	expect(judged).toMatchObject([
		{ judge: 'a-judge', votes: { items: size, same: 0 }, figures: [{ value: 1, n: size }] },
	]);
	await page.request('vote', { promptId: 'prompt-0', kind: 'bothBad' });
	expect(overview).toMatchObject({ judges: 1, set: { tallySeen: true } });
	expect(overview?.prompts.find(({ id }) => id === 'prompt-0')?.disagreement).toBe(true);
});
