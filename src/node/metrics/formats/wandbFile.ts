import { crc32 } from 'node:zlib';
import type { Skipped } from '../../../core/metrics/metricSource';
import { wireFields, type WireField } from '../protobuf';
import { parsePythonJson } from '../pythonJson';
import type { MetricDecoder, Reading, RunReading } from '../reading';
import { numberIn, takeRecord } from '../takeRecord';

// A LevelDB log: blocks of records, each with CRC-32 (of its type and content), length and type.
const blockLength = 32 * 1024;
const headLength = 7;
const types = { full: 1, first: 2, middle: 3, last: 4 };

// Field numbers from wandb/proto/wandb_internal.proto.
const record = { history: 2, config: 5, stats: 7, run: 17 };
const history = { item: 1, step: 2 };
const item = { key: 1, nestedKey: 2, valueJson: 16 };
const stats = { timestamp: 2, item: 3 };
const runField = { runId: 1, config: 4, displayName: 8 };
const config = { update: 1 };

const decoder = new TextDecoder();

/** The file of a W&B run, as it is also written offline and while the run goes on. */
export class WandbFile implements MetricDecoder {
	#rest: Uint8Array = new Uint8Array();
	/** Place of the rest in the file. */
	#offset = 0;
	#skipUntil = 0;
	#parts: Uint8Array[] = [];
	readonly #run: RunReading;
	#step = Number.NaN;

	constructor(
		private readonly reading: Reading,
		/** Where the first bytes stand in the file: at the begin of a block. */
		offset = 0,
	) {
		this.#run = reading.run();
		this.#offset = offset;
	}

