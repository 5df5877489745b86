import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, GraphFinding } from '../../../../src/core/graph/graph';
import { isGraphText, parseGraph } from '../../../../src/core/graph/graphFile';
import { stagesOf } from '../../../../src/core/graph/graphStages';

const thread = `graph: thread
nodes:
  filtered: {pipeline: filtered.yaml}
  sft:
    recipe: sft.yaml
    data: filtered
  dpo:
    recipe: dpo.yaml
    from: sft
    matrix:
      beta: [0.01, 0.1]
      learning_rate: [5.0e-7, 1.0e-6]
      num_train_epochs: [1, 2, 3]
  answers: {prompts: vibes.jsonl, from: [sft, dpo], models: [base]}
`;

function read(text: string): { graph: Graph; findings: readonly GraphFinding[] } {
	const { graph, findings } = parseGraph(text);
	if (graph === undefined) {
		throw new Error(JSON.stringify(findings));
	}
	return { graph, findings };
}

/** What is wrong, as “line: sentence”. */
function wrong(text: string): string[] {
	const { graph, findings } = parseGraph(text);
	const staged = graph && findings.length === 0 ? stagesOf(graph) : undefined;
	const all = staged === undefined || staged.ok ? findings : staged.findings;
	return all.map(({ line, message }) => `${line}: ${message}`);
}

const nodes = (body: string): string => `graph: g\nnodes:\n${body}`;

describe('a graph file', () => {
	it('is told from a recipe by its keys', () => {
		expect(isGraphText(thread)).toBe(true);
		expect(isGraphText('method: sft\ndataset_path: a.jsonl\n')).toBe(false);
	});

	it('reads nodes of all three kinds with their lines', () => {
		const { graph, findings } = read(thread);
		expect(findings).toEqual([]);
		expect(graph.nodes.map(({ name, kind, line }) => [name, kind, line])).toEqual([
			['filtered', 'data', 3],
			['sft', 'train', 4],
			['dpo', 'train', 7],
			['answers', 'answers', 14],
		]);
	});

	it('says on which line a key is unknown, and which was meant', () => {
		expect(wrong(nodes('  a:\n    recipe: a.yaml\n    form: b\n'))).toEqual([
			'5: unknown key “form”; did you mean from?',
		]);
	});

	it.each([
		['nodes: {a: {recipe: a.yaml}}', '1: “graph” names it: '],
		['graph: g\nnodes: {}', '2: “nodes” has at least one node'],
		[nodes('  a: {}'), '3: “a” has one of recipe: FILE'],
		[nodes('  a: {recipe: a.yaml, prompts: b.jsonl}'), '3: “a” has one of recipe: FILE'],
		[nodes('  a b/c: {recipe: a.yaml}'), '3: “a b/c” cannot name a node'],
		[nodes('  a: {recipe: a.yaml, from: [b, c]}'), '3: “from” names one node'],
		[nodes('  a: {recipe: a.yaml, matrix: {beta: 1}}'), '3: “beta” in a matrix has a list'],
		[nodes('  a: {recipe: a.yaml, matrix: {beta: [1, 1]}}'), '3: “beta” has a value twice'],
		[nodes('  a: {recipe: a.yaml, set: {b: 1}, matrix: {b: [2]}}'), '3: “b” stands in “set” and'],
		[nodes('  a: {recipe: a.yaml, set: {method: dpo}}'), '3: “method” cannot be set'],
		[nodes('  a: {recipe: a.yaml, gpus: none}'), '3: “gpus” is a whole number'],
		[nodes('  a: {recipe: a.yaml, from: b}'), '3: “from: b” of a: no node has that name'],
		[
			nodes('  sft: {recipe: a.yaml}\n  a: {recipe: a.yaml, from: sfd}'),
			'4: “from: sfd” of a: did',
		],
		[
			nodes('  a: {recipe: a.yaml}\n  b: {recipe: a.yaml, data: a}'),
			'4: “data: a” of b: it trains',
		],
		[nodes('  a: {prompts: p.jsonl}'), '3: a has no models'],
		[
			`${nodes('  a: {recipe: a.yaml}')}\npublished: [{metric: m, source: s, values: {b: 1}}]`,
			'undefined: published m is given for “b”',
		],
		['graph: g\nnodes: [', '2: '],
		['- a', '1: a graph is a list of'],
	])('names what is wrong: %s', (text, message) => {
		expect(wrong(text)[0]).toContain(message);
	});

	it('survives aliases that blow up', () => {
		const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
			.split('')
			.map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
			.join('\n')}\n`;
		expect(parseGraph(bomb).findings[0]?.code).toBe('graphUnreadable');
	});

	it('never throws, whatever the file holds', () => {
		const word = fc.constantFrom('graph', 'nodes', 'recipe', 'from', 'matrix', 'set', 'a', 'b');
		const value = fc.letrec(tie => ({
			any: fc.oneof(
				{ depthSize: 'small' },
				word,
				fc.constant(null),
				fc.double(),
				fc.array(tie('any'), { maxLength: 3 }),
				fc.dictionary(word, tie('any'), { maxKeys: 4 }),
			),
		})).any;
		fc.assert(
			fc.property(value, content => {
				const { graph, findings } = parseGraph(JSON.stringify(content));
				if (graph && findings.length === 0) {
					stagesOf(graph);
				}
			}),
			{ seed: 5, numRuns: 500 },
		);
	});
});
