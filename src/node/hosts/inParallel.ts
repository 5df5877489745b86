import { cancelled } from './hostErrors';

/** OpenSSH takes requests up to 256 KiB; larger ones than ssh2's default reach the speed of scp. */
const blockSize = 250_000;
/** Enough requests under way to fill the channel's window of 2 MiB. */
const lanes = 16;

/** Goes over `size` bytes in blocks, several at a time; the first failure stops the rest. */
export async function inParallel(
	size: number,
	signal: AbortSignal | undefined,
	step: (offset: number, length: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	let failed = false;
	const lane = async (): Promise<void> => {
		while (next < size && !failed) {
			if (signal?.aborted) {
				throw cancelled('transfer');
			}
			const offset = next;
			next += blockSize;
			try {
				await step(offset, Math.min(blockSize, size - offset));
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(lanes, Math.ceil(size / blockSize)) }, lane));
}
