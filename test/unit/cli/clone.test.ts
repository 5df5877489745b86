import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/contract/runFiles.generated';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;

beforeAll(async () => {
	host = await PracticeHost.create();
});
afterAll(() => host.dispose());

async function launched(...words: string[]): Promise<string> {
	const said = await windsockOn(host, ['launch', ...words, '--wait', '--json']);
	expect(said.code, said.err).toBe(0);
	return String((JSON.parse(said.out) as { runId: string }).runId);
}

const specOf = (runId: string): RunSpec =>
	JSON.parse(readFileSync(host.runFile(runId, 'spec.json'), 'utf8')) as RunSpec;

describe('a run that is cloned', () => {
	it('is launched again as it was, but for what is set, and says what differs', async () => {
		const recipe = host.recipe(['max_steps: 3', 'learning_rate: 1.0e-3 # bold']);
		const first = await launched(recipe, '--set', 'seed=7', '--name', 'bold');
		// What the file says by now does not count.
		writeFileSync(recipe, 'method: dpo\n');
		const second = await launched('--like', 'bold', '--set', 'learning_rate=0.0005');
		const spec = specOf(second);
		expect(spec).toMatchObject({ name: 'bold-2', clonedFrom: first });
		expect(spec.train?.arguments).toEqual({ max_steps: 3, learning_rate: 0.0005, seed: 7 });
		expect(spec.train?.datasets).toEqual(specOf(first).train?.datasets);
		const { library } = host.services();
		expect(library.origin(second)).toEqual({
			id: first,
			name: 'bold',
			differences: ['learning_rate 0.001 → 0.0005'],
		});
		library.dispose();
	});

	it('becomes a recipe beside its own, which launches as the run did', async () => {
		mkdirSync(join(host.workspace, 'deep/recipes'), { recursive: true });
		const recipe = join(host.workspace, 'deep/recipes/mine.yaml');
		const own = host.recipe(['max_steps: 2']);
		renameSync(own, recipe);
		writeFileSync(
			recipe,
			readFileSync(recipe, 'utf8').replace('sft.jsonl', '../../sft.jsonl # three rows'),
		);
		const first = await launched(recipe);
		const { cloning, library } = host.services();
		const written = await cloning.write(first);
		library.dispose();
		const path = written.ok ? written.value : '';
		expect(path).toBe(join(host.workspace, 'deep/recipes/mine-2.yaml'));
		expect(readFileSync(path, 'utf8')).toContain('dataset_path: ../../sft.jsonl # three rows\n');
		const second = await launched(path);
		expect(specOf(second).train?.datasets).toEqual(specOf(first).train?.datasets);
		expect(specOf(second).clonedFrom).toBe(first);
	});

	it('is asked for by one way only', async () => {
		expect((await windsockOn(host, ['launch'])).code).toBe(2);
		expect((await windsockOn(host, ['launch', 'a.yaml', '--like', 'bold'])).code).toBe(2);
	});
});
