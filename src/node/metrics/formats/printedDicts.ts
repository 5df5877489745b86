import type { Skipped } from '../../../core/metrics/metricSource';
import { nameMetric, roleOf } from '../metricNames';
import { isObject } from '../pythonJson';
import type { MetricDecoder, Reading } from '../reading';
import { numberIn, takeRecord } from '../takeRecord';
import { TextLines } from '../textLines';
import { parsePythonLiteral } from './pythonLiteral';

type Row = Readonly<Record<string, unknown>>;

const dictStart = /\{\s*['"][^'"\n]{1,200}['"]\s*:/g;
// Bounded, since a line of digits alone would be looked through from each of them.
const bar = /(?<!\d)(\d{1,15})\/(\d{1,15}) \[\d/g;
const totalSteps = /Total optimization steps\s*=\s*([\d,]+)/;
/** Steps that a bar may be off before it counts as another bar's, in epochs as they are printed. */
const epochSlack = 0.0101;

/**
 * Training logs: dicts that trainers print between other lines and progress bars. transformers
 * prints no step, but draws its bar anew right behind each dict; its count is taken where it
 * agrees with the epochs of all dicts. A row whose step stays unknown is kept with its epoch.
 */
export class PrintedDicts implements MetricDecoder {
	readonly #lines: TextLines;
	readonly #steps = new BarSteps();
	#waiting: Row[] = [];
	/** Nothing has come since the last time that it settled. */
	#isQuiet = false;

	constructor(private readonly reading: Reading) {
		this.#lines = new TextLines(undefined, () => reading.skip('lines longer than 32 MB'));
	}

	take(bytes: Uint8Array): void {
		this.#isQuiet &&= bytes.length === 0;
		for (const line of this.#lines.take(bytes)) {
			this.#line(line);
		}
	}

	settle(isLast: boolean): void {
		// A bar has no end of line until it is full.
		this.#bars(this.#lines.rest);
		if (isLast || this.#isQuiet) {
			this.#flush(undefined);
		}
		this.#isQuiet = true;
	}

	unfinished(): readonly Skipped[] {
		const begun = /\{['"][^{}]*$/.test(this.#lines.rest);
		return begun ? [{ what: 'unfinished lines', count: 1 }] : [];
	}

	#line(line: string): void {
		const total = totalSteps.exec(line)?.[1];
		if (total !== undefined) {
			this.reading.run().facts.maxSteps = Number(total.replaceAll(',', ''));
		}
		let from = 0;
		dictStart.lastIndex = 0;
		for (let start = dictStart.exec(line); start; start = dictStart.exec(line)) {
			this.#bars(line.slice(from, start.index));
			const read = readDict(line, start.index);
			if (read === undefined) {
				if (looksLikeMetrics(line.slice(start.index, start.index + 200))) {
					this.reading.skip('broken lines');
				}
				from = start.index + 1;
			} else {
				if (isMetrics(read.row)) {
					this.#flush(undefined);
					this.#waiting.push(read.row);
					if (namesStep(read.row)) {
						this.#flush(undefined);
					}
				}
				from = read.end;
			}
			dictStart.lastIndex = from;
		}
		this.#bars(line.slice(from));
	}

	#bars(text: string): void {
		if (this.#waiting.length === 0 || !text.includes('/')) {
			return;
		}
		for (const [, done, total] of text.matchAll(bar)) {
			this.#flush({ done: Number(done), total: Number(total) });
		}
	}

	/** Takes the dict that waits for its bar. */
	#flush(seen: Bar | undefined): void {
		const [row] = this.#waiting;
		if (row === undefined) {
			return;
		}
		const named = namesStep(row);
		const epoch = numberIn(row['epoch'], true);
		const isEval = Object.keys(row).some(name => nameMetric(name).kind === 'eval');
		if (!named && seen && isEval && !this.#steps.isTraining(seen)) {
			// The bar of the evaluation itself; the training's own is drawn beside it.
			return;
		}
		this.#waiting = [];
		const step = named || !seen ? undefined : this.#steps.stepOf(seen, epoch);
		const taken = takeRecord(row, this.reading.run(), this.reading, {
			textNumbers: true,
			maybeStepless: true,
			...(step === undefined ? {} : { step }),
		});
		if (Number.isNaN(taken)) {
			this.reading.skip('rows whose step the log does not say (they have their epoch only)');
		}
	}
}

interface Bar {
	readonly done: number;
	readonly total: number;
}

/** Judges whether the count of a bar can be the step of the row before it. */
class BarSteps {
	/** Of the bar that training is counted on. */
	#total: number | undefined;
	#last = 0;
	/** Bounds of epochs a step, by all rows so far. */
	#low = 0;
	#high = Infinity;

	isTraining({ total }: Bar): boolean {
		return this.#total === undefined || total === this.#total;
	}

	stepOf({ done, total }: Bar, epoch: number | undefined): number | undefined {
		if (done === 0 || !this.isTraining({ done, total })) {
			return undefined;
		}
		if (epoch === undefined) {
			return undefined;
		}
		const low = Math.max(this.#low, (epoch - epochSlack) / done);
		const high = Math.min(this.#high, (epoch + epochSlack) / done);
		if (low > high || done < this.#last) {
			return undefined;
		}
		this.#low = low;
		this.#high = high;
		this.#total = total;
		this.#last = done;
		return done;
	}
}

function readDict(line: string, start: number): { row: Row; end: number } | undefined {
	const literal = parsePythonLiteral(line, start);
	return literal && isObject(literal.value) ? { row: literal.value, end: literal.end } : undefined;
}

/** Not each dict in a log is logged: it has a loss, or says where training stands. */
function isMetrics(row: Row): boolean {
	const names = Object.keys(row);
	const hasPlace = names.some(name => roleOf(name) === 'step' || roleOf(name) === 'epoch');
	const hasNumber = names.some(
		name => roleOf(name) === undefined && numberIn(row[name], true) !== undefined,
	);
	return hasNumber && (hasPlace || names.some(isLoss));
}

function namesStep(row: Row): boolean {
	return Object.keys(row).some(name => roleOf(name) === 'step');
}

function looksLikeMetrics(text: string): boolean {
	return /['"](?:eval_|train_)?loss['"]\s*:/.test(text);
}

function isLoss(name: string): boolean {
	return /(?:^|[_/])loss$/.test(name);
}

/** Whether a piece of a log has a dict of metrics. */
export function hasPrintedMetrics(text: string): boolean {
	return text.split(/[\r\n]/).some(line => {
		for (const start of line.matchAll(dictStart)) {
			const read = readDict(line, start.index);
			if (read && isMetrics(read.row)) {
				return true;
			}
		}
		return false;
	});
}
