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
 * Runs a whole preflight on a host without a scheduler, with the environment that trains; aborting
 * ends it there. What it said before a failure has been told by then.
 */
export async function preflightOnHost(
	prepared: PreparedHost,
	spec: RunSpec,
	onLine: (line: PreflightLine) => void,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const python = await environmentOn(prepared, spec, progress, signal);
	return python.ok
		? await runPreflight(prepared, spec, python.value, ['preflight'], onLine, signal)
		: python;
}

/** Runs the parts of a preflight that take seconds and need the standard library only. */
export async function quickPreflight(
	prepared: PreparedHost,
	spec: RunSpec,
	onLine: (line: PreflightLine) => void,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const { python } = prepared.layout;
	return await runPreflight(prepared, spec, python, ['preflight', '--quick'], onLine, signal);
}

async function runPreflight(
	prepared: PreparedHost,
	spec: RunSpec,
	python: string,
	words: readonly string[],
	onLine: (line: PreflightLine) => void,
	signal: AbortSignal | undefined,
): Promise<Result<void>> {
	const lines = new LineSplitter();
	let refusal: string | undefined;
	const onOutput = (bytes: Uint8Array, stop: () => void): void => {
		for (const text of lines.push(bytes)) {
			const line = parsePreflightLine(text);
			if (line === undefined) {
				refusal = refusalIn(text) ?? refusal;
			} else {
				onLine(line);
			}
		}
		if (lines.pending > longestLine) {
			stop();
		}
	};
	const command = inEnvironment(prepared, spec, python, words);
	const ended = await runWords(prepared, command, JSON.stringify(spec), { onOutput }, signal);
	if (!ended.ok) {
		return ended;
	}
	const { code, lastWords } = ended.value;
	const host = prepared.host.name;
	return code === 0
		? ok()
		: err(new WindsockError('remoteCommandFailed', { host, reason: refusal ?? lastWords }));
}

/** The interpreter that trains, built first where the host has none yet. */
async function environmentOn(
	prepared: PreparedHost,
	{ environment }: RunSpec,
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<Result<string>> {
	const { lockHash, root, basePython, torchBuild } = environment;
	progress.report('Looking for the Python environment');
	const command = packageCommand(prepared, [
		'env',
		'--root',
		root ?? prepared.layout.envs,
		'--lock-hash',
		lockHash,
		...(basePython === undefined ? [] : ['--python', basePython]),
		...(torchBuild === undefined ? [] : ['--torch', torchBuild]),
	]);
	let answer = '';
	const ended = await runWords(
		prepared,
		command,
		'',
		{
			onOutput: bytes => (answer = (answer + Buffer.from(bytes).toString()).slice(-longestLine)),
			onWords: said => progress.report('Building the Python environment', undefined, said),
		},
		signal,
	);
	if (!ended.ok) {
		return ended;
	}
	const lines = answer.trim().split('\n');
	const python = pythonIn(lines.at(-1) ?? '');
	if (ended.value.code !== 0 || python === undefined) {
		const reason = lines.map(refusalIn).find(Boolean) ?? ended.value.lastWords;
		return err(new WindsockError('environmentFailed', { host: prepared.host.name, reason }));
	}
	return ok(python);
}

/** The command as a run of the host has it: after the host's prelude, with its variables. */
function inEnvironment(
	prepared: PreparedHost,
	{ environment }: RunSpec,
	python: string,
	words: readonly string[],
): string[] {
	const { variables = {}, prelude } = environment;
	const at = { ...prepared, layout: { ...prepared.layout, python } };
	const [env = 'env', ...rest] = packageCommand(at, words);
	const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
	const command = [env, ...set, ...rest];
	return prelude === undefined
		? command
		: ['bash', '-lc', 'eval "$0" >&2 && exec "$@"', prelude, ...command];
}

function pythonIn(text: string): string | undefined {
	const python = objectIn(text)?.['python'];
	return typeof python === 'string' && python.startsWith('/') ? python : undefined;
}

function refusalIn(text: string): string | undefined {
	const error = objectIn(text)?.['error'];
	const message: unknown =
		typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
	return typeof message === 'string' ? message : undefined;
}

function objectIn(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}
