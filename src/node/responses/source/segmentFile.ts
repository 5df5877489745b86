import { open, type FileHandle } from 'node:fs/promises';
import { lists, type PostingsSegment } from '../../../core/responses/source/postings';

/** Changes with the layout of these files and with how words are taken from texts. */
export const segmentVersion = 1;
const headBytes = 8;
const startsBytes = (lists + 1) * 4;

/** Layout: version and number of rows (u32), starts of lists (u32), lengths of rows (u16), lists. */
export async function writeSegment(path: string, segment: PostingsSegment): Promise<void> {
	const head = Uint32Array.of(segmentVersion, segment.lengths.length);
	const file = await open(path, 'wx', 0o600);
	try {
		for (const part of [head, segment.starts, segment.lengths, segment.bytes]) {
			await file.appendFile(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
		}
	} finally {
		await file.close();
	}
}

/** A segment on disk: lengths of rows are in memory, lists are read one by one. */
export class SegmentFile {
	private constructor(
		private readonly file: FileHandle,
		readonly lengths: Uint16Array,
	) {}

	/** Undefined when the file is no segment of this version. */
	static async open(path: string): Promise<SegmentFile | undefined> {
		const file = await open(path, 'r');
		try {
			const [version, rows = 0] = new Uint32Array(await bytesAt(file, 0, headBytes));
			const { size } = await file.stat();
			if (version !== segmentVersion || size < headBytes + startsBytes + 2 * rows) {
				await file.close();
				return undefined;
			}
			const lengths = new Uint16Array(await bytesAt(file, headBytes + startsBytes, 2 * rows));
			return new SegmentFile(file, lengths);
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	async list(number: number): Promise<Uint8Array> {
		const ends = new Uint32Array(await bytesAt(this.file, headBytes + 4 * number, 8));
		const [from = 0, to = 0] = ends;
		const first = headBytes + startsBytes + 2 * this.lengths.length;
		return new Uint8Array(await bytesAt(this.file, first + from, Math.max(0, to - from)));
	}

	close(): Promise<void> {
		return this.file.close();
	}
}

/** Shorter where the file ends before. */
async function bytesAt(file: FileHandle, start: number, length: number): Promise<ArrayBuffer> {
	const bytes = new Uint8Array(length);
	let done = 0;
	while (done < length) {
		const { bytesRead } = await file.read(bytes, done, length - done, start + done);
		if (bytesRead === 0) {
			break;
		}
		done += bytesRead;
	}
	return bytes.buffer.slice(0, done);
}
