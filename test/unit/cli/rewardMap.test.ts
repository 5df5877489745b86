import { mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
let trained: string;
let answers: string;

beforeAll(async () => {
	host = await PracticeHost.create();
	const recipe = host.recipe(['max_steps: 3', 'save_steps: 3', 'model_name_or_path: tiny']);
	const launched = await windsock('launch', recipe, '--wait', '--json');
	trained = String(json(launched)['runId']);
	answers = join(host.workspace, 'answers');
	const argv = ['generate', host.prompts(2), '--model', 'base', '--model', 'base'];
	expect((await windsock(...argv, '--out', answers)).code).toBe(0);
});
afterAll(() => host.dispose());

const windsock = (...argv: string[]): Promise<Said> => windsockOn(host, argv);
const json = ({ out }: Said): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

describe('windsock audit', () => {
	it('holds sums of a map against votes, and says which answers the model prefers that they do not', async () => {
		const argv = ['reward-map', trained, '--against', 'tiny', '--answers', answers, '--json'];
		const runId = String(json(await windsock(...argv))['runId']);
		const none = json(await windsock('audit', runId, '--json'));
		expect(none).toMatchObject({ audits: [{ kind: 'votes', pairs: 0, agree: 0, disputed: [] }] });
		const votes = join(answers, 'votes');
		mkdirSync(votes, { recursive: true });
		const vote = {
			schemaVersion: 1,
			id: 'v',
			time: '2026-11-28T08:00:00.000Z',
			voter: 'ada',
			promptId: 'p0',
			kind: 'best',
			label: 'base',
			order: ['base', 'base-2'],
			blind: true,
			answers: {},
		};
		writeFileSync(join(votes, 'ada.jsonl'), `${JSON.stringify(vote)}\n`);
		const said = await windsock('audit', runId, '--json');
		expect(json(said)).toMatchObject({
			audits: [{ kind: 'votes', pairs: 1, agree: 0.5, share: { value: 0.5 }, auc: { value: 0.5 } }],
		});
		rmSync(votes, { recursive: true });
	});

	it('lists held-out pairs of a DPO run where it prefers the rejected one, by file and line', async () => {
		const recipe = host.recipe(['max_steps: 2', 'model_name_or_path: tiny']);
		const launched = json(await windsock('launch', recipe, '--wait', '--json'));
		const runId = String(launched['runId']);
		const sft = await windsock('audit', runId);
		expect(sft.err).toContain('neither a run of DPO nor a reward map');
		const spec = host.mirrorFile(runId, 'spec.json');
		const record = JSON.parse(readFileSync(spec, 'utf8')) as { train: Record<string, unknown> };
		const source = '/data/held.jsonl';
		record.train = {
			...record.train,
			method: 'dpo',
			datasets: [{ split: 'eval', path: '/s/x', source }],
		};
		writeFileSync(spec, JSON.stringify(record));
		expect((await windsock('audit', runId)).err).toContain('names no held-out pairs');
		const margin = (row: number, chosen: number): string =>
			`${JSON.stringify({ n: row, attempt: 1, step: 2, dataset: 'held.jsonl', row, chosen, rejected: 0, margin: chosen })}\n`;
		writeFileSync(
			host.runFile(runId, 'margins.jsonl'),
			[1, -2, 3].map((m, i) => margin(i + 1, m)).join(''),
		);
		const said = await windsock('audit', runId, '--json');
		expect(json(said)).toMatchObject({
			audits: [
				{
					kind: 'labels',
					path: source,
					step: 2,
					pairs: 3,
					agree: 2,
					disputed: [{ row: 2, margin: -2 }],
				},
			],
		});
		const { out } = await windsock('audit', runId);
		expect(out).toContain('prefers what was rejected in 1 of 3 pairs');
		expect(out).toContain('-2.000  /data/held.jsonl:2');
	});
});

describe('windsock reward-map', () => {
	it('scores the answers of a comparison as a run of its own, mirrored byte for byte', async () => {
		const said = await windsock(
			'reward-map',
			trained,
			'--against',
			'tiny',
			'--answers',
			answers,
			'--json',
		);
		expect(said.err).not.toContain('failed');
		expect(said.code).toBe(0);
		const map = json(said);
		expect(map).toMatchObject({
			run: { kind: 'score', state: 'finished', parent: trained },
			rewardMap: {
				policy: { label: 'Try-3' },
				reference: { label: 'tiny' },
				brokenLines: 0,
				answers: [
					{
						promptId: 'p0',
						model: 'base',
						tokens: 4,
						sum: 8,
						sentences: [{ sum: 4.5 }, { sum: 3.5, isEnding: true }],
					},
					{ promptId: 'p0', model: 'base-2' },
					{ promptId: 'p1', model: 'base' },
					{ promptId: 'p1', model: 'base-2' },
				],
			},
		});
		const runId = String(map['runId']);
		const mirrored = readFileSync(host.mirrorFile(runId, 'rewardMap.jsonl'), 'utf8');
		expect(mirrored).toBe(readFileSync(host.runFile(runId, 'rewardMap.jsonl'), 'utf8'));
		// No DPO: a log-ratio, and never a reward.
		expect(said.out).not.toContain('"reward"');
		const again = await windsock('reward-map', runId);
		expect(again.code).toBe(0);
		expect(again.out).toContain('a log-ratio, no reward');
		expect(again.out).toMatch(/p0 +base-2 +\+8\.000 +±0\.004 +4/);
		expect(again.out).toContain('+3.500  (end of the answer)');
	});

	it('takes only the answers of one model, of a file too', async () => {
		const file = join(answers, 'responses', 'base.jsonl');
		const argv = ['reward-map', `${trained}@3`, '--against', 'tiny', '--answers'];
		for (const from of [[answers, '--model', 'base'], [file]]) {
			const said = await windsock(...argv, ...from, '--json');
			expect(said.code).toBe(0);
			expect(json(said)).toMatchObject({
				rewardMap: { answers: [{ model: 'base' }, { model: 'base' }] },
			});
		}
		const none = await windsock(...argv, answers, '--model', 'nobody');
		expect(none.code).toBe(1);
		expect(none.err).toContain('no answers of nobody');
	});

	it('says what is missing before anything starts', async () => {
		const before = host.runFolders.length;
		const noAnswers = await windsock('reward-map', trained);
		expect(noAnswers.err).toContain('--answers');
		const noReference = await windsock('reward-map', trained, '--answers', answers);
		expect(noReference.err).toContain('was not trained by DPO');
		const noStep = await windsock(
			'reward-map',
			`${trained}@2`,
			'--against',
			'tiny',
			'--answers',
			answers,
		);
		expect(noStep.code).toBe(1);
		const wrong = await windsock('reward-map', trained, '--answers', answers, '--top-k', '99');
		expect(wrong.code).toBe(2);
		expect(host.runFolders.length).toBe(before);
	});

	it('reads no file that a link has taken the place of', async () => {
		const argv = ['reward-map', trained, '--against', 'tiny', '--answers', answers, '--json'];
		const runId = String(json(await windsock(...argv))['runId']);
		const path = host.mirrorFile(runId, 'rewardMap.jsonl');
		const elsewhere = join(host.folder, 'elsewhere.jsonl');
		writeFileSync(elsewhere, readFileSync(path));
		unlinkSync(path);
		symlinkSync(elsewhere, path);
		const said = await windsock('reward-map', runId, '--json');
		expect(json(said)).toMatchObject({ rewardMap: { answers: [] } });
	});
});
