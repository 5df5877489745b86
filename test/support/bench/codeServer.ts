import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cpuTicks, descendants, isRunning, type ProcessEntry } from './processTree';
import { waitFor } from './waitFor';

const quietSettings = {
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'workbench.enableExperiments': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'chat.disableAIFeatures': true,
	'telemetry.telemetryLevel': 'off',
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': false,
	'extensions.ignoreRecommendations': true,
	'update.mode': 'none',
	'git.openRepositoryInParentFolders': 'never',
	'git.autofetch': false,
	'security.workspace.trust.banner': 'never',
	'files.autoSave': 'off',
};

export interface CodeServerOptions {
	/** VSIX files to install before the start. */
	readonly extensions?: readonly string[];
	/** Kept folder for user data and extensions; without it a throw-away one. */
	readonly home?: string;
	/** 0, the default, takes any free one. */
	readonly port?: number;
	/** On: folders start untrusted, as in VS Code as people have it. Default off. */
	readonly workspaceTrust?: boolean;
	readonly userSettings?: Readonly<Record<string, unknown>>;
	/** Settings of machine scope: in this VS Code the machine is a remote. */
	readonly machineSettings?: Readonly<Record<string, unknown>>;
	readonly variables?: Readonly<Record<string, string>>;
}

/** A real VS Code (code-server) that a browser opens at `url`. */
export class CodeServer {
	#expectedEnd = false;

	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
		/** User data (settings, logs) and extensions live here. */
		readonly home: string,
		private readonly ownsHome: boolean,
	) {}

	/** Path from the environment, where the developer commands put it. */
	static entry(): string {
		const entry = process.env['WINDSOCK_CODE_SERVER'];
		if (!entry || !existsSync(entry)) {
			throw new Error('WINDSOCK_CODE_SERVER names no code-server; run this through `npm test`');
		}
		return entry;
	}

	static async start(options: CodeServerOptions = {}): Promise<CodeServer> {
		const home = options.home ?? (await mkdtemp(path.join(tmpdir(), 'windsock-bench-')));
		await writeSettings(home, 'User', { ...quietSettings, ...options.userSettings });
		await writeSettings(home, 'Machine', options.machineSettings ?? {});
		await installExtensions(home, options.extensions ?? []);

		const child = spawn(
			process.execPath,
			[
				CodeServer.entry(),
				'--auth=none',
				`--bind-addr=127.0.0.1:${options.port ?? 0}`,
				...homeArguments(home),
				'--disable-telemetry',
				'--disable-update-check',
				'--disable-getting-started-override',
				...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
			],
			{
				env: { ...serverVariables(), ...options.variables },
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		const log = createWriteStream(path.join(home, 'code-server.log'), { flags: 'a' });
		let output = '';
		const take = (chunk: Buffer): void => {
			log.write(chunk);
			output = (output + chunk.toString()).slice(-20_000);
		};
		child.stdout.on('data', take);
		child.stderr.on('data', take);
		const url = await waitFor(
			'code-server to listen',
			() => {
				if (child.exitCode !== null) {
					throw new Error(`code-server ended:\n${output}`);
				}
				return /listening on (http:\/\/127\.0\.0\.1:\d+)/i.exec(output)?.[1];
			},
			60_000,
		);
		return new CodeServer(child, url, home, options.home === undefined);
	}

	/** The address of a window on a folder. */
	folderUrl(folder: string): string {
		return `${this.url}/?folder=${encodeURIComponent(folder)}`;
	}

	/** Ends by itself only when it crashed. */
	onUnexpectedEnd(listener: (code: number | null) => void): void {
		this.child.on('close', code => {
			if (!this.#expectedEnd) {
				listener(code);
			}
		});
	}

	extensionHosts(): readonly ProcessEntry[] {
		return descendants(this.child.pid ?? -1).filter(entry =>
			entry.command.includes('--type=extensionHost'),
		);
	}

	/**
	 * Kills the extension hosts, as a crash or a closed laptop would in time: closing the browser
	 * alone leaves them alive for hours.
	 */
	async killExtensionHosts(): Promise<void> {
		const hosts = this.extensionHosts();
		hosts.forEach(host => process.kill(host.pid, 'SIGKILL'));
		await waitFor('the extension hosts to end', () => !hosts.some(isRunning));
	}

	/** Waits until the server and its extension hosts have been all but idle for two seconds. */
	async settle(): Promise<void> {
		let ticks = -1;
		let since = Date.now();
		await waitFor('the window to settle', () => {
			const pids = [
				this.child.pid ?? -1,
				...descendants(this.child.pid ?? -1).map(({ pid }) => pid),
			];
			const now = pids.reduce((sum, pid) => sum + cpuTicks(pid), 0);
			// A tick is 10 ms: what wakes up now and then does not count.
			if (ticks < 0 || Math.abs(now - ticks) > 10) {
				ticks = now;
				since = Date.now();
			}
			return Date.now() - since > 2_000;
		});
	}

	/** Files in which VS Code notes that a custom editor has kept unsaved work. */
	async customEditorBackups(): Promise<readonly string[]> {
		const folder = path.join(this.home, 'data', 'User', 'Backups');
		const files = await readdir(folder, { recursive: true }).catch(() => []);
		return files.filter(file => /vscode-custom-editor.[^/\\]+$/.test(file));
	}

	/** Whether Windsock has kept a text on disk as unsaved work. Other tests' work may lie there too. */
	async hasKept(text: string): Promise<boolean> {
		const folder = path.join(this.home, 'data', 'User', 'workspaceStorage');
		const names = await readdir(folder, { recursive: true }).catch(() => []);
		const own = names.filter(name => /windsock\.windsock.-?\w+$/.test(name));
		const texts = await Promise.all(
			own.map(name => readFile(path.join(folder, name), 'utf8').catch(() => '')),
		);
		return texts.some(kept => kept.includes(text));
	}

	/** Copies what VS Code and its extensions logged, for a look after a failure. */
	async keepLogs(folder: string): Promise<void> {
		await rm(folder, { recursive: true, force: true });
		await cp(path.join(this.home, 'data', 'logs'), folder, { recursive: true });
	}

	/** Ends every process it started and removes what it made. */
	async stop(): Promise<void> {
		this.#expectedEnd = true;
		const pid = this.child.pid;
		if (pid !== undefined && this.child.exitCode === null) {
			const below = descendants(pid);
			this.child.kill('SIGTERM');
			await waitFor('code-server to end', () => !below.some(isRunning) && ended(this.child), 5_000)
				// Extension hosts outlive their server by design; they go by their own pids.
				.catch(() => {
					below.filter(isRunning).forEach(entry => process.kill(entry.pid, 'SIGKILL'));
					this.child.kill('SIGKILL');
				});
			await waitFor('code-server to be gone', () => !below.some(isRunning) && ended(this.child));
		}
		if (this.ownsHome) {
			await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
		}
	}
}

function ended(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null;
}

function homeArguments(home: string): string[] {
	return [
		`--config=${path.join(home, 'config.yaml')}`,
		`--user-data-dir=${path.join(home, 'data')}`,
		`--extensions-dir=${path.join(home, 'extensions')}`,
	];
}

/** This process's variables without those by which an outer VS Code would steer the inner one. */
function serverVariables(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) => !/^(VSCODE|ELECTRON|CODE_SERVER|NODE_OPTIONS|VITEST)/.test(name),
		),
	);
}

async function writeSettings(
	home: string,
	scope: 'User' | 'Machine',
	settings: Readonly<Record<string, unknown>>,
): Promise<void> {
	const file = path.join(home, 'data', scope, 'settings.json');
	const before: unknown = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, JSON.stringify({ ...(before as object), ...settings }, null, '\t'));
}

async function installExtensions(home: string, files: readonly string[]): Promise<void> {
	if (files.length === 0) {
		return;
	}
	await promisify(execFile)(
		process.execPath,
		[
			CodeServer.entry(),
			...homeArguments(home),
			...files.flatMap(file => ['--install-extension', file]),
			'--force',
		],
		{ env: serverVariables() },
	);
}
