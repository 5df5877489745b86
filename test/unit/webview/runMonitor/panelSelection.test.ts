import { describe, expect, it } from 'vitest';
import { panelsFor } from '../../../../src/core/metrics/panels';
import { firstPageView } from '../../../../webview/runMonitor/pageView';
import { selectPanels } from '../../../../webview/runMonitor/panelSelection';

const metrics = ['loss', 'grad_norm', 'rewards/margins', 'lr/a', 'lr/b', 'ünïcode', '__proto__'];
const panels = panelsFor(
	['sft'],
	metrics.map(metric => ({ metric, kind: 'train' as const })),
);
const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

describe('which panels are shown', () => {
	it('is all of them, those known for the method without a heading first', () => {
		const { groups, found } = selectPanels(panels, firstPageView);
		expect(groups[0]).toMatchObject({ heading: '', panels: [{ id: 'loss' }, { id: 'grad_norm' }] });
		expect(groups.map(group => group.heading)).toEqual(['', 'lr', 'rewards', 'Other metrics']);
		expect(found).toBe(metrics.length);
	});

	it('has pinned ones first, in the order in which they were pinned, and once only', () => {
		const view = { ...firstPageView, pinnedPanels: ['lr_b', 'loss', 'gone'] };
		const { pinned, groups } = selectPanels(panels, view);
		expect(ids(pinned)).toEqual(['lr_b', 'loss']);
		expect(ids(groups.flatMap(group => group.panels))).not.toContain('loss');
	});

	it('leaves hidden ones out and names them, unless they are pinned', () => {
		const view = { ...firstPageView, hiddenPanels: ['loss', 'lr_a'], pinnedPanels: ['loss'] };
		const { pinned, groups, hidden } = selectPanels(panels, view);
		expect(ids(pinned)).toEqual(['loss']);
		expect(ids(hidden)).toEqual(['lr_a']);
		expect(ids(groups.flatMap(group => group.panels))).not.toContain('lr_a');
	});

	it('finds metrics by all words of title, heading and name, whatever their case', () => {
		const found = (metricSearch: string): string[] =>
			ids(selectPanels(panels, { ...firstPageView, metricSearch }).groups.flatMap(g => g.panels));
		expect(found('GRADIENT')).toEqual(['grad_norm']);
		expect(found('grad_n')).toEqual(['grad_norm']);
		expect(found('marg rew')).toEqual(['rewards_margins']);
		expect(found('ÜNÏ')).toEqual(['ünïcode']);
		expect(found('__proto')).toEqual(['__proto__']);
		expect(found('.*')).toEqual([]);
	});

	it('sorts 5,000 metrics without delay', () => {
		const many = panelsFor(
			['sft'],
			Array.from({ length: 5000 }, (_, n) => ({
				metric: `layer_${n % 50}/norm_${n}`,
				kind: 'train' as const,
			})),
		);
		const selection = selectPanels(many, { ...firstPageView, metricSearch: 'norm_49' });
		expect(selection.found).toBe(111);
		expect(selectPanels(many, firstPageView).groups).toHaveLength(50);
	});
});
