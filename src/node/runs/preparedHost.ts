import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ExecOutput, Host, OperationOptions } from '../../core/hosts/host';
import type { HostSettings } from '../../core/hosts/hostDirectory';
import type { HostLayout } from './hostLayout';

/** A host that has the Python package of this program and an interpreter to run it. */
export interface PreparedHost {
	readonly host: Host;
	readonly settings: HostSettings;
	readonly layout: HostLayout;
	readonly packageHash: string;
	readonly lockHash: string;
	/** Free bytes where the home is, as it was when the host was prepared. */
	readonly freeBytes?: number;
}

/** The words that run a command of the package on the host. */
export function packageCommand(prepared: PreparedHost, args: readonly string[]): string[] {
	const { packages, python } = prepared.layout;
	const path = `PYTHONPATH=${packages}/${prepared.packageHash}`;
	return ['env', path, 'PYTHONDONTWRITEBYTECODE=1', python, '-m', 'windsock_remote', ...args];
}

/** The folder of a run on this host. */
export function runFolder(prepared: PreparedHost, runId: string): string {
	return `${prepared.layout.runs}/${runId}`;
}

/** Runs a command of the package and reads the JSON it prints. */
export async function callPackage(
	prepared: PreparedHost,
	args: readonly string[],
	options: OperationOptions = {},
): Promise<Result<unknown>> {
	const done = await prepared.host.exec(packageCommand(prepared, args), options);
	return done.ok ? answerOf(prepared.host.name, done.value) : done;
}

/** The JSON that a command of the package printed, or its failure. */
export function answerOf(host: string, output: ExecOutput): Result<unknown> {
	const json = jsonIn(output.stdout);
	const failure = failureIn(json);
	if (output.code === 0 && json !== undefined && failure === undefined) {
		return ok(json);
	}
	if (output.code === 126 || output.code === 127) {
		return err(new WindsockError('noPython', { host, reason: lastLine(output.stderr) }));
	}
	const reason = failure?.message ?? lastLine(output.stderr);
	return err(new WindsockError('remoteCommandFailed', { host, reason, remoteCode: failure?.code }));
}

/** The last line that is JSON: what a login script prints before it is not ours. */
function jsonIn(stdout: string): unknown {
	for (const line of stdout.trimEnd().split('\n').toReversed()) {
		if (line.startsWith('{') || line.startsWith('[')) {
			try {
				return JSON.parse(line);
			} catch {
				return undefined;
			}
		}
	}
	return undefined;
}

function failureIn(json: unknown): { code: string; message: string } | undefined {
	const error = (json as { error?: { code?: unknown; message?: unknown } | null } | undefined)
		?.error;
	return error === undefined
		? undefined
		: { code: String(error?.code), message: String(error?.message) };
}

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1)?.trim() ?? '';
}
