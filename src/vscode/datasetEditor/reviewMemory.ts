import type * as vscode from 'vscode';
import { isObject } from '../../core/dataset/messageShapes';
import type { QueueChoice } from '../../node/dataset/annotate/reviewQueue';

const key = 'windsock.review.last';
/** Datasets that are remembered; the oldest go first. */
const mostDatasets = 50;

/** A queue with its name. */
export interface NamedQueue extends QueueChoice {
	readonly title: string;
}

/** What was reviewed last in each dataset, so that it goes on with one key. Where it stopped says the log. */
export class ReviewMemory {
	constructor(private readonly state: vscode.Memento) {}

	get(dataset: vscode.Uri): NamedQueue | undefined {
		const known = this.#all()[dataset.toString()];
		return isObject(known) && typeof known['title'] === 'string'
			? (known as unknown as NamedQueue)
			: undefined;
	}

	async set(dataset: vscode.Uri, queue: NamedQueue): Promise<void> {
		const name = dataset.toString();
		const others = Object.entries(this.#all()).filter(([other]) => other !== name);
		const kept = [...others, [name, queue] as const].slice(-mostDatasets);
		await this.state.update(key, Object.fromEntries(kept));
	}

	#all(): Readonly<Record<string, unknown>> {
		const all: unknown = this.state.get(key);
		return isObject(all) ? all : {};
	}
}
