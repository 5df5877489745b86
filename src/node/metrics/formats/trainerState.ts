import { isObject, parsePythonJson } from '../pythonJson';
import { numberIn, takeRecord } from '../takeRecord';
import type { Reading } from '../reading';

const [quote, backslash, comma] = [34, 92, 44];
const [openArray, closeArray, openObject, closeObject] = [91, 93, 123, 125];
/** Bytes before an array that tell whether it is the history. */
const keyLength = 64;

/**
 * The log history of transformers' `trainer_state.json`, which mixes training, evaluation and
 * final rows. Its rows carry no time. The file comes in pieces and each row is parsed by itself, as
 * one of hundreds of MB would hold the thread for seconds; what stands around the history is parsed
 * at the end, and says whether all of it is a whole document.
 */
export class TrainerStateFile {
	/** No later bytes can make a whole document of it. */
	isBroken = false;
	#depth = 0;
	#isText = false;
	#isEscaped = false;
	#isHistory = false;
	#rows = 0;
	/** The document without the rows of its history. */
	readonly #around: Uint8Array[] = [];
	/** The begin of a row that is not complete. */
	#row: Uint8Array[] = [];

	constructor(private readonly reading: Reading) {}

	take(bytes: Uint8Array): void {
		let from = 0;
		for (let i = 0; i < bytes.length && !this.isBroken; i++) {
			const byte = bytes[i];
			if (this.#isText) {
				if (this.#isEscaped) {
					this.#isEscaped = false;
				} else if (byte === backslash) {
					this.#isEscaped = true;
				} else if (byte === quote) {
					this.#isText = false;
				}
			} else if (byte === quote) {
				this.#isText = true;
			} else if (byte === openArray || byte === openObject) {
				this.#depth++;
				const isKey = byte === openArray && this.#depth === 2 && !this.#isHistory;
				if (isKey && this.#isKeyBefore(bytes.subarray(from, i))) {
					this.#around.push(bytes.slice(from, i + 1));
					from = i + 1;
					this.#isHistory = true;
				}
			} else if (byte === closeArray || byte === closeObject) {
				this.#depth--;
				if (this.#isHistory && this.#depth === 1) {
					this.#endRow(bytes.subarray(from, i), true);
					from = i;
					this.#isHistory = false;
				}
			} else if (byte === comma && this.#isHistory && this.#depth === 2) {
				this.#endRow(bytes.subarray(from, i), false);
				from = i + 1;
			}
		}
		// A copy: the reader's memory is used again.
		(this.#isHistory ? this.#row : this.#around).push(bytes.slice(from));
	}

	/** @returns false when what was taken is no such document, or not all of it */
	finish(): boolean {
		let state: unknown;
		try {
			state = this.isBroken ? undefined : parsePythonJson(textOf(this.#around));
		} catch {
			return false;
		}
		const history: unknown = isObject(state) ? state['log_history'] : undefined;
		if (!isObject(state) || !Array.isArray(history)) {
			return false;
		}
		const { facts } = this.reading.run();
		const maxSteps = numberIn(state['max_steps']);
		const every = numberIn(state['logging_steps']);
		if (maxSteps !== undefined && maxSteps > 0) {
			facts.maxSteps = maxSteps;
		}
		if (every !== undefined && every > 0) {
			// Below 1 it is a share of all steps.
			facts.loggingSteps = every < 1 ? Math.ceil(every * (maxSteps ?? 0)) || 1 : every;
		}
		// Rows behind a key that is written with escapes.
		for (const row of history as readonly unknown[]) {
			this.#take(row);
		}
		return true;
	}

	/** Whether an array that comes after these bytes is the history. */
	#isKeyBefore(bytes: Uint8Array): boolean {
		const near = bytes.subarray(-keyLength);
		const before = near.length < keyLength ? (this.#around.at(-1)?.subarray(-keyLength) ?? []) : [];
		const text = String.fromCharCode(...before, ...near);
		return /"log_history"\s*:\s*$/.test(text);
	}

	#endRow(bytes: Uint8Array, isLast: boolean): void {
		const text = textOf([...this.#row, bytes]);
		this.#row = [];
		if (isLast && this.#rows === 0 && text.trim() === '') {
			return;
		}
		this.#rows++;
		try {
			this.#take(parsePythonJson(text));
		} catch (error) {
			if (!(error instanceof SyntaxError)) {
				throw error;
			}
			this.isBroken = true;
		}
	}

	#take(row: unknown): void {
		if (isObject(row)) {
			takeRecord(row, this.reading.run(), this.reading);
		} else {
			this.reading.skip('rows without a step');
		}
	}
}

function textOf(parts: readonly Uint8Array[]): string {
	const [only] = parts;
	return new TextDecoder().decode(parts.length === 1 ? only : Buffer.concat(parts));
}
