import { describe, expect, it } from 'vitest';
import { panelsFor, type PresentMetric } from '../../../../src/core/metrics/panels';

const train = (...metrics: string[]): PresentMetric[] =>
	metrics.map(metric => ({ metric, kind: 'train' }));
const evaluation = (...metrics: string[]): PresentMetric[] =>
	metrics.map(metric => ({ metric, kind: 'eval' }));

const dpoMetrics = [
	'logits/chosen',
	'logps/rejected',
	'logps/chosen',
	'rewards/chosen',
	'rewards/rejected',
	'rewards/margins',
	'rewards/accuracies',
	'grad_norm',
	'learning_rate',
	'loss',
];

describe('the panels of a run', () => {
	it('put scores of checkpoints beneath the loss, with the ends of their intervals', () => {
		const names = [
			'mt-bench',
			'mt-bench_low',
			'mt-bench_high',
			'mt-bench_n',
			'arc/arc_easy/acc,none',
			'arc/arc_easy/acc_stderr,none',
			'arc/arc_easy/acc_norm,none',
			'arc/arc_easy/acc_norm_low,none',
			'arc/arc_easy/acc_norm_high,none',
			'arc/arc_easy/sample_len',
		];
		const scores = names.map(metric => ({ metric, kind: 'evaluation' }) as const);
		const panels = panelsFor(['dpo'], [...train('loss', 'rewards/margins'), ...scores]);
		expect(panels.map(({ group, title, beneath }) => [group, title, beneath])).toEqual([
			['', 'DPO loss', undefined],
			['', 'mt-bench', 'loss'],
			['', 'arc/arc_easy/acc_norm,none', 'loss'],
			['', 'Reward margin', undefined],
			['arc', 'arc/arc_easy/acc,none', undefined],
		]);
		expect(panels[1]?.lines.map(line => [line.metric, line.bound])).toEqual([
			['mt-bench', undefined],
			['mt-bench_low', 'low'],
			['mt-bench_high', 'high'],
		]);
		expect(panels[2]?.lines).toHaveLength(3);
		expect(panels.slice(1, 3).every(panel => panel.healthy !== '')).toBe(true);
	});

	it('name the loss of runs of several methods after none of them', () => {
		const loss = (...methods: readonly ('sft' | 'dpo')[]): string | undefined =>
			panelsFor(methods, train(...dpoMetrics)).find(panel =>
				panel.lines.some(({ metric }) => metric === 'loss'),
			)?.title;
		expect(loss('dpo', 'dpo')).toBe('DPO loss');
		expect(loss('dpo', 'sft')).toBe('Loss');
	});

	it('have no more than four scores beneath the loss, people’s and judges’ first', () => {
		const names = ['a/acc', 'b/acc', 'c/acc', 'd/acc', 'mine'];
		const scores = names.map(metric => ({ metric, kind: 'evaluation' }) as const);
		const panels = panelsFor(['sft'], [...train('loss'), ...scores]);
		const beneath = panels.filter(panel => panel.beneath === 'loss');
		expect(beneath.map(panel => panel.title)).toEqual(['mine', 'a/acc', 'b/acc', 'c/acc']);
	});

	it('show figures of evaluations as points of checkpoints, the usual one of each at once', () => {
		const found = panelsFor(
			['sft'],
			[
				...train('loss'),
				{ metric: 'ifeval/acc', kind: 'evaluation' },
				{ metric: 'own/score', kind: 'evaluation' },
			],
		);
		expect(found.map(({ title, group, lines }) => [group, title, lines[0]?.label])).toEqual([
			['', 'Loss', 'train'],
			['', 'ifeval/acc', 'checkpoints'],
			['', 'own/score', 'checkpoints'],
		]);
	});

	it('open for DPO on loss, margin, accuracy and the chosen/rejected pairs, in this order', () => {
		const panels = panelsFor(['dpo'], train(...dpoMetrics));
		expect(panels.map(panel => panel.id)).toEqual([
			'loss',
			'rewards_margins',
			'rewards_accuracies',
			'rewards_chosen',
			'logps_chosen',
			'grad_norm',
			'learning_rate',
			'logits_chosen',
		]);
	});

	it('lay chosen and rejected, training and held-out, over each other', () => {
		const both = [
			...train('rewards/chosen', 'rewards/rejected'),
			...evaluation('rewards/chosen', 'rewards/rejected'),
		];
		const [panel] = panelsFor(['dpo'], both);
		expect(panel?.lines.map(line => line.label)).toEqual([
			'chosen',
			'rejected',
			'chosen, held-out',
			'rejected, held-out',
		]);
	});

	it('open for SFT on loss with the held-out loss, and say what healthy looks like', () => {
		const panels = panelsFor(
			['sft'],
			[...train('entropy', 'loss', 'mean_token_accuracy'), ...evaluation('loss')],
		);
		expect(panels.map(panel => panel.id)).toEqual(['loss', 'mean_token_accuracy', 'entropy']);
		expect(panels[0]?.lines.map(line => line.label)).toEqual(['train', 'held-out']);
		expect(panels.every(panel => panel.healthy !== '')).toBe(true);
	});

	it('open for KTO on its loss and its estimate of KL', () => {
		const panels = panelsFor(['kto'], train('kl', 'loss', 'rewards/margins', 'rewards/chosen'));
		expect(panels.map(panel => panel.title)).toEqual([
			'KTO loss',
			'KL estimate',
			'Reward margin',
			'Rewards',
		]);
	});

	it('draw the loss of each step behind the means that TRL logs', () => {
		const [panel] = panelsFor(['sft'], [...train('loss'), { metric: 'loss', kind: 'step' }]);
		expect(panel?.lines.map(line => [line.kind, line.label])).toEqual([
			['step', 'each step'],
			['train', 'train, mean'],
		]);
	});

	it('have one line for each held-out file where a run has several', () => {
		const files = ['easy.jsonl', 'hard.jsonl'].map(
			dataset => ({ metric: 'loss', kind: 'eval', dataset }) as const,
		);
		const [panel] = panelsFor(['dpo'], [...train('loss'), ...files]);
		expect(panel?.lines.map(line => line.label)).toEqual([
			'train',
			'held-out easy.jsonl',
			'held-out hard.jsonl',
		]);
	});

	it('show the log-ratio on chosen, training and held-out, after the rewards and log-probs', () => {
		const present = [
			...train(...dpoMetrics, 'log_ratio/chosen'),
			...evaluation('log_ratio/chosen'),
		];
		const panels = panelsFor(['dpo'], present);
		expect(panels.map(panel => panel.title).slice(3, 6)).toEqual([
			'Rewards',
			'Log-probabilities',
			'Log-ratio on chosen',
		]);
		expect(panels[5]?.unit).toBe('nats');
		expect(panels[5]?.lines.map(line => line.label)).toEqual(['train', 'held-out']);
	});

	it('put what the machine does under a heading of its own, behind the training', () => {
		const machine = ['disk_free_gb', 'gpu_power_limit_watts', 'gpu_power_watts', 'gpu_throttled'];
		const panels = panelsFor(
			['sft'],
			[...machine.map(metric => ({ metric, kind: 'system' }) as const), ...train('loss', 'mine/a')],
		);
		expect(panels.map(({ group, title }) => [group, title])).toEqual([
			['', 'Loss'],
			['mine', 'mine/a'],
			['Machine', 'GPU power'],
			['Machine', 'GPU throttling'],
			['Machine', 'Disk free'],
		]);
		expect(panels[2]?.lines.map(line => line.label)).toEqual(['drawn', 'limit']);
		expect(panels.every(panel => panel.group === 'mine' || panel.healthy !== '')).toBe(true);
	});

	it('have a line for each GPU where a run has several, in place of all together', () => {
		const present = [undefined, 'GPU 0', 'GPU 1'].flatMap(dataset =>
			['gpu_utilization_percent', 'gpu_power_watts', 'gpu_power_limit_watts'].map(
				metric => ({ metric, kind: 'system', dataset }) as const,
			),
		);
		const panels = panelsFor(['sft'], present);
		expect(panels.map(panel => panel.lines.map(line => line.label))).toEqual([
			['GPU 0', 'GPU 1'],
			['GPU 0, drawn', 'GPU 1, drawn', 'GPU 0, limit', 'GPU 1, limit'],
		]);
	});

	it('show each metric once when runs of both methods are laid over each other', () => {
		const panels = panelsFor(['sft', 'dpo', 'sft'], train(...dpoMetrics, 'num_tokens'));
		const shown = panels.flatMap(panel => panel.lines.map(line => line.metric));
		expect(shown.toSorted()).toEqual([...dpoMetrics, 'num_tokens'].toSorted());
		expect(panels[0]?.title).toBe('Loss');
	});

	it('tell lines apart by their kind where two kinds would carry the same word', () => {
		const [panel] = panelsFor(
			['sft'],
			[
				{ metric: 'tokens_per_second', kind: 'train' },
				{ metric: 'tokens_per_second', kind: 'system' },
			],
		);
		expect(panel?.lines.map(({ label }) => label)).toEqual([
			'tokens/s, training log',
			'tokens/s, host',
		]);
	});

	it('put metrics that Windsock does not know under their prefix, the unprefixed last', () => {
		const panels = panelsFor([undefined], train('z', 'mine/b', 'mine/a10', 'mine/a9', 'loss'));
		expect(panels.map(panel => [panel.group, panel.title])).toEqual([
			['', 'Loss'],
			['mine', 'mine/a9'],
			['mine', 'mine/a10'],
			['mine', 'mine/b'],
			['Other metrics', 'z'],
		]);
	});
});
