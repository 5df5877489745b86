import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/contract/runFiles.generated';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;

beforeEach(async () => {
	host = await PracticeHost.create();
});
afterEach(() => host.dispose());

interface Again {
	readonly runId: string;
	readonly run: { readonly name: string; readonly rerunOf?: string; readonly state: string };
	readonly remarks: readonly { readonly what: string; readonly level: string }[];
	readonly error?: { readonly code: string; readonly message: string };
}

const specOf = (runId: string): RunSpec =>
	JSON.parse(readFileSync(host.runFile(runId, 'spec.json'), 'utf8')) as RunSpec;
const answerOf = ({ out }: Said): Again => JSON.parse(out) as Again;
const windsock = (...words: string[]): Promise<Said> => windsockOn(host, [...words, '--json']);

async function launched(...words: string[]): Promise<string> {
	const said = await windsock('launch', ...words, '--wait');
	expect(said.code, said.err).toBe(0);
	return answerOf(said).runId;
}

function store(name = ''): string {
	return join(host.home, '.windsock/store', name);
}

describe('a run that is run again', () => {
	it('takes recipe, seed and data as they were, whatever stands in their files by now', async () => {
		const recipe = host.recipe(['max_steps: 3', 'learning_rate: 1.0e-3']);
		const first = await launched(recipe, '--set', 'seed=7');
		writeFileSync(recipe, 'method: dpo\n');
		writeFileSync(join(host.workspace, 'sft.jsonl'), '');
		const said = await windsock('rerun', first, '--wait');
		expect(said.code, said.err).toBe(0);
		const { runId, run, remarks } = answerOf(said);
		expect(remarks).toEqual([]);
		expect(run).toMatchObject({ name: 'Try-2', rerunOf: first, state: 'finished' });
		const [before, now] = [specOf(first), specOf(runId)];
		expect(now.train).toEqual(before.train);
		expect(now.environment).toEqual(before.environment);
		expect(now.model).toEqual(before.model);
		const { library } = host.services();
		expect(library.origin(runId)).toEqual({
			id: first,
			isAgain: true,
			name: 'Try',
			differences: [],
		});
		library.dispose();
	});

	it('makes a dataset anew whose content has left the store, and notices that it is the same', async () => {
		const first = await launched(host.recipe(['max_steps: 1']));
		rmSync(store(), { recursive: true });
		const said = await windsock('rerun', first, '--wait');
		expect(said.code, said.err).toBe(0);
		expect(answerOf(said).remarks).toEqual([]);
		expect(specOf(answerOf(said).runId).train).toEqual(specOf(first).train);
	});

	it('does not take another content for the one that is gone, unless it is told to', async () => {
		const first = await launched(host.recipe(['max_steps: 1']));
		rmSync(store(), { recursive: true });
		const file = join(host.workspace, 'sft.jsonl');
		const [row = ''] = readFileSync(file, 'utf8').split('\n');
		writeFileSync(file, `${row}\n`);
		const before = host.runFolders.length;
		const refused = await windsock('rerun', first);
		expect(refused.code).toBe(1);
		expect(answerOf(refused).error?.code).toBe('rerunDiffers');
		expect(answerOf(refused).error?.message).toMatch(
			/sft\.jsonl is not what it was: 3 rows \([0-9a-f]{8}\) → 1 rows/,
		);
		expect(host.runFolders.length).toBe(before);
		const taken = await windsock('rerun', first, '--anyway', '--wait');
		expect(taken.code, taken.err).toBe(0);
		expect(taken.err).toContain('sft.jsonl is not what it was');
		expect(answerOf(taken).remarks).toMatchObject([{ what: 'dataset', level: 'changed' }]);
		const [dataset] = specOf(answerOf(taken).runId).train?.datasets ?? [];
		expect(dataset?.rows).toBe(1);
	});

	it('says what is gone for good, and starts nothing', async () => {
		const first = await launched(host.recipe(['max_steps: 1']));
		rmSync(store(), { recursive: true });
		rmSync(join(host.workspace, 'sft.jsonl'));
		const said = await windsock('rerun', first, '--anyway');
		expect(said.code).toBe(1);
		expect(answerOf(said).error).toMatchObject({ code: 'rerunImpossible' });
		expect(answerOf(said).error?.message).toContain('sft.jsonl is gone');
	});

	it('gets the code it had, though the project has changed since', async () => {
		const script = join(host.workspace, 'train.py');
		writeFileSync(script, 'print("first")\n');
		const recipe = join(host.workspace, 'script.yaml');
		writeFileSync(recipe, 'method: script\nname: Own\nscript: train.py\n');
		const first = await launched(recipe);
		writeFileSync(script, 'print("second")\n');
		const same = await windsock('rerun', first, '--wait');
		expect(same.code, same.err).toBe(0);
		expect(specOf(answerOf(same).runId).train?.code).toEqual(specOf(first).train?.code);
		rmSync(store(), { recursive: true });
		const refused = await windsock('rerun', first);
		expect(answerOf(refused).error?.message).toContain('The code is not what it was');
	});

	it('is told when the checkpoint it started from holds something else now', async () => {
		const recipe = host.recipe(['max_steps: 2', 'save_steps: 2']);
		const first = await launched(recipe);
		const folder = host.runFile(first, 'checkpoints/checkpoint-2');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'model.safetensors'), 'as it was');
		const second = await launched(recipe, '--model', `run:${first}@2`, '--name', 'more');
		expect(specOf(second).model?.content).toMatch(/^[0-9a-f]{64}$/);
		const same = await windsock('rerun', 'more', '--wait');
		expect(answerOf(same).remarks).toEqual([]);
		writeFileSync(join(folder, 'model.safetensors'), 'overwritten');
		const changed = await windsock('rerun', 'more');
		expect(answerOf(changed).error).toMatchObject({ code: 'rerunDiffers' });
		expect(answerOf(changed).error?.message).toContain('holds something else now');
		rmSync(folder, { recursive: true });
		const gone = await windsock('rerun', 'more', '--anyway');
		expect(answerOf(gone).error).toMatchObject({ code: 'rerunImpossible' });
	});

	it('says which versions and GPUs are others, and starts all the same', async () => {
		const first = await launched(host.recipe(['max_steps: 1']));
		const path = host.mirrorFile(first, 'status.json');
		const status = JSON.parse(readFileSync(path, 'utf8')) as { madeWith: object };
		const madeWith = { ...status.madeWith, gpus: ['NVIDIA H100', 'NVIDIA H100'], python: '3.1.4' };
		writeFileSync(path, JSON.stringify({ ...status, madeWith }));
		const said = await windsock('rerun', first, '--wait');
		expect(said.code, said.err).toBe(0);
		expect(said.err).toContain('Other GPUs: it was made with 2 × NVIDIA H100, here is no GPU.');
		expect(said.err).toMatch(/Other versions: Python 3\.1\.4 → 3\.\d+/);
		expect(answerOf(said).remarks.map(({ level }) => level)).toEqual(['differs', 'differs']);
	});

	it('trusts what is agreed to now, and nothing that stands in the run', async () => {
		const first = await launched(host.recipe(['max_steps: 1']), '--trust', 'a'.repeat(64));
		expect(specOf(first).train?.trusted).toEqual(['a'.repeat(64)]);
		const plain = await windsock('rerun', first, '--wait');
		expect(specOf(answerOf(plain).runId).train?.trusted).toBeUndefined();
		const agreed = await windsock('rerun', first, '--trust', 'b'.repeat(64), '--wait');
		expect(specOf(answerOf(agreed).runId).train?.trusted).toEqual(['b'.repeat(64)]);
	});

	it('is only planned with --dry-run', async () => {
		const first = await launched(host.recipe(['max_steps: 1']));
		const before = host.runFolders.length;
		const said = await windsock('rerun', first, '--dry-run');
		expect(JSON.parse(said.out)).toMatchObject({ plan: { hostName: 'local' }, remarks: [] });
		expect(host.runFolders.length).toBe(before);
	});
});
