import type { Disposable } from '../../core/base/disposable';
import { reasonOf } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import type { Comparison } from '../../core/responses/comparison';
import type { ModelResponse } from '../../core/responses/response';
import { floorPairs, type SharedFloors } from '../../core/responses/sharedFloors';
import type { AnswerAnalysis, CheckedAnswer } from '../../node/responses/answerAnalysis';

/** Answers per question: small, so that the marks of a prompt never wait long behind one. */
const batch = 100;

interface Pending extends CheckedAnswer {
	readonly answer: ModelResponse;
}

/**
 * What the list of prompts says of answers beyond their text, found beside the editor's thread a few
 * at a time. Each answer is looked at once.
 */
export class AnswerFacts implements Disposable {
	readonly #refusals = new WeakMap<ModelResponse, boolean>();
	#floors: SharedFloors = {};
	#answersInFloors = 0;
	#busy = false;
	#disposed = false;

	/** @param onFound is called when there is something new to show */
	constructor(
		private readonly analysis: Pick<AnswerAnalysis, 'ask'>,
		private readonly logger: Logger,
		private readonly onFound: () => void,
	) {}

	get floors(): SharedFloors {
		return this.#floors;
	}

	isRefusal(answer: ModelResponse): boolean | undefined {
		return answer.finishReason === 'error' ? false : this.#refusals.get(answer);
	}

	/** Looks at what is new. While answers still come, floors wait until there are half as many more. */
	look(
		comparison: Comparison,
		options: { readonly phrases: PhraseList; readonly growing: boolean },
	): void {
		if (!this.#busy && !this.#disposed) {
			this.#busy = true;
			void this.#lookAt(comparison, options).finally(() => {
				this.#busy = false;
			});
		}
	}

	dispose(): void {
		this.#disposed = true;
	}

	async #lookAt(
		comparison: Comparison,
		options: { readonly phrases: PhraseList; readonly growing: boolean },
	): Promise<void> {
		try {
			const found = [
				await this.#findFloors(comparison, options.growing),
				await this.#findRefusals(comparison, options.phrases),
			];
			if (found.includes(true) && !this.#disposed) {
				this.onFound();
			}
		} catch (error) {
			if (!this.#disposed) {
				this.logger.warn(`answers were not looked through: ${reasonOf(error)}`);
			}
		}
	}

	async #findFloors(comparison: Comparison, growing: boolean): Promise<boolean> {
		const labels = comparison.header.models.map(model => model.label);
		const count = labels.reduce(
			(sum, label) => sum + (comparison.responses.get(label)?.size ?? 0),
			0,
		);
		const enough = growing ? this.#answersInFloors * 1.5 : this.#answersInFloors + 1;
		if (count < Math.max(2, enough)) {
			return false;
		}
		this.#floors = await this.analysis.ask('floors', floorPairs(comparison, labels));
		this.#answersInFloors = count;
		return true;
	}

	async #findRefusals(comparison: Comparison, phrases: PhraseList): Promise<boolean> {
		const pending: Pending[] = [];
		for (const { id, messages } of comparison.prompts) {
			const asked = messages.findLast(message => message.role === 'user')?.content;
			for (const answers of comparison.responses.values()) {
				const answer = answers.get(id);
				if (answer && this.isRefusal(answer) === undefined) {
					pending.push({ answer, text: answer.response, asked });
				}
			}
		}
		for (let start = 0; start < pending.length && !this.#disposed; start += batch) {
			const part = pending.slice(start, start + batch);
			const answers = part.map(({ text, asked }) => ({ text, asked }));
			const refusals = await this.analysis.ask('refusals', { answers, phrases });
			for (const [i, { answer }] of part.entries()) {
				this.#refusals.set(answer, refusals[i] === true);
			}
		}
		return pending.length > 0;
	}
}
