import { describe, expect, it } from 'vitest';
import { agreementWords } from '../../../../../src/core/dataset/annotate/agreementWords';
import type { Annotation } from '../../../../../src/core/dataset/annotate/annotationFold';
import { annotationReport } from '../../../../../src/core/dataset/annotate/annotationReport';

const said = (annotation: Partial<Annotation>): Annotation => ({
	tags: [],
	seconds: 0,
	time: '',
	...annotation,
});

const mia = new Map([
	['1', said({ label: 'keep', seconds: 1, rating: 5 })],
	['2', said({ label: 'drop', seconds: 2, tags: ['rude'] })],
	['3', said({ label: 'fix', seconds: 9, note: 'second turn', rating: 2 })],
	['4', said({ isSkipped: true, seconds: 30 })],
	['5', said({ seconds: 4 })],
]);
const lee = new Map([
	['1', said({ label: 'keep' })],
	['2', said({ label: 'keep', tags: ['rude', 'short'] })],
	['9', said({ label: 'drop' })],
]);

describe('the report on annotations', () => {
	const report = annotationReport(
		new Map([
			['mia', mia],
			['lee', lee],
			['me', new Map()],
		]),
		new Map([['screener', new Map([['1', said({ label: 'keep' })]])]]),
	);

	it('counts examples once, and keeps what anybody keeps', () => {
		expect(report.examples).toBe(5);
		expect(report.labels).toEqual({ keep: 2, drop: 1, fix: 1 });
		expect(report.disputed).toBe(1);
	});

	it('says what each annotator did, and leaves out who said nothing', () => {
		expect(report.authors.map(({ author }) => author)).toEqual(['lee', 'mia']);
		expect(report.authors[1]).toEqual({
			author: 'mia',
			examples: 4,
			labels: { keep: 1, drop: 1, fix: 1 },
			rated: 2,
			meanRating: 3.5,
			tagged: 1,
			notes: 1,
			skipped: 1,
			seconds: 42,
			secondsPerExample: 2,
		});
		expect(report.authors[0]?.secondsPerExample).toBeUndefined();
	});

	it('counts tags by example and names tools apart from people', () => {
		expect(report.tags).toEqual([
			{ tag: 'rude', examples: 1 },
			{ tag: 'short', examples: 1 },
		]);
		expect(report.suggestions).toEqual([{ tool: 'screener', examples: 1 }]);
	});

	it('gives the percentage but no kappa for a handful of shared examples', () => {
		expect(report.agreement).toEqual([
			{
				annotators: ['lee', 'mia'],
				shared: 2,
				observed: 0.5,
				noKappa: 'tooFew',
				disagreements: 1,
			},
		]);
		expect(report.agreement.map(agreementWords)).toEqual([
			'agree on 50% of 2 examples, no kappa below 20 shared examples',
		]);
	});
});
