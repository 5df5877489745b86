import type { Skipped } from '../../../core/metrics/metricSource';
import { parseMetricLine } from '../../../core/contract/parseRunFiles';
import type { MetricPoint } from '../../../core/training/runLibrary';
import { parseJsonObject } from '../pythonJson';
import type { MetricDecoder, Reading } from '../reading';
import { numberIn, takeRecord } from '../takeRecord';
import { TextLines } from '../textLines';

/** Whether a line was used; `other` is whole and of no use. */
type Outcome = 'taken' | 'broken' | 'other';

/** One record a line. A last line without its end is used where it is whole. */
abstract class LineDecoder implements MetricDecoder {
	readonly #lines: TextLines;

	constructor(protected readonly reading: Reading) {
		this.#lines = new TextLines(undefined, () => reading.skip('lines longer than 32 MB'));
	}

	protected abstract line(text: string): Outcome;

	take(bytes: Uint8Array): void {
		for (const text of this.#lines.take(bytes)) {
			if (text.trim() !== '' && this.line(text) === 'broken') {
				this.reading.skip('broken lines');
			}
		}
	}

	settle(): void {
		const { rest } = this.#lines;
		// Only a closed object cannot be the beginning of another one.
		if (rest.trimEnd().endsWith('}') && this.line(rest) !== 'broken') {
			this.#lines.useRest();
		}
	}

	unfinished(): readonly Skipped[] {
		return this.#lines.rest.trim() === '' ? [] : [{ what: 'unfinished lines', count: 1 }];
	}
}

/** The metrics.jsonl of a run folder. Its numbering and attempts are kept. */
export class MetricLines extends LineDecoder {
	protected line(text: string): Outcome {
		const point = parseMetricLine(text);
		if (!point) {
			return 'broken';
		}
		addPoint(point, this.reading);
		return 'taken';
	}
}

export function addPoint(point: MetricPoint, reading: Reading, run?: string): void {
	const { columns } = reading.run(run);
	columns.add({ ...point, epoch: point.epoch ?? Number.NaN });
	for (const [name, value] of Object.entries(point.values)) {
		columns.set(columns.metric(name), value);
	}
}

/** Objects of any tool that name their step. */
export class ObjectLines extends LineDecoder {
	protected line(text: string): Outcome {
		const record = parseJsonObject(text);
		if (!record) {
			return 'broken';
		}
		takeRecord(record, this.reading.run(), this.reading);
		return 'taken';
	}
}

/** What LLaMA-Factory calls otherwise than the trainer that it takes the numbers from. */
const trainerNames: Readonly<Record<string, string>> = {
	lr: 'learning_rate',
	accuracy: 'rewards/accuracies',
	total_tokens: 'num_input_tokens_seen',
};

/** LLaMA-Factory's trainer_log.jsonl, with the names that its trainer gave. */
export class TrainerLogLines extends LineDecoder {
	protected line(text: string): Outcome {
		const record = parseJsonObject(text);
		if (!record) {
			return 'broken';
		}
		const run = this.reading.run();
		const total = numberIn(record['total_steps']);
		if (total !== undefined && total > 0) {
			run.facts.maxSteps = total;
		}
		const entries = Object.entries(record).map(([name, value]) => [
			Object.hasOwn(trainerNames, name) ? trainerNames[name] : name,
			value,
		]);
		takeRecord(Object.fromEntries(entries), run, this.reading);
		return 'taken';
	}
}

/** Whether an object is one of LLaMA-Factory's log. */
export function isTrainerLog(record: Readonly<Record<string, unknown>>): boolean {
	return 'current_steps' in record && 'total_steps' in record;
}
