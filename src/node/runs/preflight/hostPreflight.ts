import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { LineSplitter } from '../../../core/contract/lineSplitter';
import type { PreflightLine, RunSpec } from '../../../core/contract/runFiles.generated';
import { parsePreflightLine } from '../../../core/training/preflight/preflightLine';
import type { Progress } from '../../../core/training/launchRequest';
import { packageCommand, type PreparedHost } from '../preparedHost';
import { runWords } from './streamedCommand';

/** Bytes of a line: a thousand rows with a sentence each. */
const longestLine = 4 << 20;

/**
 * Runs a preflight on a host without a scheduler, which builds the environment first where it has
 * none; aborting ends it there. What it said before a failure has been told by then.
 *
 * @param words `--quick` for the parts that take seconds and need the standard library only
 */
export async function preflightOnHost(
	prepared: PreparedHost,
	spec: RunSpec,
	words: readonly string[],
	onLine: (line: PreflightLine) => void,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const lines = new LineSplitter();
	let refusal: string | undefined;
	let isBuilding = false;
	const onOutput = (bytes: Uint8Array, stop: () => void): void => {
		for (const text of lines.push(bytes)) {
			const line = parsePreflightLine(text);
			if (line === undefined) {
				refusal = refusalIn(text) ?? refusal;
			} else {
				isBuilding = line.line === 'progress' && line.phase === 'environment';
				onLine(line);
			}
		}
		if (lines.pending > longestLine) {
			stop();
		}
	};
	const onWords = (said: string): void => {
		if (isBuilding) {
			progress.report(environmentWords, undefined, said);
		}
	};
	progress.report(`Checking on ${prepared.host.name}`);
	const command = packageCommand(prepared, ['preflight', ...words]);
	const ears = { onOutput, onWords };
	const ended = await runWords(prepared, command, JSON.stringify(spec), ears, signal);
	if (!ended.ok) {
		return ended;
	}
	const { code, lastWords } = ended.value;
	const host = prepared.host.name;
	return code === 0
		? ok()
		: err(new WindsockError('remoteCommandFailed', { host, reason: refusal ?? lastWords }));
}

/** What takes minutes, once per host. */
export const environmentWords = 'Building the Python environment';

function refusalIn(text: string): string | undefined {
	try {
		const value: unknown = JSON.parse(text);
		const error: unknown =
			typeof value === 'object' && value !== null ? Reflect.get(value, 'error') : undefined;
		const message: unknown =
			typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
		return typeof message === 'string' ? message : undefined;
	} catch {
		return undefined;
	}
}
