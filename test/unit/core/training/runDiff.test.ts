import { describe, expect, it } from 'vitest';
import type { RunSpec, TrainSpec } from '../../../../src/core/contract/runFiles.generated';
import {
	diffRuns,
	fileChanges,
	isSameRun,
	type RunInputs,
} from '../../../../src/core/training/runDiff';
import { runDiffSides, runDiffText } from '../../../../src/core/training/runDiffText';

const hash = (letter: string): string => letter.repeat(64);

function run(
	id: string,
	train: Partial<TrainSpec> = {},
	more: Partial<RunSpec> = {},
	rest: Partial<RunInputs> = {},
): RunInputs {
	return {
		hostName: 'gpu1',
		madeWith: { python: '3.11.2', packages: { torch: '2.13.0' }, gpus: ['NVIDIA H100'] },
		spec: {
			contractVersion: '1.0',
			id,
			kind: 'train',
			name: id.toLowerCase(),
			createdAt: '2026-11-27T08:00:00.000Z',
			environment: { lockHash: 'a'.repeat(16) },
			model: { ref: 'tiny', kind: 'tiny' },
			train: {
				method: 'sft',
				arguments: { learning_rate: 2e-5, seed: 42 },
				datasets: [
					{ split: 'train', path: '/s/x', source: '/w/sft.jsonl', sha256: hash('b'), rows: 1200 },
				],
				recipeText: 'method: sft\nlearning_rate: 2.0e-5\n',
				...train,
			},
			...more,
		},
		...rest,
	};
}

describe('the inputs of two runs', () => {
	it('are the same whatever their names, ids and the order of keys', () => {
		const diff = diffRuns(run('A'), run('B', { arguments: { seed: 42, learning_rate: 2e-5 } }));
		expect(isSameRun(diff)).toBe(true);
		expect(runDiffText(diff)).toBe('“a” (A) → “b” (B)\n\nNothing that is on record differs.\n');
	});

	it('differ by keys of the recipe, and seeds stand apart', () => {
		const diff = diffRuns(
			run('A'),
			run('B', { arguments: { learning_rate: 1e-5, seed: 7, packing: true } }),
		);
		expect(diff.recipe).toEqual([
			{ key: 'learning_rate', before: 2e-5, after: 1e-5 },
			{ key: 'packing', after: true, default: false },
		]);
		expect(diff.seeds).toEqual([{ key: 'seed', before: 42, after: 7 }]);
		expect(runDiffText(diff)).toContain('packing: unset (false) → true');
	});

	it('differ by what the recipe says beside its arguments', () => {
		const diff = diffRuns(
			run('A'),
			run('B', { recipeText: 'method: sft\nlabels: ignore\nretry: {max: 3}\n' }),
		);
		expect(diff.recipe).toEqual([
			{ key: 'labels', after: 'ignore' },
			{ key: 'retry', after: { max: 3 } },
		]);
	});

	it('pair datasets by content, then by name, then by order', () => {
		const set = (source: string, letter: string, split: 'train' | 'eval' = 'train') => ({
			split,
			path: `/s/${letter}`,
			source,
			sha256: hash(letter),
			rows: 10,
		});
		const before = [set('/w/a.jsonl', 'a'), set('/w/b.jsonl', 'b'), set('/w/c.jsonl', 'c')];
		const after = [
			set('/w/b.jsonl', 'd'),
			set('/w/moved.jsonl', 'a'),
			set('/w/e.jsonl', 'e'),
			set('/w/f.jsonl', 'f', 'eval'),
		];
		const { datasets } = diffRuns(run('A', { datasets: before }), run('B', { datasets: after }));
		const names = datasets.map(({ split, before: a, after: b }) => [split, a?.name, b?.name]);
		expect(names).toEqual([
			['train', 'b.jsonl', 'b.jsonl'],
			['train', 'c.jsonl', 'e.jsonl'],
			['eval', undefined, 'f.jsonl'],
		]);
	});

	it('differ by the commit of the Hub that a model was, though its name is the same', () => {
		const model = { ref: 'hub:org/base', kind: 'hub', hubId: 'org/base' } as const;
		const at = (modelRevision: string): Partial<RunInputs> => ({ madeWith: { modelRevision } });
		const diff = diffRuns(run('A', {}, { model }, at('1')), run('B', {}, { model }, at('2')));
		expect(diff.model).toEqual([{ key: 'revision', before: '1', after: '2' }]);
	});

	it('differ by versions and host, and say what is not on record', () => {
		const madeWith = { python: '3.12.1', packages: { torch: '2.14.0' }, gpus: ['L4', 'L4'] };
		const diff = diffRuns(run('A'), run('B', {}, {}, { hostName: 'gpu2', madeWith }));
		expect(diff.versions).toEqual([
			{ key: 'python', before: '3.11.2', after: '3.12.1' },
			{ key: 'torch', before: '2.13.0', after: '2.14.0' },
		]);
		expect(diff.host).toEqual([
			{ key: 'gpus', before: 'NVIDIA H100', after: '2 × L4' },
			{ key: 'host', before: 'gpu1', after: 'gpu2' },
		]);
		const blind = diffRuns(run('A'), run('B', {}, {}, { madeWith: undefined }));
		expect(blind.unknown).toEqual([
			'Versions and GPUs of “b” are not on record here, so they were not compared.',
		]);
	});

	it('stand side by side with only what differs', () => {
		const diff = diffRuns(
			run('A', { chatTemplate: 'one\ntwo' }),
			run('B', { chatTemplate: 'one\nthree', arguments: { learning_rate: 1e-5, seed: 42 } }),
		);
		const { before, after } = runDiffSides(diff);
		expect(before).toBe('Recipe:\n  learning_rate: 0.00002\n\nChat template:\n  one\n  two\n');
		expect(after).toBe('Recipe:\n  learning_rate: 0.00001\n\nChat template:\n  one\n  three\n');
	});
});

describe('the files of two projects', () => {
	it('are told apart by path and content', () => {
		const file = (path: string, letter: string) => ({ path, sha256: hash(letter) });
		const before = [file('a.py', 'a'), file('b.py', 'b'), file('c.py', 'c')];
		const after = [file('a.py', 'a'), file('b.py', 'd'), file('e.py', 'e')];
		expect(fileChanges(before, after)).toEqual({
			added: ['e.py'],
			removed: ['c.py'],
			changed: ['b.py'],
		});
	});
});
