import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { CodeServer } from '../support/bench/codeServer';
import { EditorPage, launchBrowser } from '../support/bench/editorPage';
import { TemporaryWorkspace } from '../support/bench/workspace';
import { writeStandInDatasets } from './standInDatasets';

export interface WalkOptions {
	/** The checkout. */
	readonly root: string;
	/** The packed extension. */
	readonly vsix: string;
	/** Host that all runs of the walk happen on. */
	readonly hostName: string;
	readonly sshConfigFile?: string;
	/** Where the pictures go. */
	readonly pictures: string;
}

/** The published files that the walk opens, where the checkout has them beside it. */
const realDatasets = ['v1_sft_demo.jsonl', 'alpaca_en_demo.json', 'dpo_en_demo.json'] as const;

/** One walk: a bench VS Code on a throw-away copy of the sample workspace, and what it found out. */
export class WalkSession {
	/** Sentences with measured numbers, in the order they came. */
	readonly facts: string[] = [];
	/** Ids of the runs started so far, by what they are in the loop. */
	readonly runs = new Map<string, string>();
	/** Whether the published datasets are in use, or the walk's own of the same shapes. */
	readonly #usesRealDatasets: boolean;
	#editor: EditorPage | undefined;
	#pictures = 0;

	private constructor(
		readonly options: WalkOptions,
		readonly workspace: TemporaryWorkspace,
		readonly server: CodeServer,
		/** Where the host keeps the walk's runs. The host is this machine in both kinds of walk. */
		readonly runsRoot: string,
		private readonly browser: Browser,
		realData: boolean,
	) {
		this.#usesRealDatasets = realData;
	}

	static async start(options: WalkOptions): Promise<WalkSession> {
		const workspace = await TemporaryWorkspace.create(options.root);
		const shared = path.join(options.root, '..', 'shared', 'data', 'llama-factory');
		const realData = realDatasets.every(name => existsSync(path.join(shared, name)));
		if (realData) {
			for (const name of realDatasets) {
				await copyFile(path.join(shared, name), workspace.path(`data/${name}`));
			}
		} else {
			await writeStandInDatasets(workspace);
		}
		const runsRoot = await mkdtemp(path.join(tmpdir(), 'windsock-runs-'));
		const server = await CodeServer.start({
			extensions: [options.vsix],
			machineSettings: {
				'windsock.hosts': { [options.hostName]: { runRoot: runsRoot } },
				...(options.sshConfigFile && { 'windsock.sshConfigFile': options.sshConfigFile }),
				'windsock.annotator': 'walker',
			},
		});
		const session = new WalkSession(
			options,
			workspace,
			server,
			runsRoot,
			await launchBrowser(),
			realData,
		);
		await session.openWindow();
		session.note(
			realData
				? 'opened published datasets (LLaMA-Factory demos)'
				: "opened the walk's own datasets: ../shared/data is not there",
		);
		return session;
	}

	get usesRealDatasets(): boolean {
		return this.#usesRealDatasets;
	}

	get editor(): EditorPage {
		if (!this.#editor) {
			throw new Error('the window is closed');
		}
		return this.#editor;
	}

	get hostName(): string {
		return this.options.hostName;
	}

	note(fact: string): void {
		this.facts.push(fact);
	}

	async openWindow(): Promise<void> {
		this.#editor = await EditorPage.open(
			this.browser,
			this.server.folderUrl(this.workspace.folder),
			this.options.pictures,
		);
	}

	/** As when the lid is closed: the page goes, and the extension host with it. */
	async closeWindow(): Promise<void> {
		await this.editor.close();
		this.#editor = undefined;
		await this.server.killExtensionHosts();
	}

	/** Numbered in the order of the walk. */
	async picture(name: string): Promise<void> {
		this.#pictures++;
		await this.editor.screenshot(`${String(this.#pictures).padStart(2, '0')}-${name}`);
	}

	/** The folder of a run on the host, by its place in the loop. */
	runFolder(name: string): string {
		const id = this.runs.get(name);
		if (id === undefined) {
			throw new Error(`no ${name} run was started`);
		}
		return path.join(this.runsRoot, id);
	}

	async dumpFailure(): Promise<void> {
		await this.#editor?.dump('failure');
		await this.server.keepLogs(path.join(this.options.pictures, 'failure-logs'));
	}

	async stop(): Promise<void> {
		await this.browser.close();
		await this.server.stop();
		await this.#stopRuns();
		await this.workspace.remove();
		await rm(this.runsRoot, { recursive: true, force: true, maxRetries: 5 });
	}

	/** Runs outlive the editor by design, so a walk that failed half-way has to end its own. */
	async #stopRuns(): Promise<void> {
		for (const id of await readdir(this.runsRoot)) {
			const folder = path.join(this.runsRoot, id);
			if (!existsSync(path.join(folder, 'exit.json'))) {
				await promisify(execFile)(
					'python3',
					['-B', '-m', 'windsock_remote', 'stop', folder, '--grace', '1'],
					{ env: { ...process.env, PYTHONPATH: path.join(this.options.root, 'remote') } },
				).catch(() => {}); // It may have ended by itself meanwhile.
			}
		}
	}
}
