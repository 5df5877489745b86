import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';

/** Keeps ssh no longer than this program lives: the end of the input ends it. */
const guard =
	'exec 3<&0; "$@" </dev/null 3<&- & p=$!; ' +
	'{ read -r x <&3; kill "$p"; } >/dev/null 2>&1 & w=$!; ' +
	'exec 3<&-; wait "$p"; c=$?; kill "$w" 2>/dev/null; exit $c';

/** Milliseconds for the last words after the end. */
const patience = 200;

/** Bytes of the program's words that are kept. */
const keptWords = 32 * 1024;

/**
 * The process that holds a connection. In a session of its own, so that it has no terminal to ask on
 * and an interrupt meant for us does not cut the link.
 */
export class SystemMaster {
	readonly #child: ChildProcess;
	#said = '';
	#isGone = false;
	/** Settles when the process is gone. */
	readonly ended: Promise<void>;

	constructor(
		program: string,
		words: readonly string[],
		variables: Readonly<Record<string, string>>,
	) {
		this.#child = spawn('/bin/sh', ['-c', guard, 'sh', program, ...words], {
			cwd: homedir(),
			env: { ...process.env, ...variables },
			detached: true,
			stdio: ['pipe', 'ignore', 'pipe'],
		});
		this.#child.stdin?.on('error', () => {});
		this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.#said = (this.#said + text).slice(-keptWords);
		});
		const { promise, resolve } = Promise.withResolvers<void>();
		this.ended = promise.then(() => void (this.#isGone = true));
		this.#child.on('error', error => {
			this.#said += error.message;
			resolve();
		});
		// Helpers of ssh, such as a ProxyCommand, may keep its stderr open after it ended.
		this.#child.on('exit', () => setTimeout(resolve, patience));
		this.#child.on('close', resolve);
	}

	/** What it wrote to stderr. */
	get said(): string {
		return this.#said;
	}

	get isGone(): boolean {
		return this.#isGone;
	}

	get isRunning(): boolean {
		return this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** Asks it to end. */
	end(): void {
		this.#child.stdin?.end();
	}

	/** Ends it and what it started, at once. */
	kill(): void {
		const { pid } = this.#child;
		if (pid !== undefined && this.isRunning) {
			try {
				process.kill(-pid, 'SIGKILL');
			} catch {
				// It ended in between.
			}
		}
	}
}
