import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { silentLogger, type Logger } from '../core/base/logger';
import { ok } from '../core/base/result';
import { outliveReader } from './closedPipe';
import { readConfig } from './hostConfig';
import { runCli } from './program';
import { createServices } from './services';

/** The bundle lies in `dist`, beside `remote` and `package.json`. */
const product = join(__dirname, '..');

function stderrLogger(component = 'windsock'): Logger {
	const write = (text: string): void => void process.stderr.write(`[${component}] ${text}\n`);
	return {
		trace: write,
		info: write,
		warn: write,
		error: (message, error) =>
			write(error === undefined ? message : `${message}: ${String(error)}`),
		child: name => stderrLogger(name),
	};
}

async function main(): Promise<void> {
	const { version } = JSON.parse(readFileSync(join(product, 'package.json'), 'utf8')) as {
		version: string;
	};
	outliveReader(process.stdout);
	outliveReader(process.stderr);
	const interrupt = new AbortController();
	// The first ^C ends the command in order, the second at once.
	process.once('SIGINT', () => interrupt.abort());
	process.once('SIGTERM', () => interrupt.abort());
	process.exitCode = await runCli(process.argv.slice(2), {
		stdout: process.stdout,
		stderr: process.stderr,
		// As no-color.org has it: any value but an empty one.
		isColoured: process.stdout.isTTY && !process.env['NO_COLOR'],
		isTerminal: process.stdout.isTTY,
		version,
		recipesFolder: join(product, 'media', 'recipes'),
		signal: interrupt.signal,
		services: (workspace, verbose) => {
			const config = readConfig();
			return config.ok
				? ok(
						createServices({
							workspace: resolve(workspace),
							config: config.value,
							remoteFolder: join(product, 'remote'),
							version,
							logger: verbose ? stderrLogger() : silentLogger,
						}),
					)
				: config;
		},
	});
}

main().catch((error: unknown) => {
	process.stderr.write(`windsock: ${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
