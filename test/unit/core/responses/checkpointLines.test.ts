import { expect, test } from 'vitest';
import { checkpointLines } from '../../../../src/core/responses/checkpointLines';

const model = (label: string, ref: string): { label: string; ref: string } => ({ label, ref });

test('checkpoints of one run stand in the order of their steps, whatever the order of the models', () => {
	const models = [
		model('base', 'base'),
		model('dpo-200', 'run:AB12@200'),
		model('dpo-50', 'run:AB12@50'),
		model('judge', 'endpoint:lab'),
		model('dpo-1000', 'run:AB12@1000'),
	];
	expect(checkpointLines(models)).toEqual([
		{
			run: 'AB12',
			name: 'dpo',
			checkpoints: [
				{ label: 'dpo-50', step: 50 },
				{ label: 'dpo-200', step: 200 },
				{ label: 'dpo-1000', step: 1000 },
			],
		},
	]);
});

test('a run with one checkpoint, or named without a step, has nothing to slide through', () => {
	const models = [
		model('sft-9', 'run:AAAA@9'),
		model('dpo-9', 'run:BBBB@9'),
		model('dpo', 'run:BBBB'),
		model('odd', 'run:'),
	];
	expect(checkpointLines(models)).toEqual([]);
});

test('the same checkpoint twice is one place', () => {
	const models = [
		model('a-1', 'run:AAAA@1'),
		model('a-1-2', 'run:AAAA@1'),
		model('a-2', 'run:AAAA@2'),
	];
	const [line] = checkpointLines(models);
	expect(line?.checkpoints.map(({ label }) => label)).toEqual(['a-1', 'a-2']);
});
