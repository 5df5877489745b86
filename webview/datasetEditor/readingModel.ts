import { signal } from '@preact/signals';
import type { ReadingChoices } from '../../src/protocol/datasetEditor';

/** How rows are read, unless someone chose otherwise. */
const atFirst: ReadingChoices = { isRendered: true, marksWords: true };

/** How the page draws what rows say. It never changes what they say. */
export class ReadingModel {
	/** Markdown is drawn as it is meant; else every text as it is written. */
	readonly isRendered = signal(atFirst.isRendered);
	/** The words in which the replies of a pair differ are marked. */
	readonly marksWords = signal(atFirst.marksWords);
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

	toggleRendered(): void {
		this.isRendered.value = !this.isRendered.value;
		this.#keep();
	}

	toggleMarks(): void {
		this.marksWords.value = !this.marksWords.value;
		this.#keep();
	}

	#keep(): void {
		this.#isChosen = true;
		this.keep({ isRendered: this.isRendered.value, marksWords: this.marksWords.value });
	}
}
