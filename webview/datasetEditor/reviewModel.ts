import type { Rating } from '../../src/core/dataset/annotation';
import type { RowId } from '../../src/core/dataset/overlay';
import type {
	AnnotationSummary,
	DetachedLine,
	ReviewAction,
} from '../../src/protocol/datasetReview';
import type { DatasetPageModel, HostChannel } from './pageModel';

/** What a person does in a review, and with the annotations that come of it. */
export class ReviewModel {
	constructor(
		private readonly page: DatasetPageModel,
		private readonly host: HostChannel,
	) {}

	/** The row is drawn, and a decision can be about it. */
	shown(id: RowId): void {
		this.host.notify('reviewShown', { id });
	}

	active(): void {
		this.host.notify('reviewActive', null);
	}

	async act(action: ReviewAction, rating?: Rating): Promise<void> {
		await this.host.request('review', rating === undefined ? { action } : { action, rating });
	}

	async start(): Promise<void> {
		await this.host.request('startReview', null);
	}

	async takeDisagreements(): Promise<void> {
		await this.host.request('reviewDisagreements', null);
	}

	/** `undefined` where they cannot be counted; the page says why. */
	async loadReport(): Promise<AnnotationSummary | undefined> {
		const answer = await this.host.request('loadReport', null);
		if (!answer.ok) {
			this.page.problem.value = answer.message;
		}
		return answer.ok ? answer.value : undefined;
	}

	async showReport(): Promise<void> {
		this.page.report.value = await this.loadReport();
		if (this.page.report.value && this.page.review.value) {
			// The example is covered: a key could only be about what is not seen.
			this.host.notify('reviewShown', { id: -1 });
		}
	}

	async takeSkipped(): Promise<void> {
		await this.host.request('reviewSkipped', null);
	}

	async changeKeys(): Promise<void> {
		await this.host.request('changeKeys', null);
	}

	async writeAnnotations(): Promise<void> {
		await this.host.request('writeAnnotations', null);
	}

	loadDetached(): Promise<readonly DetachedLine[]> {
		return this.host.request('loadDetached', null);
	}
}
