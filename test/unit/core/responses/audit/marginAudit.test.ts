import { describe, expect, it } from 'vitest';
import {
	clusteredAuc,
	type ScoreCluster,
} from '../../../../../src/core/responses/audit/clusteredAuc';
import { readHeldOutMargins } from '../../../../../src/core/responses/audit/heldOutMargins';
import { marginAudit } from '../../../../../src/core/responses/audit/marginAudit';

/** Numbers of a fixed series in [0, 1). */
function series(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

function percentileOf(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

describe('the area under the curve', () => {
	it('is the share of wanted and unwanted in order, ties half', () => {
		const one = [{ wanted: [3, 1], unwanted: [2, 1] }];
		expect(clusteredAuc(one)).toEqual({ value: (1 + 1 + 0 + 0.5) / 4 });
		expect(clusteredAuc([{ wanted: [1], unwanted: [] }])).toBeUndefined();
	});

	it('has the interval that resampling whole clusters gives', () => {
		const next = series(7);
		const clusters: ScoreCluster[] = Array.from({ length: 120 }, () => {
			const hard = 2 * next();
			return {
				wanted: [hard + next() + 0.15, hard + next() + 0.15],
				unwanted: [hard + next()],
			};
		});
		const found = clusteredAuc(clusters);
		const resampled = Array.from({ length: 1000 }, () => {
			const drawn = clusters.map(() => clusters[Math.floor(next() * clusters.length)]);
			return clusteredAuc(drawn.filter(one => one !== undefined))?.value ?? 0;
		});
		expect(found?.low).toBeCloseTo(percentileOf(resampled, 0.025), 1.7);
		expect(found?.high).toBeCloseTo(percentileOf(resampled, 0.975), 1.7);
		// Scores of one prompt go together, so this is narrower than of independent ones.
		expect((found?.high ?? 0) - (found?.low ?? 0)).toBeLessThan(0.12);
	});
});

describe('an audit of margins', () => {
	it('counts what agrees and lists what the model prefers though it was rejected', () => {
		const pairs = [
			[2, 1],
			[0, 0],
			[1, 4],
			[0, 0.5],
		].map(([chosen = 0, rejected = 0], i) => ({ cluster: String(i), chosen, rejected }));
		const audit = marginAudit(pairs);
		expect(audit).toMatchObject({ pairs: 4, agree: 1.5, share: { value: 0.375 } });
		expect(audit.disputed.map(({ cluster }) => cluster)).toEqual(['2', '3']);
		expect(marginAudit([])).toEqual({ pairs: 0, agree: 0, disputed: [] });
	});

	it('reads of each held-out file the last evaluation, and counts what is no number', () => {
		const line = (step: number, dataset: string, row: number, chosen: unknown): string =>
			JSON.stringify({ n: 1, attempt: 1, step, dataset, row, chosen, rejected: 0.5, margin: 0 });
		const text = [
			line(2, 'a.jsonl', 1, 0),
			line(4, 'a.jsonl', 1, 1),
			line(4, 'a.jsonl', 2, 'NaN'),
			line(4, 'a.jsonl', 3, 0.25),
			line(4, 'a.jsonl', 3, 0.75),
			line(2, 'b.jsonl', 1, 9),
			'{"torn',
		].join('\n');
		const { datasets, broken } = readHeldOutMargins(text);
		expect(broken).toBe(2);
		expect([...datasets.keys()]).toEqual(['a.jsonl', 'b.jsonl']);
		expect(datasets.get('a.jsonl')).toMatchObject([
			{ row: 1, step: 4, chosen: 1 },
			{ row: 3, chosen: 0.75 },
		]);
	});
});
