import { signal, type Signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RowDetail } from '../../../../src/protocol/datasetEditor';
import type { TokensView } from '../../../../src/protocol/datasetTokens';
import type { DatasetPageModel, HostChannel } from '../../../../webview/datasetEditor/pageModel';
import { TokensModel } from '../../../../webview/datasetEditor/tokens/tokensModel';

describe('what the page knows of tokens', () => {
	let detail: Signal<RowDetail | undefined>;
	let announcement: Signal<string>;
	let asked: unknown[];
	let model: TokensModel;

	const row = (id: number, stamp: string, label?: 'keep'): RowDetail =>
		({ summary: { id, label }, stamp }) as RowDetail;
	const view = (id: number, stamp: string): TokensView => ({
		id,
		stamp,
		changes: [],
		trainer: { kind: 'noHost' },
	});

	beforeEach(() => {
		asked = [];
		detail = signal<RowDetail | undefined>(row(1, 'a'));
		announcement = signal('');
		const host: Pick<HostChannel, 'request'> = {
			request: (method, params) => {
				asked.push([method, params]);
				return Promise.resolve(undefined as never);
			},
		};
		model = new TokensModel(
			{ detail, announcement } as unknown as DatasetPageModel,
			host as HostChannel,
		);
	});

	it('asks nothing until it is opened, and lets go when it is closed', () => {
		expect(asked).toEqual([]);
		model.toggle();
		model.toggle();
		expect(asked).toEqual([
			['showTokens', { id: 1 }],
			['showTokens', { id: null }],
		]);
	});

	it('asks again for another row, an edit and a label, and for nothing else', () => {
		model.toggle();
		detail.value = row(1, 'a');
		detail.value = row(1, 'b');
		detail.value = row(1, 'b', 'keep');
		detail.value = row(2, 'b');
		expect(asked.map(one => (one as [string, { id: number }])[1].id)).toEqual([1, 1, 1, 2]);
	});

	it('shows what is about the row as it is now, and nothing that comes too late', () => {
		model.receive(view(1, 'a'));
		expect(model.view.value).toBeUndefined();
		model.toggle();
		model.receive(view(1, 'old'));
		model.receive(view(7, 'a'));
		expect(model.view.value).toBeUndefined();
		model.receive(view(1, 'a'));
		expect(model.view.value).toEqual(view(1, 'a'));
		detail.value = row(2, 'c');
		expect(model.view.value).toBeUndefined();
	});

	it('copies text and ids', () => {
		const side = { text: 'Hi', ids: [4, 2] } as unknown as Parameters<TokensModel['copy']>[1];
		model.copy('ids', side);
		model.copy('text', side);
		expect(asked).toEqual([
			['copyText', { text: '[4,2]' }],
			['copyText', { text: 'Hi' }],
		]);
		expect(announcement.value).toBe('Text copied.');
	});
});
