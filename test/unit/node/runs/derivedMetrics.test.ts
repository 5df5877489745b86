import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../../src/core/contract/runFiles.generated';
import { MirrorFolder } from '../../../../src/node/runs/mirrorFolder';
import { MirroredRun } from '../../../../src/node/runs/mirroredRun';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-derived-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = `${JSON.stringify({
	n: 1,
	attempt: 1,
	step: 10,
	time: 1,
	wall: 1,
	kind: 'train',
	values: { 'rewards/chosen': -0.02 },
})}\n`;

function logRatio(train: {
	method: 'sft' | 'dpo' | 'kto';
	arguments?: Record<string, unknown>;
}): unknown {
	const spec: RunSpec = {
		contractVersion: '1.0',
		id: '01JD0000000000000000000AAA',
		kind: 'train',
		name: 'x',
		createdAt: '2026-01-01T00:00:00.000Z',
		environment: { lockHash: 'l' },
		train: { recipeText: '', datasets: [], arguments: {}, ...train },
	};
	const mirror = MirrorFolder.create(folder, spec, { hostName: 'local', runDir: '/r' });
	mirror.appendMetrics(0, Buffer.from(line));
	const nothing = (): void => {};
	const run = new MirroredRun(mirror, {
		changed: nothing,
		pointsAppended: nothing,
		logAppended: nothing,
		completed: nothing,
	});
	return run.points[0]?.values['log_ratio/chosen'];
}

describe('the log-ratio on chosen of a run', () => {
	it('is taken with the β of its recipe', () => {
		expect(logRatio({ method: 'dpo', arguments: { beta: 0.01 } })).toBe(-2);
	});

	it('is taken with TRL’s β where the recipe names none', () => {
		expect(logRatio({ method: 'dpo' })).toBeCloseTo(-0.2, 12);
		rmSync(folder, { recursive: true });
		expect(logRatio({ method: 'kto' })).toBeCloseTo(-0.2, 12);
	});

	it('is absent where β is no number or the method has none', () => {
		expect(logRatio({ method: 'dpo', arguments: { beta: 'x' } })).toBeUndefined();
		rmSync(folder, { recursive: true });
		expect(logRatio({ method: 'sft' })).toBeUndefined();
	});
});
