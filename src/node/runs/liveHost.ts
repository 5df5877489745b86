import type { Disposable } from '../../core/base/disposable';
import type { WindsockError } from '../../core/base/errors';
import { LineSplitter } from '../../core/contract/lineSplitter';
import { liveFactsFrom, type LiveFacts } from '../hosts/hostAnswer';
import { rootWords } from './hostProbe';
import type { HostPreparation } from './hostPreparation';
import { packageCommand } from './preparedHost';

/** Bytes of a line: longer ones are not from our part of the host. */
const longestLine = 1 << 20;
/** Seconds between two looks. */
const every = 5;

/**
 * Follows a host while somebody looks at it. Disposing ends the process there; so does the end of
 * the connection, which `onEnd` tells with its reason.
 */
export function followLiveFacts(
	preparation: HostPreparation,
	name: string,
	onFacts: (facts: LiveFacts) => void,
	onEnd: (error: WindsockError | undefined) => void,
): Disposable {
	const abort = new AbortController();
	const { signal } = abort;
	void (async () => {
		const prepared = await preparation.prepare(name, { signal });
		if (signal.aborted) {
			return;
		}
		if (!prepared.ok) {
			onEnd(prepared.error);
			return;
		}
		const words = ['live', ...rootWords(prepared.value), '--every', String(every)];
		const opened = await prepared.value.host.open(packageCommand(prepared.value, words), {
			signal,
		});
		if (!opened.ok) {
			if (!signal.aborted) {
				onEnd(opened.error);
			}
			return;
		}
		const stream = opened.value;
		const lines = new LineSplitter();
		stream.onData(bytes => {
			for (const line of lines.push(bytes)) {
				const facts = liveFactsFrom(line);
				if (facts && !signal.aborted) {
					onFacts(facts);
				}
			}
			if (lines.pending > longestLine) {
				stream.dispose();
			}
		});
		stream.onClose(() => {
			if (!signal.aborted) {
				onEnd(undefined);
			}
		});
		if (signal.aborted) {
			stream.dispose();
		} else {
			signal.addEventListener('abort', () => stream.dispose(), { once: true });
		}
	})();
	return { dispose: () => abort.abort() };
}
