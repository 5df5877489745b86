import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { modelData } from '../../../../../src/node/responses/source/modelData';

const root = resolve('/work space');
const [sft, dpo] = ['01JDK7Z3Q8W1NDS0CK00000001', '01JDK7Z3Q8W1NDS0CK00000002'];
const runs = [
	{
		id: sft,
		name: 'sft',
		spec: {
			name: 'sft',
			model: { ref: 'base', kind: 'tiny' },
			train: {
				method: 'sft',
				recipePath: resolve(root, 'recipes', 'sft.yaml'),
				recipeText:
					'method: sft\ndataset_path: [../data/chat.jsonl, ../data/more.jsonl]\neval_dataset_path: ../data/held-out.jsonl\n',
			},
		},
	},
	{
		id: dpo,
		name: 'dpo',
		spec: {
			name: 'dpo',
			model: { ref: 'run:sft', kind: 'checkpoint', runId: sft, step: 30 },
			train: {
				method: 'dpo',
				recipePath: resolve(root, 'recipes', 'dpo.yaml'),
				recipeText: 'method: dpo\nmodel_name_or_path: run:sft\ndataset_path: ../data/pairs.jsonl\n',
				overrides: {},
			},
		},
	},
];
type Library = Parameters<typeof modelData>[1];
const library = {
	list: () => runs.map(({ id, name }) => ({ id, name, state: 'finished' })),
	mirrored: (id: string) => {
		const spec = runs.find(run => run.id === id)?.spec;
		return spec && { folder: { spec } };
	},
} as unknown as Library;

test('a model of preferences goes back to its pairs, then to what the model before it was trained on', () => {
	const { datasets, why } = modelData(`run:${dpo}@20`, library, root);
	expect(datasets).toEqual([
		{ location: resolve(root, 'data', 'pairs.jsonl'), run: 'dpo', method: 'dpo' },
		{ location: resolve(root, 'data', 'chat.jsonl'), run: 'sft', method: 'sft' },
		{ location: resolve(root, 'data', 'more.jsonl'), run: 'sft', method: 'sft' },
	]);
	expect(why).toBeUndefined();
});

test('a model that is no run, or of a run that is elsewhere, has no known data, and it is said why', () => {
	expect(modelData('base', library, root)).toEqual({
		datasets: [],
		why: '“base” is no run of this workspace, so its training data is not known here.',
	});
	expect(modelData('run:gone', library, root).why).toContain('“gone” is not in this workspace');
	expect(modelData('hub:org/model', library, root).datasets).toEqual([]);
});

test('runs that name each other as their beginning end, with each dataset once', () => {
	const circle = {
		list: () => [{ id: sft, name: 'sft', state: 'finished' }],
		mirrored: () => ({
			folder: {
				spec: {
					...runs[0]?.spec,
					model: { ref: 'run:sft', kind: 'checkpoint', runId: sft, step: 1 },
				},
			},
		}),
	} as unknown as Library;
	expect(modelData('run:sft', circle, root).datasets).toHaveLength(2);
});
