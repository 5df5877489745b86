import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import { silentLogger } from '../../../../src/core/base/logger';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import type {
	ComparisonOverview,
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
} from '../../../../src/protocol/responseDiff';
import { Rpc } from '../../../../src/protocol/rpc';
import { ResponseDiffSession } from '../../../../src/vscode/responseDiff/responseDiffSession';
import { writeComparison } from '../../../support/comparisonFiles';
import { answerReading } from '../../../support/answerReading';
import { noRewardMaps } from '../../../support/noRewardMaps';
import { linkedPorts } from '../../../support/linkedPorts';

let root: string;
let store: ComparisonStore;
let session: ResponseDiffSession;
let page: Rpc<ResponseDiffPage, ResponseDiffHost>;
let overview: ComparisonOverview | undefined;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-edits-'));
	await writeComparison(root, {
		id: 'c1',
		prompts: [{ id: 'p', messages: [{ role: 'user', content: 'Which fruit?' }] }],
		answers: { 'hush-base': ['I am hush-base. An apple.'], 'hush-sft': ['A pear of the garden.'] },
	});
	store = new ComparisonStore(workspaceFolder(root), silentLogger);
	const [hostEnd, pageEnd] = linkedPorts();
	const none = (): void => {};
	session = new ResponseDiffSession(
		'c1',
		store,
		{
			get: () => undefined,
			watch: () => ({ dispose: none }),
			onDidChange: new Emitter<{ readonly runId: string }>().event,
		},
		'ada',
		hostEnd,
		{
			openPreferences: none,
			trainOnVotes: none,
			exportVotes: none,
			pinPrompt: none,
			answererFor: () => Promise.resolve(undefined),
			askOnHost: () => Promise.reject(new Error('no host')),
			keepPrompt: () => {},
			showRun: () => {},
			showLog: none,
			judge: () => {},
			showError: error => {
				throw error;
			},
			editsSetAside: none,
			retitle: none,
			openDiffs: none,
			generate: none,
			chooseModels: () => Promise.resolve(undefined),
			selectionMissing: none,
		},
		answerReading(),
		silentLogger,
		noRewardMaps(),
	);
	await new Promise<void>(resolve => {
		page = new Rpc<ResponseDiffPage, ResponseDiffHost>(
			pageEnd,
			{},
			{
				comparisonChanged: next => {
					overview = next;
					resolve();
				},
				promptChanged: none,
				rewardMapsChanged: () => {},
				askedChanged: () => {},
				sourcesChanged: none,
				selectionAsked: none,
				comparisonFailed: none,
			},
		);
		page.ready();
	});
});

afterEach(async () => {
	page.dispose();
	session.dispose();
	store.dispose();
	await rm(root, { recursive: true, force: true });
});

async function rowsOf(name: string): Promise<Record<string, unknown>[]> {
	const text = await readFile(path.join(root, '.windsock', 'preferences', name), 'utf8');
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as Record<string, unknown>);
}

const laneOf = (view: PromptView | undefined, label: string) =>
	view?.lanes.find(({ model }) => model?.label === label);

test('an answer can be edited only where its name is shown, and not before the vote', async () => {
	const before = await page.request('loadPrompt', { index: 0 });
	const [first] = before?.lanes ?? [];
	expect(before?.lanes.map(({ editable }) => editable)).toEqual([undefined, undefined]);
	const refused = await page.request('editAnswer', {
		promptId: 'p',
		lane: first?.key ?? '',
		text: 'A plum.',
		use: 'pair',
	});
	expect(refused).toBeUndefined();
	const voted = await page.request('vote', { promptId: 'p', kind: 'best', lane: first?.key ?? '' });
	expect(voted?.lanes.map(({ editable }) => editable)).toEqual([true, true]);
	const edited = await page.request('editAnswer', {
		promptId: 'p',
		lane: first?.key ?? '',
		text: 'A plum.\n',
		use: 'pair',
	});
	expect(edited?.lanes[0]?.edit).toEqual({ text: 'A plum.', use: 'pair' });
	// The vote taken back, names are hidden again, and so is what was written with them in view.
	const undone = await page.request('vote', { promptId: 'p', kind: 'undo' });
	expect(JSON.stringify(undone)).not.toMatch(/hush-|plum|editable/);
});

test('an edit is kept in the comparison and makes a pair, an example, or nothing any more', async () => {
	await page.request('setBlind', { blind: false });
	const view = await page.request('loadPrompt', { index: 0 });
	const lane = laneOf(view, 'hush-sft')?.key ?? '';
	const edit = (text: string, use: 'pair' | 'sft' | 'none') =>
		page.request('editAnswer', { promptId: 'p', lane, text, use });
	await edit('A pear.', 'pair');
	expect(overview).toMatchObject({ pairs: 1, examples: 0 });
	expect(await rowsOf('votes.jsonl')).toEqual([
		{
			prompt: [{ role: 'user', content: 'Which fruit?' }],
			chosen: [{ role: 'assistant', content: 'A pear.' }],
			rejected: [{ role: 'assistant', content: 'A pear of the garden.' }],
		},
	]);
	expect(await rowsOf('votes.provenance.jsonl')).toMatchObject([
		{ rule: 'edit', voter: 'ada', original: { label: 'hush-sft' } },
	]);
	const after = await edit('A pear, please.', 'sft');
	expect(laneOf(after, 'hush-sft')?.edit).toEqual({ text: 'A pear, please.', use: 'sft' });
	expect(overview).toMatchObject({ pairs: 0, examples: 1 });
	expect(await rowsOf('votes.jsonl')).toEqual([]);
	expect(await rowsOf('edits.jsonl')).toMatchObject([
		{ completion: [{ content: 'A pear, please.' }] },
	]);
	// What says the same as its original is no edit.
	expect(laneOf(await edit('A pear of the garden. ', 'pair'), 'hush-sft')?.edit).toBeUndefined();
	expect(overview).toMatchObject({ pairs: 0, examples: 0 });
	const file = path.join(root, '.windsock', 'comparisons', 'c1', 'edits', 'ada.jsonl');
	expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(3);
});
