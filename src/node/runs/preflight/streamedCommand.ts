import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { LineSplitter } from '../../../core/contract/lineSplitter';
import { withSignal } from '../../../core/hosts/host';
import type { PreparedHost } from '../preparedHost';

export interface CommandEars {
	/** Bytes of stdout; `stop` ends the command. */
	readonly onOutput: (bytes: Uint8Array, stop: () => void) => void;
	/** A line of stderr. */
	readonly onWords?: (line: string) => void;
}

/**
 * Runs a command of a host to its end while what it prints is heard. Aborting ends it; a link that
 * dies meanwhile is `connectionLost`.
 */
export async function runWords(
	{ host }: PreparedHost,
	words: readonly string[],
	input: string,
	ears: CommandEars,
	signal?: AbortSignal,
): Promise<Result<{ readonly code: number; readonly lastWords: string }>> {
	const opened = await host.open(words, withSignal(signal));
	if (!opened.ok) {
		return opened;
	}
	const stream = opened.value;
	const complaints = new LineSplitter();
	let lastWords = '';
	return new Promise(resolve => {
		const cancelled = (): void => {
			stream.dispose();
			resolve(err(new WindsockError('cancelled', { what: 'check' })));
		};
		stream.onData(bytes => ears.onOutput(bytes, () => stream.dispose()));
		stream.onError(bytes => {
			for (const line of complaints.push(bytes).map(text => text.trim())) {
				lastWords = line === '' ? lastWords : line.slice(0, 1000);
				ears.onWords?.(lastWords);
			}
		});
		stream.onClose(({ code }) => {
			signal?.removeEventListener('abort', cancelled);
			resolve(
				code === undefined
					? err(new WindsockError('connectionLost', { host: host.name, reason: lastWords }))
					: ok({ code: code ?? -1, lastWords }),
			);
		});
		if (signal?.aborted === true) {
			cancelled();
			return;
		}
		signal?.addEventListener('abort', cancelled, { once: true });
		stream.write(input);
		stream.end();
	});
}
