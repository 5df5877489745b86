import { describe, expect, it } from 'vitest';
import { runReports } from '../../../../src/core/training/runReport';

const read = (...reports: unknown[]) => runReports(reports, 'gpu1');

describe('where else the metrics of a run go', () => {
	it('is a page where the tracker has one, and words about its files where not', () => {
		const url = 'https://wandb.ai/lab/zephyr/runs/01k';
		expect(
			read(
				{ tracker: 'wandb', url },
				{ tracker: 'trackio', project: 'zephyr' },
				{ tracker: 'tensorboard', path: '/runs/1/tensorboard' },
			),
		).toEqual([
			{ tracker: 'W&B', url },
			{ tracker: 'Trackio', note: 'project zephyr on gpu1' },
			{ tracker: 'TensorBoard', note: 'files in /runs/1/tensorboard on gpu1' },
		]);
	});
	it('is no link that is anything but a web page', () => {
		for (const url of [
			'javascript:alert(1)',
			'command:workbench.action.terminal.new',
			'file:///etc/passwd',
			'https://key@wandb.ai/x',
			'https://wandb.ai/a b',
			'//wandb.ai',
			'https://',
			7,
			`https://wandb.ai/${'x'.repeat(4000)}`,
		]) {
			expect(read({ tracker: 'wandb', url })).toEqual([]);
		}
	});
	it('is nothing where a host says what nobody knows', () => {
		expect(runReports(undefined, 'gpu1')).toEqual([]);
		expect(runReports({ tracker: 'wandb' }, 'gpu1')).toEqual([]);
		expect(read(null, 'wandb', { tracker: 'mine', path: '/x' })).toEqual([]);
	});
});