	take(bytes: Uint8Array): void {
		let whole = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
		for (;;) {
			// What is left of a damaged block is passed over, also while it still comes.
			const passed = Math.min(whole.length, Math.max(0, this.#skipUntil - this.#offset));
			const used = passed > 0 ? passed : this.#read(whole);
			whole = whole.subarray(used);
			this.#offset += used;
			if (whole.length === 0 || this.#skipUntil <= this.#offset) {
				if (passed > 0 && whole.length > 0) {
					continue;
				}
				break;
			}
		}
		this.#rest = whole.slice();
	}

	settle(): void {}

	unfinished(): readonly Skipped[] {
		return this.#rest.length > 0 || this.#parts.length > 0
			? [{ what: 'files that end within a record', count: 1 }]
			: [];
	}

	#read(bytes: Uint8Array): number {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		let at = 0;
		if (this.#offset === 0) {
			if (bytes.length < headLength) {
				return 0;
			}
			// `:W&B`, a magic number and a version.
			at = headLength;
		}
		for (;;) {
			const left = blockLength - ((this.#offset + at) % blockLength);
			if (left < headLength) {
				if (at + left > bytes.length) {
					return at;
				}
				at += left;
				continue;
			}
			if (at + headLength > bytes.length) {
				return at;
			}
			const length = view.getUint16(at + 4, true);
			const type = bytes[at + 6] ?? 0;
			const end = at + headLength + length;
			if (length > left - headLength || type < types.full || type > types.last) {
				// Nothing in this block can be found any more.
				this.#damaged();
				this.#skipUntil = this.#offset + at + left;
				return at;
			}
			if (end > bytes.length) {
				return at;
			}
			if (crc32(bytes.subarray(at + 6, end)) === view.getUint32(at, true)) {
				this.#part(type, bytes.subarray(at + headLength, end));
			} else {
				this.#damaged();
			}
			at = end;
		}
	}

	#damaged(): void {
		this.reading.skip('damaged records');
		this.#parts = [];
	}

	#part(type: number, bytes: Uint8Array): void {
		if (type === types.full || type === types.first) {
			if (this.#parts.length > 0) {
				this.#damaged();
			}
			this.#parts = [bytes.slice()];
		} else if (this.#parts.length === 0) {
			// The record's beginning was damaged, and counted there.
			return;
		} else {
			this.#parts.push(bytes.slice());
		}
		if (type === types.full || type === types.last) {
			const whole = Buffer.concat(this.#parts);
			this.#parts = [];
			try {
				this.#record(whole);
			} catch (error) {
				if (!(error instanceof RangeError)) {
					throw error;
				}
				this.#damaged();
			}
		}
	}

	#record(bytes: Uint8Array): void {
		for (const field of wireFields(bytes)) {
			if (field.number === record.history) {
				this.#history(field.bytes);
			} else if (field.number === record.stats) {
				this.#stats(field.bytes);
			} else if (field.number === record.run) {
				this.#about(field.bytes);
			} else if (field.number === record.config) {
				this.#config(field.bytes);
			}
		}
	}

	#history(bytes: Uint8Array): void {
		const values: Record<string, unknown> = {};
		let step = Number.NaN;
		for (const field of wireFields(bytes)) {
			if (field.number === history.item) {
				this.#item(field, values);
			} else if (field.number === history.step) {
				step = integerIn(field.bytes);
			}
		}
		takeRecord(values, this.#run, this.reading, { step });
		this.#step = numberIn(values['train/global_step']) ?? numberIn(values['_step']) ?? step;
	}

	#stats(bytes: Uint8Array): void {
		const values: Record<string, unknown> = {};
		let wall = Number.NaN;
		for (const field of wireFields(bytes)) {
			if (field.number === stats.item) {
				this.#item(field, values);
			} else if (field.number === stats.timestamp) {
				wall = secondsIn(field.bytes);
			}
		}
		const named = Object.entries(values).map(([name, value]) => [
			name.startsWith('_') ? name : `system/${name}`,
			value,
		]);
		takeRecord(Object.fromEntries(named), this.#run, this.reading, {
			kind: 'system',
			wall,
			step: this.#step,
			maybeStepless: true,
		});
	}

	#about(bytes: Uint8Array): void {
		const { facts } = this.#run;
		for (const field of wireFields(bytes)) {
			if (field.number === runField.displayName && field.bytes.length > 0) {
				facts.name = decoder.decode(field.bytes);
			} else if (field.number === runField.runId) {
				facts.name ??= decoder.decode(field.bytes);
			} else if (field.number === runField.config) {
				this.#config(field.bytes);
			}
		}
	}

	#config(bytes: Uint8Array): void {
		const values: Record<string, unknown> = {};
		for (const field of wireFields(bytes)) {
			if (field.number === config.update) {
				this.#item(field, values);
			}
		}
		const every = numberIn(values['logging_steps']);
		const steps = numberIn(values['max_steps']);
		if (every !== undefined && every >= 1) {
			this.#run.facts.loggingSteps = every;
		}
		if (steps !== undefined && steps > 0) {
			this.#run.facts.maxSteps = steps;
		}
	}

	#item({ bytes }: WireField, into: Record<string, unknown>): void {
		let key = '';
		const nested: string[] = [];
		let json = '';
		for (const field of wireFields(bytes)) {
			if (field.number === item.key) {
				key = decoder.decode(field.bytes);
			} else if (field.number === item.nestedKey) {
				nested.push(decoder.decode(field.bytes));
			} else if (field.number === item.valueJson) {
				json = decoder.decode(field.bytes);
			}
		}
		const name = key === '' ? nested.join('/') : key;
		try {
			const value = parsePythonJson(json);
			if (name !== '') {
				Object.defineProperty(into, name, { value, enumerable: true, configurable: true });
			}
		} catch {
			this.reading.skip('values without a number');
		}
	}
}

function integerIn(bytes: Uint8Array): number {
	for (const field of wireFields(bytes)) {
		if (field.number === 1) {
			return field.integer;
		}
	}
	// A field that is left out is 0.
	return 0;
}

/** Unix seconds of a protobuf Timestamp. */
function secondsIn(bytes: Uint8Array): number {
	let seconds = 0;
	for (const field of wireFields(bytes)) {
		seconds += field.number === 1 ? field.integer : field.integer / 1e9;
	}
	return seconds;
}
