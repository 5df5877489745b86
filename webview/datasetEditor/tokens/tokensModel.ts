import { effect, signal } from '@preact/signals';
import type { RowDetail } from '../../../src/protocol/datasetEditor';
import type { TokensView } from '../../../src/protocol/datasetTokens';
import type { DatasetPageModel, HostChannel } from '../pageModel';
import type { ShownSide } from './shownSide';

/** What the panel of tokens knows: how the trainer reads the row that is shown. */
export class TokensModel {
	readonly isOpen = signal(false);
	readonly view = signal<TokensView | undefined>(undefined);
	#asked = '';

	constructor(
		private readonly page: DatasetPageModel,
		private readonly host: HostChannel,
	) {
		effect(() => {
			const detail = this.isOpen.value ? page.detail.value : undefined;
			this.#follow(detail);
		});
	}

	toggle(): void {
		this.isOpen.value = !this.isOpen.value;
	}

	/** What is about another row, or the row as it was, comes too late. */
	receive(view: TokensView): void {
		const detail = this.page.detail.peek();
		if (this.isOpen.peek() && detail?.summary.id === view.id && detail.stamp === view.stamp) {
			this.view.value = view;
		}
	}

	chooseRecipe(): void {
		void this.host.request('chooseTokensRecipe', null);
	}

	chooseHost(): void {
		void this.host.request('chooseTokensHost', null);
	}

	build(): void {
		void this.host.request('buildEnvironment', null);
	}

	stop(): void {
		void this.host.request('stopTokens', null);
	}

	useTemplate(): void {
		void this.host.request('useTemplate', null);
	}

	retry(): void {
		void this.host.request('retryTokens', null);
	}

	copy(what: 'text' | 'ids', side: ShownSide): void {
		const text = what === 'text' ? side.text : JSON.stringify(side.ids);
		void this.host.request('copyText', { text });
		this.page.announcement.value = what === 'text' ? 'Text copied.' : 'Ids copied.';
	}

	announce(words: string): void {
		this.page.announcement.value = words;
	}

	/** Asks again only for what is another row to the trainer: its content or its label. */
	#follow(detail: RowDetail | undefined): void {
		const { id, label } = detail?.summary ?? {};
		const wanted = detail ? `${id} ${detail.stamp} ${label}` : '';
		if (wanted === this.#asked) {
			return;
		}
		const isSameRow = id !== undefined && this.view.peek()?.id === id;
		this.#asked = wanted;
		if (!isSameRow) {
			this.view.value = undefined;
		}
		void this.host.request('showTokens', { id: id ?? null });
	}
}
