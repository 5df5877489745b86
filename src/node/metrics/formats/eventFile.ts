import type { Skipped } from '../../../core/metrics/metricSource';
import { nameMetric } from '../metricNames';
import type { MetricColumn } from '../pointColumns';
import { parseJsonObject } from '../pythonJson';
import type { MetricDecoder, Reading, RunReading } from '../reading';
import type { StepCounter } from '../runClock';
import { numberIn } from '../takeRecord';
import { EventRecords, type RecordHandler } from './eventRecords';
import type { EventWriter } from './eventWriters';

// Tags on the wire of tensorboard/compat/proto/{event,summary,tensor}.proto: number × 8 + kind.
const event = { wallTime: 9, step: 16, summary: 42 };
const summaryValue = 10;
const value = { tag: 10, simple: 21, tensor: 66 };
const tensor = { type: 8, content: 34, floats: 42, doubles: 50, texts: 66 };
const tensorTypes = { float: 1, double: 2, text: 7 };
/** Its text holds the arguments that transformers trains with. */
const argumentsTag = 'args/text_summary';

const decoder = new TextDecoder();

/** A tag and where its values go. */
interface Tag {
	readonly bytes: Uint8Array;
	readonly text: string;
	/** What its metric is called. */
	readonly name: string;
	readonly kind: 'train' | 'eval';
	readonly isEpoch: boolean;
	/** Known from its first scalar on. */
	target: { readonly column: MetricColumn; readonly counter: StepCounter } | undefined;
	/** Tags come in the same order again and again: the one that followed last time. */
	next: Tag | undefined;
}

/**
 * The scalars of TensorBoard event files, at more than a million a second. Values are 32-bit floats
 * there. Scalars that were logged together, one event each, become one row again. Files of one
 * folder share a reading, and are given in the order in which they were begun.
 */
export class EventFile implements MetricDecoder, RecordHandler {
	readonly #records: EventRecords;
	readonly #run: RunReading;
	readonly #tags = new TagTable();
	readonly #writer: EventWriter;
	#bytes: Uint8Array = new Uint8Array();
	#view: DataView = new DataView(new ArrayBuffer(0));
	#at = 0;
	#wall = Number.NaN;
	#step = 0;
	/** Where the newest row stands. */
	#rowStep = Number.NaN;
	#rowKind = '';
	#epoch: { step: number; value: number } | undefined;

	constructor(
		private readonly reading: Reading,
		isWithin = false,
	) {
		this.#run = reading.run();
		this.#writer = reading.writers.join();
		this.#records = new EventRecords(this, isWithin);
	}

	take(bytes: Uint8Array): void {
		this.#records.take(bytes);
	}

	settle(): void {}

	unfinished(): readonly Skipped[] {
		return this.#records.held > 0 ? [{ what: 'files that end within a record', count: 1 }] : [];
	}

	damaged(): void {
		this.reading.skip('damaged records');
	}

	record(bytes: Uint8Array, start: number, end: number): void {
		if (bytes !== this.#bytes) {
			this.#bytes = bytes;
			this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		}
		try {
			this.#event(start, end);
		} catch (error) {
			if (!(error instanceof RangeError)) {
				throw error;
			}
			this.damaged();
		}
	}

