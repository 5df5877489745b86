import { signal } from '@preact/signals';
import type { RowId } from '../../src/core/dataset/overlay';
import type { ReadingChoices } from '../../src/protocol/datasetEditor';

/** How rows are read, unless someone chose otherwise. */
const atFirst: ReadingChoices = { isRendered: true, marksWords: true };

/** What is folded and what is opened in the row that is shown. */
interface Folds {
	readonly row: RowId | undefined;
	/** Numbers of the messages of which only the first line is shown. */
	readonly messages: ReadonlySet<number>;
	/** Names of the long texts that are shown to their end. */
	readonly texts: ReadonlySet<string>;
	/** Every long text is, but for those in `texts`. */
	readonly allTexts: boolean;
}

const noFolds: Folds = { row: undefined, messages: new Set(), texts: new Set(), allTexts: false };

/** How the page draws what rows say. It never changes what they say. */
export class ReadingModel {
	/** Markdown is drawn as it is meant; else every text as it is written. */
	readonly isRendered = signal(atFirst.isRendered);
	/** The words in which the replies of a pair differ are marked. */
	readonly marksWords = signal(atFirst.marksWords);
	readonly #folds = signal<Folds>(noFolds);
	#isChosen = false;

	constructor(private readonly keep: (choices: ReadingChoices) => void) {}

	/** Takes what was chosen in another page or at another time; a choice made here stays. */
	receive(choices: ReadingChoices | undefined): void {
		if (choices && !this.#isChosen) {
			this.#isChosen = true;
			this.isRendered.value = choices.isRendered;
			this.marksWords.value = choices.marksWords;
		}
	}

	/** Another row begins unfolded; the same one, loaded again, stays as it is. */
	begin(row: RowId): void {
		if (this.#folds.peek().row !== row) {
			this.#folds.value = { ...noFolds, row };
		}
	}

	toggleRendered(): void {
		this.isRendered.value = !this.isRendered.value;
		this.#keep();
	}

	toggleMarks(): void {
		this.marksWords.value = !this.marksWords.value;
		this.#keep();
	}

	isFolded(message: number): boolean {
		return this.#folds.value.messages.has(message);
	}

	toggleFold(message: number): void {
		const folds = this.#folds.peek();
		this.#folds.value = { ...folds, messages: toggled(folds.messages, message) };
	}

	/** Folds all messages of the row, or unfolds them when none is open. */
	toggleAllFolds(count: number): void {
		const folds = this.#folds.peek();
		const isFolding = folds.messages.size < count;
		const messages = new Set(isFolding ? Array.from({ length: count }, (_, i) => i) : []);
		this.#folds.value = { ...folds, messages };
	}

	/** Whether a long text is shown to its end. */
	isOpen(text: string): boolean {
		const { texts, allTexts } = this.#folds.value;
		return texts.has(text) !== allTexts;
	}

	toggleOpen(text: string): void {
		const folds = this.#folds.peek();
		this.#folds.value = { ...folds, texts: toggled(folds.texts, text) };
	}

	/** Shows every long text of the row to its end, or none. */
	toggleAllTexts(): void {
		const folds = this.#folds.peek();
		this.#folds.value = { ...folds, texts: new Set(), allTexts: !folds.allTexts };
	}

	#keep(): void {
		this.#isChosen = true;
		this.keep({ isRendered: this.isRendered.value, marksWords: this.marksWords.value });
	}
}

function toggled<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
	const next = new Set(set);
	if (!next.delete(one)) {
		next.add(one);
	}
	return next;
}
