import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/contract/runFiles.generated';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost, until } from '../../support/practiceHost';

let host: PracticeHost;

beforeEach(async () => {
	host = await PracticeHost.create();
	mkdirSync(join(host.workspace, 'eval'));
	writeFileSync(
		join(host.workspace, 'eval/score.py'),
		'import json, sys\njson.dump({"acc": int(sys.argv[2]) / 10}, open(sys.argv[1] + "/r.json", "w"))\n',
	);
});
afterEach(() => host.dispose());

const block = [
	'save_steps: 2',
	'after_checkpoint:',
	'  evaluate:',
	'    name: own',
	'    command: [python3, score.py, "{output}", "{step}", "{checkpoint}"]',
	'    files: [eval/score.py]',
	'    results: r.json',
];

const windsock = (...words: string[]): Promise<Said> => windsockOn(host, [...words, '--json']);
const specOf = (runId: string): RunSpec =>
	JSON.parse(readFileSync(host.runFile(runId, 'spec.json'), 'utf8')) as RunSpec;

async function launched(...words: string[]): Promise<string> {
	const said = await windsock(...words, '--wait');
	expect(said.code, said.err).toBe(0);
	return (JSON.parse(said.out) as { runId: string }).runId;
}

describe('a recipe with evaluations of its checkpoints', () => {
	it('has them done on the host by a script that goes along, and its JSON becomes a series', async () => {
		const runId = await launched('launch', host.recipe(['max_steps: 3', ...block]));
		const { points } = JSON.parse((await windsock('metrics', runId)).out) as {
			points: readonly { kind: string; step: number; values: object; label?: string }[];
		};
		expect(points.filter(({ kind }) => kind === 'evaluation')).toMatchObject([
			{ step: 2, values: { 'own/acc': 0.2 }, label: 'own' },
		]);
		expect(points.some(({ label }) => label?.includes('failed'))).toBe(false);
		const [one] = specOf(runId).train?.afterCheckpoint?.evaluate ?? [];
		expect(one?.files).toMatchObject([{ name: 'score.py' }]);
	});

	it('takes the same script along when it is run again, whatever that says by now', async () => {
		const first = await launched('launch', host.recipe(['max_steps: 3', ...block]));
		writeFileSync(join(host.workspace, 'eval/score.py'), 'raise SystemExit(1)\n');
		const again = await launched('rerun', first);
		expect(specOf(again).train?.afterCheckpoint).toEqual(specOf(first).train?.afterCheckpoint);
		expect(readFileSync(host.runFile(again, 'metrics.jsonl'), 'utf8')).toContain('own/acc');
	});

	it('has ended when the last evaluation has, also after it was resumed', async () => {
		const runId = await launched('launch', host.recipe(['max_steps: 3', ...block]));
		const resumed = await windsock('resume', runId, '--wait');
		expect(resumed.code, resumed.err).toBe(0);
		expect(JSON.parse(resumed.out)).toMatchObject({ run: { state: 'finished', attempt: 2 } });
		const lines = readFileSync(host.mirrorFile(runId, 'metrics.jsonl'), 'utf8');
		expect(lines.match(/"evaluation"/g)).toHaveLength(2);
	});

	it('is followed again by who looks at it all the time, when it is resumed', async () => {
		const runId = await launched('launch', host.recipe(['max_steps: 3', ...block]));
		const { library, control } = host.services();
		const look = library.watch(runId);
		expect((await control.resume(runId, undefined)).ok).toBe(true);
		await until(() => {
			const run = library.get(runId);
			return run?.attempt === 2 && run.state === 'finished';
		});
		look.dispose();
		library.dispose();
	});

	it('starts nothing where the script is not there', async () => {
		const recipe = host.recipe(block.map(line => line.replace('eval/score', 'eval/none')));
		const said = await windsock('launch', recipe);
		expect(said.code).toBe(1);
		expect(said.err).toContain('none.py');
		expect(host.runFolders).toEqual([]);
	});

	it('has a place for answers before the first is there', async () => {
		host.prompts(2);
		const lines = ['max_steps: 1', 'after_checkpoint: {answers: {prompt_set: prompts.jsonl}}'];
		const runId = await launched('launch', host.recipe(lines));
		const folder = join(host.workspace, '.windsock/comparisons', runId);
		const header = JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8')) as object;
		expect(header).toMatchObject({ runId, name: 'Try, by checkpoint', models: [] });
		expect(existsSync(join(folder, 'prompts.jsonl'))).toBe(true);
		const compared = await windsock('compare', folder);
		expect(JSON.parse(compared.out)).toMatchObject({ comparison: { prompts: 2, models: [] } });
	});
});
