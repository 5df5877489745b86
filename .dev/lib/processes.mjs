// Runs other programs: captured, so that their output is shown only when they fail.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';

/** A program ended with a failure; the message ends with the last lines it wrote. */
export class CommandError extends Error {
	constructor(command, result) {
		const how = result.signal ? `was ended by ${result.signal}` : `exited with ${result.code}`;
		const tail = result.output.trimEnd().split('\n').slice(-30).join('\n');
		super(`${command} ${how}${tail === '' ? '' : `\n${tail}`}`);
		this.name = 'CommandError';
	}
}

/**
 * Runs a program to its end. `onLine` sees each line as it comes.
 * @returns {Promise<{code: number | null, signal: string | null, output: string, stdout: string}>}
 *   `output` is stdout and stderr in the order they came.
 */
export function capture(command, args, { cwd = root, env = process.env, onLine, input } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd,
			env,
			stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
		});
		let output = '';
		let stdout = '';
		let rest = '';
		const take = chunk => {
			output += chunk;
			if (onLine) {
				const lines = (rest + chunk).split('\n');
				rest = lines.pop() ?? '';
				lines.forEach(line => onLine(line));
			}
		};
		child.stdout.setEncoding('utf8').on('data', chunk => {
			stdout += chunk;
			take(chunk);
		});
		child.stderr.setEncoding('utf8').on('data', take);
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({ code, signal, output, stdout }));
		child.stdin?.end(input);
	});
}

/** Like `capture`, but a failure throws a CommandError. */
export async function check(command, args, options) {
	const result = await capture(command, args, options);
	if (result.code !== 0) {
		throw new CommandError([path.basename(command), ...args].join(' '), result);
	}
	return result;
}

/**
 * Runs a program in this terminal in this program's place: signals reach it, its exit status
 * becomes this program's.
 */
export function become(command, args, options = {}) {
	return new Promise((_resolve, reject) => {
		const child = spawn(command, args, { stdio: 'inherit', ...options });
		// A terminal's Ctrl+C reaches the child itself; this process only has to outlive it.
		process.on('SIGINT', () => {});
		process.on('SIGTERM', () => child.kill('SIGTERM'));
		process.on('SIGHUP', () => child.kill('SIGHUP'));
		child.on('error', reject);
		child.on('close', (code, signal) => {
			if (signal) {
				process.removeAllListeners(signal);
				process.kill(process.pid, signal);
			} else {
				process.exit(code ?? 1);
			}
		});
	});
}

/** The absolute path of a program on PATH. */
export function onPath(name, more = []) {
	const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...more];
	for (const folder of folders) {
		const candidate = path.join(folder, name);
		try {
			accessSync(candidate, constants.X_OK);
			return candidate;
		} catch {
			// Not here: the next folder.
		}
	}
	return undefined;
}