	#event(start: number, end: number): void {
		this.#at = start;
		this.#wall = Number.NaN;
		this.#step = 0;
		let summary = 0;
		let summaryEnd = 0;
		while (this.#at < end) {
			const tag = this.#varint(end);
			if (tag === event.wallTime) {
				this.#wall = this.#view.getFloat64(this.#take(8, end), true);
			} else if (tag === event.step) {
				this.#step = this.#varint(end);
			} else if (tag === event.summary) {
				summaryEnd = this.#bytesEnd(end);
				summary = this.#at;
				this.#at = summaryEnd;
			} else {
				this.#skip(tag, end);
			}
		}
		this.#at = summary;
		while (this.#at < summaryEnd) {
			const tag = this.#varint(summaryEnd);
			if (tag === summaryValue) {
				this.#value(this.#bytesEnd(summaryEnd));
			} else {
				this.#skip(tag, summaryEnd);
			}
		}
	}

	#value(end: number): void {
		let tagStart = 0;
		let tagEnd = 0;
		let number: number | undefined;
		let tensorAt: { start: number; end: number } | undefined;
		while (this.#at < end) {
			const tag = this.#varint(end);
			if (tag === value.tag) {
				tagEnd = this.#bytesEnd(end);
				tagStart = this.#at;
				this.#at = tagEnd;
			} else if (tag === value.simple) {
				number = this.#view.getFloat32(this.#take(4, end), true);
			} else if (tag === value.tensor) {
				const tensorEnd = this.#bytesEnd(end);
				tensorAt = { start: this.#at, end: tensorEnd };
				number = this.#tensor(tensorEnd);
				this.#at = tensorEnd;
			} else {
				this.#skip(tag, end);
			}
		}
		const tag = this.#tags.find(this.#bytes, tagStart, tagEnd);
		if (number !== undefined) {
			this.#scalar(tag, number);
		} else if (tag.text === argumentsTag && tensorAt !== undefined) {
			this.#arguments(tensorAt.start, tensorAt.end);
		} else {
			this.reading.skip('values that are no scalars');
		}
		this.#at = end;
	}

	#scalar(tag: Tag, number: number): void {
		const { columns, clock } = this.#run;
		const { writers } = this.reading;
		const step = this.#step;
		const hasOpenRow = columns.hasOpenRow && writers.newest === this.#writer;
		if (tag.isEpoch) {
			if (this.#rowStep === step && hasOpenRow) {
				columns.setEpoch(number);
			} else {
				this.#epoch = { step, value: number };
			}
			return;
		}
		writers.take(this.#writer, this.#wall, tag.text);
		tag.target ??= this.#target(tag);
		const { column, counter } = tag.target;
		clock.count(counter, step, this.#wall);
		const isSame =
			this.#rowStep === step && this.#rowKind === tag.kind && hasOpenRow && !columns.has(column);
		if (!isSame) {
			columns.add({
				kind: tag.kind,
				attempt: clock.attempt,
				step,
				epoch: this.#epoch?.step === step ? this.#epoch.value : Number.NaN,
				time: clock.timeOf(this.#wall),
				wall: this.#wall,
			});
			this.#rowStep = step;
			this.#rowKind = tag.kind;
			writers.newest = this.#writer;
		}
		columns.set(column, number);
	}

	#target({ text, name }: Tag): NonNullable<Tag['target']> {
		const { columns, clock } = this.#run;
		const prefix = this.reading.writers.prefix(this.#writer, text);
		return { column: columns.metric(prefix + name), counter: clock.counter(prefix + text) };
	}

	/** The only number of a tensor with one float or double; undefined for all others. */
	#tensor(end: number): number | undefined {
		let type = 0;
		let number: number | undefined;
		while (this.#at < end) {
			const tag = this.#varint(end);
			if (tag === tensor.type) {
				type = this.#varint(end);
			} else if (tag === tensor.content || tag === tensor.floats || tag === tensor.doubles) {
				const stop = this.#bytesEnd(end);
				const length = stop - this.#at;
				if (type === tensorTypes.float && length === 4 && tag !== tensor.doubles) {
					number = this.#view.getFloat32(this.#at, true);
				} else if (type === tensorTypes.double && length === 8 && tag !== tensor.floats) {
					number = this.#view.getFloat64(this.#at, true);
				}
				this.#at = stop;
			} else {
				this.#skip(tag, end);
			}
		}
		return number;
	}

	#arguments(start: number, end: number): void {
		this.#at = start;
		while (this.#at < end) {
			const tag = this.#varint(end);
			if (tag === tensor.texts) {
				const stop = this.#bytesEnd(end);
				const given = parseJsonObject(decoder.decode(this.#bytes.subarray(this.#at, stop)));
				const every = numberIn(given?.['logging_steps']);
				if (every !== undefined && every >= 1) {
					this.#run.facts.loggingSteps = every;
				}
				this.#at = stop;
			} else {
				this.#skip(tag, end);
			}
		}
	}

	#varint(end: number): number {
		const bytes = this.#bytes;
		let result = 0;
		let scale = 1;
		for (let i = 0; i < 10; i++) {
			if (this.#at >= end) {
				break;
			}
			const byte = bytes[this.#at++] ?? 0;
			if (byte < 128) {
				// Ten bytes hold a negative number, which a double would round.
				return i < 9 ? result + byte * scale : this.#negative();
			}
			result += (byte & 127) * scale;
			scale *= 128;
		}
		throw new RangeError('a number does not end');
	}

	#negative(): number {
		let result = 0n;
		for (let i = 0; i < 10; i++) {
			result |= BigInt((this.#bytes[this.#at - 10 + i] ?? 0) & 127) << BigInt(7 * i);
		}
		return Number(BigInt.asIntN(64, result));
	}

	/** End of the bytes whose length comes next. */
	#bytesEnd(end: number): number {
		const length = this.#varint(end);
		const stop = this.#at + length;
		if (!(stop <= end)) {
			throw new RangeError('a field goes beyond its message');
		}
		return stop;
	}

	#take(length: number, end: number): number {
		const start = this.#at;
		if (start + length > end) {
			throw new RangeError('a field goes beyond its message');
		}
		this.#at += length;
		return start;
	}

	#skip(tag: number, end: number): void {
		switch (tag % 8) {
			case 0:
				this.#varint(end);
				break;
			case 1:
				this.#take(8, end);
				break;
			case 2:
				this.#at = this.#bytesEnd(end);
				break;
			case 5:
				this.#take(4, end);
				break;
			default:
				throw new RangeError('a field of an unknown kind');
		}
	}
}

/** The tags of a file. Looking one up makes no text where it follows the one before as usual. */
class TagTable {
	readonly #tags = new Map<string, Tag>();
	#last: Tag | undefined;

	find(bytes: Uint8Array, start: number, end: number): Tag {
		const guess = this.#last?.next;
		const tag =
			guess && isSame(guess.bytes, bytes, start, end) ? guess : this.#named(bytes, start, end);
		if (this.#last) {
			this.#last.next = tag;
		}
		this.#last = tag;
		return tag;
	}

	#named(bytes: Uint8Array, start: number, end: number): Tag {
		const text = decoder.decode(bytes.subarray(start, end));
		let tag = this.#tags.get(text);
		if (!tag) {
			const { name, kind } = nameMetric(text);
			tag = {
				bytes: bytes.slice(start, end),
				text,
				name,
				kind,
				isEpoch: text === 'train/epoch' || text === 'epoch',
				target: undefined,
				next: undefined,
			};
			this.#tags.set(text, tag);
		}
		return tag;
	}
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
	if (known.length !== end - start) {
		return false;
	}
	for (let i = 0; i < known.length; i++) {
		if (known[i] !== bytes[start + i]) {
			return false;
		}
	}
	return true;
}
