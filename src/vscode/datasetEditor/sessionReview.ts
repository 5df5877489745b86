import * as vscode from 'vscode';
import type { Disposable } from '../../core/base/disposable';
import { ok, type Result } from '../../core/base/result';
import type { ReviewState } from '../../core/dataset/annotate/reviewState';
import { isRating, type Statement } from '../../core/dataset/annotation';
import { takeBack } from '../../node/dataset/annotate/annotateRow';
import { reviewQueue, type QueueChoice } from '../../node/dataset/annotate/reviewQueue';
import { ReviewSession } from '../../node/dataset/annotate/reviewSession';
import type { RowId } from '../../core/dataset/overlay';
import type { DatasetView } from '../../node/dataset/datasetView';
import type { UndoableChange } from '../../node/dataset/editableDataset';
import type { ReviewAction } from '../../protocol/datasetReview';
import type { DatasetDocument } from './datasetDocument';
import { askForNote, askForRating, askForTag } from './reviewPrompts';

/** The review that one page is in, or none. */
export class SessionReview implements Disposable {
	#session: ReviewSession | undefined;
	readonly #changed = new vscode.EventEmitter<void>();
	/** A review began or ended. */
	readonly onDidChange = this.#changed.event;

	constructor(
		private readonly document: DatasetDocument,
		private readonly view: DatasetView,
		/** Another row is in view. */
		private readonly onMoved: () => void,
	) {}

	get session(): ReviewSession | undefined {
		return this.#session;
	}

	get state(): ReviewState | undefined {
		return this.#session?.state;
	}

	/** Begins, or begins anew, where the log says that this annotator stopped. */
	async start(choice: QueueChoice, title: string, signal?: AbortSignal): Promise<number> {
		const { model } = this.document;
		await untilKnown(this.document, signal);
		const { view } = this;
		// The rows asked for by name need not be among those that a filter shows.
		const isOfView = choice.kind === 'order' || choice.kind === 'random';
		const rows = {
			get count() {
				return isOfView ? view.count : model.rowCount;
			},
			rowAt: (index: number) => {
				const position = isOfView ? view.position(index) : index;
				return position === undefined ? undefined : model.rowAt(position);
			},
		};
		const queue = await reviewQueue(model, rows, choice, signal);
		if (queue.length === 0) {
			return 0;
		}
		this.#end();
		const session = new ReviewSession(
			model,
			queue,
			title,
			() => Date.now(),
			choice.kind === 'disagreement',
		);
		this.#session = session;
		session.onDidMove(() => this.onMoved());
		this.#changed.fire();
		this.onMoved();
		return queue.length;
	}

	/** Does what a key asks for. */
	async perform(action: ReviewAction, rating?: unknown): Promise<Result<void>> {
		const session = this.#session;
		if (!session) {
			return ok();
		}
		session.active();
		switch (action) {
			case 'keep':
			case 'drop':
			case 'fix':
				return this.#record(session, session.current, session.decide(action));
			case 'skip':
				return this.#record(session, session.current, session.skip());
			case 'rate':
				return this.#ask(session, async () => {
					const value = isRating(rating) ? rating : await askForRating();
					return value && { kind: 'rating', value };
				});
			case 'tag':
				return this.#ask(session, () => {
					const { labels } = this.document.model;
					const own = session.state.mine?.tags ?? [];
					return askForTag(labels?.tags() ?? [], own);
				});
			case 'note':
				return this.#ask(session, () => askForNote(session.state.mine?.note ?? ''));
			case 'next':
				session.next();
				return ok();
			case 'previous':
				session.previous();
				return ok();
			case 'undo':
				return this.#undo(session);
			case 'clear':
				return this.#clear(session);
			case 'stop':
				this.#end();
				return ok();
		}
	}

	dispose(): void {
		this.#end();
		this.#changed.dispose();
	}

	async #ask(
		session: ReviewSession,
		ask: () => Promise<Statement | undefined>,
	): Promise<Result<void>> {
		const row = session.current;
		const statement = await ask();
		// While the question was open, a click may have led to another row.
		return statement && row === session.current
			? this.#record(session, row, session.say(statement))
			: ok();
	}

	async #undo(session: ReviewSession): Promise<Result<void>> {
		const { model } = this.document;
		const last = model.labels?.lastSaid;
		if (!last) {
			return ok();
		}
		const written = takeBack(model, last.row, last.event);
		session.returnTo(last.row);
		return written;
	}

	#clear(session: ReviewSession): Result<void> {
		const { mine } = session.state;
		const statements: Statement[] = [
			...(mine?.label ? [{ kind: 'label', value: null } as const] : []),
			...(mine?.rating ? [{ kind: 'rating', value: null } as const] : []),
			...(mine?.note === undefined ? [] : [{ kind: 'note', value: '' } as const]),
			...(mine?.isSkipped ? [{ kind: 'skip', on: false } as const] : []),
			...(mine?.tags ?? []).map(value => ({ kind: 'tag', value, on: false }) as const),
		];
		for (const statement of statements) {
			const recorded = this.#record(session, session.current, session.say(statement));
			if (!recorded.ok) {
				return recorded;
			}
		}
		return ok();
	}

	/** Onto VS Code's undo stack; taking it back there leads back to its row, as the own key does. */
	#record(
		session: ReviewSession,
		row: RowId | undefined,
		said: Result<UndoableChange | undefined>,
	): Result<void> {
		if (!said.ok || !said.value || row === undefined) {
			return this.document.record(said);
		}
		const change = said.value;
		return this.document.record(
			ok({
				...change,
				undo: async () => {
					await change.undo();
					if (session === this.#session) {
						session.returnTo(row);
					}
				},
			}),
		);
	}

	#end(): void {
		this.#session?.stop();
		this.#session?.dispose();
		this.#session = undefined;
		this.#changed.fire();
	}
}

/** Rows have names once all of them are checked. */
export function untilKnown(
	{ model }: DatasetDocument,
	signal: AbortSignal | undefined,
): Promise<void> {
	return new Promise(resolve => {
		const look = (): void => {
			if (model.areLabelsLoaded || model.failure !== undefined || signal?.aborted === true) {
				listener.dispose();
				resolve();
			}
		};
		const listener = model.onDidChange(look);
		signal?.addEventListener('abort', look, { once: true });
		look();
	});
}
