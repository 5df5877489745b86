import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RunSpec } from '../../../../src/core/contract/runFiles.generated';
import { parseRecipe } from '../../../../src/core/training/recipe';
import { withKeys } from '../../../../src/core/training/recipeText';
import { clonedRecipe } from '../../../../src/core/training/runClone';
import { nextName } from '../../../../src/core/training/runNaming';
import { differencesOf, differenceText, originText } from '../../../../src/core/training/runOrigin';

const id = '01JDWINDS0CK00000000000001';
const recipeText = `# Supervised fine-tuning.
name: sft # the name
method: sft
model_name_or_path: base
dataset_path: ../data/sft.jsonl # relative
# ---
learning_rate: 6.0e-3 # large steps
loss_type: [sigmoid, sft]
seed: 42
`;

function spec(fields: Partial<RunSpec['train']> = {}, more: Partial<RunSpec> = {}): RunSpec {
	return {
		contractVersion: '1.0',
		id,
		kind: 'train',
		name: 'sft',
		createdAt: '2026-11-27T08:00:00.000Z',
		environment: { lockHash: 'a'.repeat(16) },
		train: {
			method: 'sft',
			arguments: { learning_rate: 6.0e-3, loss_type: ['sigmoid', 'sft'], seed: 42 },
			datasets: [
				{ split: 'train', path: '/store/x', source: '/w/data/sft.jsonl', sha256: 'b'.repeat(64) },
			],
			recipePath: '/w/recipes/sft.yaml',
			recipeText,
			...fields,
		},
		...more,
	};
}

function clone(of: RunSpec, rebase = (path: string) => path): string {
	const cloned = clonedRecipe(of, 'sft-2', 'gpu1', rebase);
	if (!cloned.ok) {
		throw cloned.error;
	}
	return cloned.value;
}

describe('the recipe of a run', () => {
	it('is the recipe as it was, with the run that it comes from', () => {
		expect(clone(spec())).toBe(
			`# Cloned from the run “sft” (${id}) of 2026-11-27 on gpu1.\n` +
				`${recipeText.replace('name: sft # the name', 'name: sft-2')}cloned_from: ${id}\n`,
		);
	});

	it('has what the launch overrode in the place of what the file said', () => {
		const overrides = {
			learning_rate: 1e-4,
			labels: 'ignore',
			dataset_path: '/w/data/other.jsonl',
		};
		const learned = { learning_rate: 1e-4, loss_type: ['sigmoid', 'sft'], seed: 42 };
		const text = clone(spec({ arguments: learned, overrides }));
		expect(parse(text)).toMatchObject({ ...overrides, name: 'sft-2', seed: 42 });
		expect(text).not.toContain('large steps');
		expect(text).toContain('loss_type: [sigmoid, sft]\n');
	});

	it('has what the record says where an older run did not note its overrides', () => {
		const text = clone(spec({ arguments: { learning_rate: 1e-4, max_steps: 5 } }));
		const read = parseRecipe(text, 'r.yaml');
		expect(read.ok && read.value.arguments).toEqual({ learning_rate: 1e-4, max_steps: 5 });
	});

	it('names the checkpoint that the run started from, not a name that may mean a newer one', () => {
		const model = { ref: 'run:base-sft', kind: 'checkpoint', runId: id, step: 60 } as const;
		expect(clone(spec({}, { model }))).toContain(`model_name_or_path: run:${id}@60\n`);
	});

	it('writes paths as its new place needs them, also in lists', () => {
		const lists =
			'method: sft\ndatasets:\n  - a.jsonl\n  - path: b.jsonl\n    split: eval\nseed: 1\n';
		const cloned = clone(
			spec({ recipeText: lists, arguments: { seed: 1 } }),
			path => `../x/${path}`,
		);
		expect(parse(cloned)).toMatchObject({
			datasets: ['../x/a.jsonl', { path: '../x/b.jsonl', split: 'eval' }],
			seed: 1,
		});
	});

	it('names only the run before it when a clone is cloned', () => {
		const other = '01JDWINDS0CK00000000000002';
		const text = clone(spec({ recipeText: clone(spec()) }, { id: other, name: 'sft-2' }));
		expect(text.match(/# Cloned from/g)).toHaveLength(1);
		expect(parse(text)).toMatchObject({ cloned_from: other });
	});

	it('is not made of a run that keeps none', () => {
		expect(clonedRecipe(spec({ recipeText: '' }), 'x', 'gpu1', path => path).ok).toBe(false);
	});
});

describe('setting keys of a recipe', () => {
	it('gives the recipe with those values, whatever they are, and leaves the other lines alone', () => {
		const value = fc.oneof(
			fc.string(),
			fc.double({ noNaN: true, noDefaultInfinity: true }),
			fc.boolean(),
			fc.array(fc.string(), { maxLength: 3 }),
			fc.record({ path: fc.string(), split: fc.constant('eval') }),
		);
		const key = fc.constantFrom('name', 'learning_rate', 'loss_type', 'seed', 'beta');
		fc.assert(
			fc.property(fc.dictionary(key, fc.option(value, { nil: undefined })), changes => {
				const text = withKeys(recipeText, new Map(Object.entries(changes)));
				const expected: Record<string, unknown> = {
					...(parse(recipeText) as object),
					...changes,
				};
				for (const [name, set] of Object.entries(expected)) {
					if (set === undefined) {
						delete expected[name];
					}
				}
				expect(parse(text)).toEqual(expected);
				expect(text).toContain('dataset_path: ../data/sft.jsonl # relative\n# ---\n');
			}),
			{ seed: 4, numRuns: 1000 },
		);
	});
});

describe('what a clone does otherwise', () => {
	it('is told by name, old and new', () => {
		const now = spec(
			{
				method: 'sft',
				arguments: { learning_rate: 1e-3, loss_type: ['sigmoid', 'sft'], beta: 0.1 },
				datasets: [
					{ split: 'train', path: '/store/y', source: '/w/data/sft.jsonl', sha256: 'c'.repeat(64) },
				],
			},
			{ name: 'sft-2', clonedFrom: id },
		);
		const differences = differencesOf(spec(), now).map(differenceText);
		expect(differences).toEqual([
			'beta unset → 0.1',
			'learning_rate 0.006 → 0.001',
			'seed 42 → unset',
			'dataset sft.jsonl (bbbbbbbb) → sft.jsonl (cccccccc)',
		]);
		expect(originText({ id, name: 'sft', differences })).toMatch(
			/^Cloned from “sft”: beta unset → 0.1 · /,
		);
		expect(originText({ id, name: 'sft', differences: [] })).toBe(
			'Cloned from “sft” without a change',
		);
		expect(originText({ id })).toContain('no longer in this folder');
	});
});

describe('a text of many lines from a record on the host', () => {
	it('begins no line of the recipe', () => {
		const note = `${'a'.repeat(50)}\ntrust_remote_code: true\n`;
		const text = withKeys('method: sft\n', new Map([['run_name', note]]));
		expect(text.trimEnd().split('\n')).toHaveLength(2);
		const recipe = parseRecipe(text, 'r.yaml');
		expect(recipe.ok ? recipe.value.arguments['run_name'] : recipe.error).toBe(note);
	});
});

describe('the name of a clone', () => {
	it('counts on from the name it has', () => {
		const taken = new Set(['sft', 'sft-2']);
		expect(nextName('sft', name => taken.has(name))).toBe('sft-3');
		expect(nextName('sft-2', name => taken.has(name))).toBe('sft-3');
		expect(nextName('dpo', name => taken.has(name))).toBe('dpo-2');
	});
});
