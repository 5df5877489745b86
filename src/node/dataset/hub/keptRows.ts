import { deflateSync, inflateSync } from 'node:zlib';
import type { ContainerLayout } from '../../../core/dataset/container';
import type { FoundRows } from '../far/farSource';

const version = 1;

/** A line of JSON, then starts (8 bytes each) and lengths (4 bytes each), packed. */
export function packRowRanges({ batch, layout }: FoundRows): Uint8Array {
	const { starts, lengths } = batch;
	const head = JSON.stringify({ version, rows: starts.length, layout });
	const numbers = Buffer.concat([bytesOf(starts), bytesOf(lengths)]);
	return Buffer.concat([Buffer.from(`${head}\n`), deflateSync(numbers, { level: 1 })]);
}

/** `undefined` for what another version wrote, or a disk has damaged. */
export function unpackRowRanges(bytes: Uint8Array, size: number): FoundRows | undefined {
	try {
		const end = bytes.indexOf(10);
		const head = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as {
			version: number;
			rows: number;
			layout: ContainerLayout;
		};
		const numbers = inflateSync(bytes.subarray(end + 1), { maxOutputLength: head.rows * 12 + 1 });
		if (
			head.version !== version ||
			numbers.length !== head.rows * 12 ||
			head.layout.size !== size
		) {
			return undefined;
		}
		// A copy, so that the numbers begin where their size wants it.
		const copy = Uint8Array.from(numbers).buffer;
		const starts = new Float64Array(copy, 0, head.rows);
		const lengths = new Uint32Array(copy, head.rows * 8, head.rows);
		return { batch: { starts, lengths }, layout: head.layout };
	} catch {
		// Found anew; what is kept is never more than a shortcut.
		return undefined;
	}
}

function bytesOf(numbers: Float64Array | Uint32Array): Uint8Array {
	return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
