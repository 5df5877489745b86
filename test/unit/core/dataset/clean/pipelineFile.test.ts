import { describe, expect, it } from 'vitest';
import { parsePipeline } from '../../../../../src/core/dataset/clean/pipelineFile';

function faultOf(text: string): string {
	const parsed = parsePipeline(text, 'p.yaml');
	return parsed.ok ? '' : String(parsed.error.details['reason']);
}

describe('a pipeline file', () => {
	it('reads sources, seed and every kind of step', () => {
		const parsed = parsePipeline(
			[
				'# as Zephyr did',
				'sources:',
				'  - a.jsonl',
				'  - { path: b.jsonl, weight: 0.5, sha256: ab }',
				'out: c.jsonl',
				'seed: 7',
				'steps:',
				'  - drop: finding:preface',
				'  - keep: "label:keep"',
				'  - fix: truecase',
				'  - labels: apply',
				'  - edits: more.jsonl',
				'  - edits: [{ id: "id:1", before: x, row: null }]',
				'  - sample: 100',
				'  - dedupe: exact',
				'  - dedupe: { near: 0.8 }',
				'  - decontaminate: [mt.jsonl]',
				'  - split: { test: 0.05, near: 0.8 }',
			].join('\n'),
			'p.yaml',
		);
		expect(parsed).toEqual({
			ok: true,
			value: {
				sources: [
					{ path: 'a.jsonl', weight: 1 },
					{ path: 'b.jsonl', weight: 0.5, sha256: 'ab' },
				],
				out: 'c.jsonl',
				seed: 7,
				steps: [
					{ kind: 'drop', query: 'finding:preface' },
					{ kind: 'keep', query: 'label:keep' },
					{ kind: 'fix', fix: 'truecase' },
					{ kind: 'labels', rule: 'apply' },
					{ kind: 'edits', edits: [], path: 'more.jsonl' },
					{ kind: 'edits', edits: [{ id: 'id:1', before: 'x', row: null }] },
					{ kind: 'sample', size: 100 },
					{ kind: 'dedupe' },
					{ kind: 'dedupe', near: 0.8 },
					{ kind: 'decontaminate', paths: ['mt.jsonl'] },
					{ kind: 'split', test: 0.05, near: 0.8 },
				],
			},
		});
	});

	const head = 'source: a.jsonl\nout: b.jsonl\n';
	it.each([
		[`${head}steps:\n  - fix: truecase\n  - fix: nothing`, 'line 5'],
		[`${head}steps:\n  - polish: yes`, 'line 4: unknown step “polish”'],
		[`${head}steps:\n  - split: 0.1\n  - fix: trim`, 'line 4: a split is the last step'],
		[`${head}colour: red`, 'line 3: unknown key “colour”'],
		['out: b.jsonl', 'says what to read'],
		['source: a.jsonl\nout: b.csv', 'line 2'],
		[`${head}seed: 1.5`, 'line 3'],
		[`${head}steps:\n  - sample: -1`, 'line 4'],
		[`${head}steps:\n  - edits: [{ id: a }]`, 'edit 1 needs'],
		['sources: [{ path: a, weight: 2 }]\nout: b.jsonl', 'line 1: a weight'],
		['- a', 'line 1'],
		['a: [', 'line 1'],
	])('names the line of a fault: %j', (text, fault) => {
		expect(faultOf(text)).toContain(fault);
	});
});
