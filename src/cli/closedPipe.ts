import type { Writable } from 'node:stream';

/**
 * Whoever reads may stop early, as `head` does: what else is said goes nowhere, and the command
 * still ends in order, since it may be more than an answer.
 */
export function outliveReader(stream: Writable): void {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') {
			throw error;
		}
	});
}
