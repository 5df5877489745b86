// `npm start`: all set-up, then VS Code on the sample workspace.
//   npm start -- --no-open     the bench VS Code even where the desktop one is installed
//   npm start -- --port 8139   its port
//   npm start -- --play        walks the whole loop by itself in the bench VS Code
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { cacheRoot, root } from './lib/places.mjs';
import { become, capture, onPath } from './lib/processes.mjs';

await continueUnderPinnedNode(import.meta.url);
const { setUp } = await import('./setup.mjs');
const { importTypeScript } = await import('./lib/typescript.mjs');
const { packageExtension } = await import('./lib/vsix.mjs');
const usualPort = 8139;

function readOptions() {
	try {
		return parseArgs({
			options: {
				play: { type: 'boolean', default: false },
				'no-open': { type: 'boolean', default: false },
				port: { type: 'string' },
			},
		}).values;
	} catch (error) {
		console.error(`${error.message}\nUsage: npm start [-- --play | --no-open | --port PORT]`);
		process.exit(2);
	}
}

/** The desktop VS Code, when it is there and new enough for the extension. */
async function desktopCode() {
	const code = onPath('code');
	if (!code) {
		return undefined;
	}
	const { readFile } = await import('node:fs/promises');
	const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const wanted = manifest.engines.vscode.replace('^', '').split('.').map(Number);
	const { stdout } = await capture(code, ['--version']);
	const found = stdout.split('\n')[0]?.split('.').map(Number) ?? [];
	if (found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])) {
		return code;
	}
	console.log(`VS Code ${found.join('.')} is older than ${wanted.join('.')}: using the bench one.`);
	return undefined;
}

/** `port` when nothing listens there, else 0: any free one. */
function freePort(port) {
	return new Promise(resolve => {
		const probe = createServer();
		probe.once('error', () => resolve(0));
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
	});
}

async function openBench(made, port) {
	const { CodeServer } = await importTypeScript('test/support/bench/codeServer.ts');
	const { file } = await packageExtension();
	const server = await CodeServer.start({
		home: path.join(cacheRoot, 'start'),
		extensions: [file],
		port: port ?? (await freePort(usualPort)),
	});
	console.log(`\nVS Code is at ${server.folderUrl(made.sampleWorkspace)}`);
	console.log('Ctrl+C stops it. Runs that it started go on.');
	const stop = async () => {
		await server.stop();
		process.exit(0);
	};
	process.once('SIGINT', () => void stop());
	process.once('SIGTERM', () => void stop());
	server.onUnexpectedEnd(code => {
		console.error(`VS Code ended with ${code}; its log is ${server.home}/code-server.log`);
		process.exit(1);
	});
}

const options = readOptions();
process.env.PIP_RETRIES ??= '0';
try {
	const code = options.play || options['no-open'] ? undefined : await desktopCode();
	const needs = code
		? ['build', 'python', 'tinyModel', 'sampleWorkspace']
		: ['productionBuild', 'python', 'tinyModel', 'bench'];
	const made = await setUp(
		new Set([...needs, options.play ? 'git' : 'sampleWorkspace']),
		process.stdout,
	);
	Object.assign(process.env, made.variables);
	if (code) {
		console.log(`Opening ${made.sampleWorkspace} in VS Code`);
		await become(code, [
			'--new-window',
			`--extensionDevelopmentPath=${root}`,
			made.sampleWorkspace,
		]);
	} else if (options.play) {
		const { play } = await importTypeScript('test/e2e/play.ts');
		const { file } = await packageExtension();
		process.exit((await play({ root, vsix: file })) ? 0 : 1);
	} else {
		await openBench(made, options.port === undefined ? undefined : Number(options.port));
	}
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
