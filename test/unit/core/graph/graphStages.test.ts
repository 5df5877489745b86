import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGraph } from '../../../../src/core/graph/graphFile';
import {
	before,
	familiesOf,
	mostStages,
	stagesAfter,
	stagesOf,
	type Stage,
} from '../../../../src/core/graph/graphStages';

function staged(text: string): ReturnType<typeof stagesOf> {
	const { graph, findings } = parseGraph(text);
	if (graph === undefined || findings.length > 0) {
		throw new Error(JSON.stringify(findings));
	}
	return stagesOf(graph);
}

function stages(text: string): readonly Stage[] {
	const found = staged(text);
	if (!found.ok) {
		throw new Error(JSON.stringify(found.findings));
	}
	return found.staged.stages;
}

function faults(text: string): string[] {
	const found = staged(text);
	return found.ok ? [] : found.findings.map(({ message }) => message);
}

const nodes = (body: object): string => JSON.stringify({ graph: 'g', nodes: body }, undefined, 1);

describe('the stages of a graph', () => {
	it('have readable names made of what their matrix varies', () => {
		const names = stages(
			nodes({
				sft: { recipe: 'a', matrix: { learning_rate: [0.00002, 0.0001] } },
				dpo: { recipe: 'b', from: 'sft', matrix: { beta: [0.1], num_train_epochs: [1, 2] } },
				both: { recipe: 'c', matrix: { loss_type: [['sigmoid', 'sft'], 'ipo'] } },
			}),
		).map(({ name }) => name);
		expect(names).toEqual([
			'sft-lr2e-5',
			'sft-lr1e-4',
			'dpo-beta0.1-epochs1-of-sft-lr2e-5',
			'dpo-beta0.1-epochs2-of-sft-lr2e-5',
			'dpo-beta0.1-epochs1-of-sft-lr1e-4',
			'dpo-beta0.1-epochs2-of-sft-lr1e-4',
			'both-loss_typesigmoid-sft',
			'both-loss_typeipo',
		]);
	});

	it('may come from one combination of a matrix', () => {
		const found = stages(
			nodes({
				answers: { prompts: 'p', from: ['dpo-epochs2', 'sft'] },
				sft: { recipe: 'a' },
				dpo: { recipe: 'b', from: 'sft', matrix: { num_train_epochs: [1, 2] } },
			}),
		);
		expect(found.find(({ name }) => name === 'answers')?.from).toEqual(['dpo-epochs2', 'sft']);
		expect(found.map(({ name, column }) => [name, column])).toEqual([
			['sft', 0],
			['dpo-epochs1', 1],
			['dpo-epochs2', 1],
			['answers', 2],
		]);
	});

	it('names the ring of nodes that wait for each other', () => {
		const ring = { a: { recipe: 'a', from: 'c' }, b: { recipe: 'b', from: 'a' } };
		expect(faults(nodes({ ...ring, c: { recipe: 'c', from: 'b' } }))).toEqual([
			'a waits for c waits for b waits for a: none of them could ever start',
		]);
		expect(faults(nodes({ a: { recipe: 'a', from: 'a' } }))).toEqual([
			'a comes from itself, so it could never start',
		]);
	});

	it('refuses a matrix that is a mistake before it makes its stages', () => {
		const many = Array.from({ length: 1000 }, (_, i) => i);
		const wide = { recipe: 'a', matrix: { x: many, y: many, z: many } };
		expect(faults(nodes({ wide }))).toEqual([
			`the graph has 1000000000 stages; at most ${mostStages} run: shorten a matrix`,
		]);
	});

	it('says that a combination is none, and that two stages have one name', () => {
		const dpo = { recipe: 'b', matrix: { beta: [1, 2] } };
		expect(faults(nodes({ dpo, a: { recipe: 'a', from: 'dpo-beta1-of-sft' } }))).toEqual([
			'“dpo-beta1-of-sft” in a is no stage: they are dpo-beta1, dpo-beta2',
		]);
		expect(faults(nodes({ dpo, 'dpo-beta1': { recipe: 'b' } }))[0]).toContain(
			'two stages would be named dpo-beta1',
		);
	});
});

