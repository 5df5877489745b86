import type { Duplex } from 'node:stream';

/**
 * Joins what is written in one turn of the event loop into one write of the socket. ssh2 writes the
 * length, the content and the seal of each packet by themselves, each one a system call and, without
 * Nagle's algorithm, a TCP segment.
 */
export function corkWrites(stream: Duplex): void {
	const write = stream.write.bind(stream) as (...words: unknown[]) => boolean;
	let isCorked = false;
	stream.write = (...words: unknown[]): boolean => {
		if (!isCorked) {
			isCorked = true;
			stream.cork();
			process.nextTick(() => {
				isCorked = false;
				stream.uncork();
			});
		}
		return write(...words);
	};
}
