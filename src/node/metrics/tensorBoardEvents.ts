import type { MetricPoint } from '../../core/training/runLibrary';
import { wireFields } from './protobuf';
import { tfRecords } from './tfRecords';
import { counted, type ReadMetrics } from './trainerState';

// Field numbers from tensorboard/compat/proto/{event,summary,tensor}.proto.
const event = { wallTime: 1, step: 2, summary: 5 };
const summary = { value: 1 };
const summaryValue = { tag: 1, simpleValue: 2, tensor: 8 };
const tensor = { type: 1, content: 4, floats: 5, doubles: 6 };
const tensorTypes = { float: 1, double: 2 };

interface Scalar {
	readonly tag: string;
	readonly value: number;
}

interface ScalarEvent {
	readonly wall: number;
	readonly step: number;
	readonly scalars: readonly Scalar[];
	/** Values that are no scalars: images, histograms, texts. */
	readonly others: number;
}

/**
 * The scalars of TensorBoard event files, given in the order in which they were begun. Values are
 * 32-bit floats there. Tags as transformers writes them get their names back: `train/loss` → loss,
 * `eval/loss` → eval_loss of kind eval. Time counts from the first event.
 */
export function readTensorBoardEvents(files: readonly Uint8Array[]): ReadMetrics {
	const points = new PointBuilder();
	const skipped = { damaged: 0, torn: 0, lost: 0, others: 0 };
	for (const record of files.flatMap(bytes => [...tfRecords(bytes)])) {
		if (record.kind !== 'record') {
			skipped[record.kind]++;
			continue;
		}
		const read = readEvent(record.data);
		if (!read) {
			skipped.damaged++;
			continue;
		}
		skipped.others += read.others;
		for (const scalar of read.scalars) {
			points.add(read, scalar);
		}
	}
	return {
		points: points.take(),
		skipped: counted({
			'damaged records': skipped.damaged,
			'files that end within a record': skipped.torn,
			'files that cannot be read on from a damaged record': skipped.lost,
			'values that are no scalars': skipped.others,
		}),
	};
}

/** Puts scalars that were logged together, one event each, into one point again. */
class PointBuilder {
	readonly #points: (MetricPoint & { values: Record<string, number>; epoch?: number })[] = [];
	#firstWall: number | undefined;

	add({ wall, step }: ScalarEvent, { tag, value }: Scalar): void {
		this.#firstWall ??= wall;
		const isEval = tag.startsWith('eval/');
		const kind = isEval ? 'eval' : 'train';
		const name = isEval ? `eval_${tag.slice(5)}` : tag.replace(/^train\//, '');
		const last = this.#points.at(-1);
		const isSame = last?.step === step && last.kind === kind && !Object.hasOwn(last.values, name);
		const point =
			last && isSame
				? last
				: {
						n: this.#points.length + 1,
						attempt: 1,
						step,
						time: wall - this.#firstWall,
						wall,
						kind: kind as MetricPoint['kind'],
						values: {},
					};
		if (point !== last) {
			this.#points.push(point);
		}
		if (tag === 'train/epoch') {
			point.epoch = value;
		} else {
			point.values[name] = value;
		}
	}

	take(): readonly MetricPoint[] {
		return this.#points.filter(point => Object.keys(point.values).length > 0);
	}
}

/** Undefined for bytes that are no event. */
function readEvent(bytes: Uint8Array): ScalarEvent | undefined {
	let wall = 0;
	let step = 0;
	const scalars: Scalar[] = [];
	let others = 0;
	try {
		for (const field of wireFields(bytes)) {
			if (field.number === event.wallTime) {
				wall = doubleAt(field.bytes, 0);
			} else if (field.number === event.step) {
				step = field.integer;
			} else if (field.number === event.summary) {
				for (const value of wireFields(field.bytes)) {
					const scalar = value.number === summary.value ? readValue(value.bytes) : undefined;
					if (scalar) {
						scalars.push(scalar);
					} else {
						others++;
					}
				}
			}
		}
	} catch (error) {
		if (error instanceof RangeError) {
			return undefined;
		}
		throw error;
	}
	return { wall, step, scalars, others };
}

function readValue(bytes: Uint8Array): Scalar | undefined {
	let tag = '';
	let value: number | undefined;
	for (const field of wireFields(bytes)) {
		if (field.number === summaryValue.tag) {
			tag = new TextDecoder().decode(field.bytes);
		} else if (field.number === summaryValue.simpleValue) {
			value = floatAt(field.bytes, 0);
		} else if (field.number === summaryValue.tensor) {
			value = readTensor(field.bytes);
		}
	}
	return value === undefined ? undefined : { tag, value };
}

/** The only number of a tensor with one float or double; undefined for all others. */
function readTensor(bytes: Uint8Array): number | undefined {
	let type = 0;
	let floats: Uint8Array = new Uint8Array();
	let doubles: Uint8Array = new Uint8Array();
	for (const field of wireFields(bytes)) {
		if (field.number === tensor.type) {
			type = field.integer;
		} else if (field.number === tensor.content && type === tensorTypes.double) {
			doubles = field.bytes;
		} else if (field.number === tensor.content || field.number === tensor.floats) {
			floats = field.bytes;
		} else if (field.number === tensor.doubles) {
			doubles = field.bytes;
		}
	}
	if (type === tensorTypes.float && floats.length === 4) {
		return floatAt(floats, 0);
	}
	return type === tensorTypes.double && doubles.length === 8 ? doubleAt(doubles, 0) : undefined;
}

function floatAt(bytes: Uint8Array, offset: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(offset, true);
}

function doubleAt(bytes: Uint8Array, offset: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(offset, true);
}