/** A graph without cycles: each node may come from earlier ones; written in any order. */
const anyGraph = fc
	.array(
		fc.record({
			kind: fc.constantFrom('data', 'train', 'train', 'train', 'answers'),
			from: fc.nat(9),
			data: fc.nat(9),
			sizes: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
			place: fc.nat(1000),
		}),
		{ minLength: 1, maxLength: 8 },
	)
	.map(drafts => {
		const made: { name: string; place: number; body: Record<string, unknown>; kind: string }[] = [];
		for (const [i, { kind, from, data, sizes, place }] of drafts.entries()) {
			const trains = made.filter(one => one.kind === 'train');
			const datas = made.filter(one => one.kind === 'data');
			const parent = trains[from]?.name;
			const set = datas[data]?.name;
			const matrix = Object.fromEntries(
				sizes.map((size, axis) => [`axis${axis}`, Array.from({ length: size }, (_, v) => v)]),
			);
			const body: Record<string, unknown> =
				kind === 'train'
					? {
							recipe: 'r',
							matrix,
							...(parent === undefined ? {} : { from: parent }),
							...(set === undefined ? {} : { data: set }),
						}
					: kind === 'data'
						? { pipeline: 'p', ...(set === undefined ? {} : { from: set }) }
						: { prompts: 'q', from: trains.map(({ name }) => name), models: ['base'] };
			made.push({ name: `n${i}`, place, body, kind });
		}
		return Object.fromEntries(
			made.toSorted((a, b) => a.place - b.place).map(({ name, body }) => [name, body]),
		);
	});

describe('every graph without a cycle', () => {
	const check = (law: (found: readonly Stage[], body: Record<string, object>) => void): void =>
		fc.assert(
			fc.property(anyGraph, body => {
				const found = staged(nodes(body));
				// Chains of matrices may multiply beyond the limit; that is another test.
				fc.pre(found.ok);
				law(found.staged.stages, body as Record<string, object>);
			}),
			{ seed: 11, numRuns: 300 },
		);

	it('puts each stage behind all it comes from, once, in a later column', () => {
		check(found => {
			const at = new Map(found.map(({ name }, i) => [name, i]));
			expect(at.size).toBe(found.length);
			for (const [i, stage] of found.entries()) {
				for (const one of before(stage)) {
					expect(at.get(one)).toBeLessThan(i);
					expect(found[at.get(one) ?? -1]?.column).toBeLessThan(stage.column);
				}
			}
		});
	});

	it('has as many stages of a node as its matrix times the stages it comes from', () => {
		check((found, body) => {
			const count = (name: string): number => found.filter(({ node }) => node.name === name).length;
			for (const [name, node] of Object.entries(body)) {
				const { matrix = {}, from, recipe } = node as Record<string, unknown>;
				const own = Object.values(matrix as object).reduce(
					(size: number, values: unknown[]) => size * values.length,
					1,
				);
				const parents = recipe !== undefined && typeof from === 'string' ? count(from) : 1;
				expect(count(name)).toBe(own * parents);
			}
		});
	});

	it('has after a stage exactly those that lead back to it', () => {
		check(found => {
			const byName = new Map(found.map(stage => [stage.name, stage]));
			const leadsTo = (stage: Stage, target: string): boolean =>
				before(stage).some(one => one === target || leadsTo(byName.get(one) ?? stage, target));
			const target = found[0]?.name ?? '';
			const after = stagesAfter(found, target);
			for (const stage of found) {
				expect(after.has(stage.name)).toBe(leadsTo(stage, target));
			}
		});
	});

	it('keeps whatever hands a checkpoint on in one family', () => {
		check(found => {
			const families = familiesOf(found);
			for (const { name, from, node } of found) {
				if (node.kind !== 'data') {
					for (const parent of from) {
						expect(families.get(parent)).toBe(families.get(name));
					}
				}
			}
		});
	});
});
