import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { WindsockError } from '../../core/base/errors';
import { graphState } from '../../core/graph/graphState';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { Result } from '../../core/base/result';
import type { GraphPicture } from '../../node/graph/graphPicture';
import type { LoadedGraph } from '../../node/graph/loadedGraph';
import type { OwnPrograms } from '../../node/graph/ownPrograms';
import type { Notifications } from '../notifications';
import { GraphAdvancing } from './graphAdvancing';
import { GraphBoardPanels } from './graphBoardPanels';
import type { GraphBoardParts } from './graphBoardSession';
import { workspaceRoot } from '../workspace/workspaceRoot';
import { pickGraph } from './pickGraph';

export interface GraphFeatureParts extends Omit<GraphBoardParts, 'advancing' | 'isTrusted'> {
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly notifications: Notifications;
	readonly extensionUri: vscode.Uri;
	/** Hashes of foreign code that the user has agreed to run. */
	readonly trusted: () => readonly string[];
	/** Asks whether programs that its recipes name may run. */
	readonly mayRun: (programs: OwnPrograms, hosts: readonly string[]) => Promise<boolean>;
}

const yaml: vscode.DocumentSelector = [{ language: 'yaml', scheme: 'file' }];

/** Graphs of runs: the lens in their files, the board, and what brings them on. */
export function registerGraphs(parts: GraphFeatureParts): Disposable {
	const own = new DisposableStore();
	const graphs = own.add(new GraphCommands(parts));
	const command = (id: string, work: (graph: string) => Promise<void> | void): void => {
		own.add(
			vscode.commands.registerCommand(id, async (argument: unknown) => {
				const graph = argument instanceof vscode.Uri ? argument.fsPath : await pickGraph();
				if (graph !== undefined) {
					await work(graph);
				}
			}),
		);
	};
	command('windsock.graph.run', graph => graphs.run(graph));
	command('windsock.graph.show', graph => graphs.show(graph));
	own.add(vscode.languages.registerCodeLensProvider(yaml, { provideCodeLenses: lenses }));
	return own;
}

class GraphCommands implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #advancing: GraphAdvancing;
	readonly #panels: GraphBoardPanels;

	constructor(private readonly services: GraphFeatureParts) {
		this.#advancing = this.#parts.add(new GraphAdvancing(services.graphs, services.trusted));
		const board = {
			...services,
			advancing: this.#advancing,
			isTrusted: () => vscode.workspace.isTrusted,
		};
		this.#panels = this.#parts.add(new GraphBoardPanels(board, services.extensionUri, this));
		this.#panels.register();
	}

	show(graph: string): void {
		this.#panels.show(graph);
	}

	/** Asks where, shows the board and brings the graph on. */
	async run(graph: string): Promise<void> {
		await saveIfDirty(graph);
		const { loadGraph } = await import('../../node/graph/loadedGraph');
		const loaded = await loadGraph(graph);
		if (!loaded.ok) {
			this.services.notifications.error(loaded.error);
			return;
		}
		const hosts = await this.#pickHosts(await this.#hostsOf(graph));
		if (hosts === undefined) {
			return;
		}
		if (!(await this.#mayRun(loaded.value, hosts))) {
			return;
		}
		this.#panels.show(graph);
		await this.#tell(this.#advancing.run(graph, hosts));
	}

	/** Asks once more, for what runs again replaces what is there. */
	async restart(graph: string, stage: string, again: readonly string[]): Promise<void> {
		const others = again.slice(1);
		const detail =
			others.length === 0
				? 'Nothing depends on it. Its earlier run stays in the list.'
				: `What depends on it runs again too: ${others.join(', ')}. Earlier runs stay in the list.`;
		const go = 'Restart';
		const title = `Restart “${stage}”?`;
		const answer = await vscode.window.showWarningMessage(title, { modal: true, detail }, go);
		if (answer !== go) {
			return;
		}
		await saveIfDirty(graph);
		const before = await this.#hostsOf(graph);
		const hosts = before.length > 0 ? before : await this.#pickHosts([]);
		const { loadGraph } = await import('../../node/graph/loadedGraph');
		const loaded = await loadGraph(graph);
		if (!loaded.ok) {
			this.services.notifications.error(loaded.error);
		} else if (hosts !== undefined && (await this.#mayRun(loaded.value, hosts))) {
			await this.#tell(this.#advancing.restart(graph, stage, hosts));
		}
	}

	async #mayRun(loaded: LoadedGraph, hosts: readonly string[]): Promise<boolean> {
		const { ownPrograms } = await import('../../node/graph/ownPrograms');
		const programs = await ownPrograms(loaded, workspaceRoot() ?? dirname(loaded.path));
		return programs === undefined || this.services.mayRun(programs, hosts);
	}

	dispose(): void {
		this.#parts.dispose();
	}

	/** Hosts that it is brought on with, or that its own runs are on. */
	async #hostsOf(graph: string): Promise<readonly string[]> {
		const now = this.#advancing.of(graph);
		if (now !== undefined) {
			return now.hosts;
		}
		const picture = await (await this.services.graphs()).open(graph);
		const runs = picture.ok ? picture.value : undefined;
		const own = runs?.runs.filter(run => run.graph?.id === runs.loaded.graph.id) ?? [];
		return [...new Set(own.map(({ hostName }) => hostName))];
	}

	async #pickHosts(before: readonly string[]): Promise<readonly string[] | undefined> {
		const { hosts } = this.services;
		const entries = await hosts.entries();
		const items = entries
			.map(({ name, source, address }) => ({
				label: name,
				description: source === 'local' ? `this machine, ${address}` : address,
				picked:
					before.length === 0 ? name === 'local' && entries.length === 1 : before.includes(name),
			}))
			.toSorted((a, b) => Number(b.picked) - Number(a.picked));
		const picked = await vscode.window.showQuickPick(items, {
			canPickMany: true,
			ignoreFocusOut: true,
			title: 'Run Graph: Hosts',
			placeHolder: 'Where its stages run; what hands a checkpoint on stays on one host',
			matchOnDescription: true,
		});
		if (picked === undefined || picked.length === 0) {
			return undefined;
		}
		for (const { label } of picked) {
			hosts.allowRetry(label);
		}
		return picked.map(({ label }) => label);
	}

	async #tell(work: Promise<Result<GraphPicture>> | undefined): Promise<void> {
		const done = await work;
		if (done === undefined) {
			return;
		}
		const { notifications } = this.services;
		if (!done.ok) {
			notifications.error(done.error);
			return;
		}
		const { loaded, statuses } = done.value;
		const all = [...statuses.values()];
		const failed = all.filter(({ state }) => ['failed', 'lost', 'stopped'].includes(state));
		const names = failed.map(({ name }) => name).join(', ');
		if (graphState(all) === 'finished') {
			void notifications.info(`The graph ${loaded.graph.id} is finished.`);
		} else if (failed.length > 0) {
			notifications.error(new WindsockError('graphStuck', { graph: loaded.graph.id, names }));
		}
	}
}

async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
	const { isGraphText } = await import('../../core/graph/graphFile');
	const text = document.getText();
	const at = text.search(/^graph:/m);
	if (at < 0 || !isGraphText(text)) {
		return [];
	}
	const { line } = document.positionAt(at);
	const lens = (title: string, command: string): vscode.CodeLens =>
		new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
			title,
			command,
			arguments: [document.uri],
		});
	return [
		lens('$(play) Run Graph…', 'windsock.graph.run'),
		lens('$(type-hierarchy-sub) Show Board', 'windsock.graph.show'),
	];
}

async function saveIfDirty(file: string): Promise<void> {
	const open = vscode.workspace.textDocuments.filter(
		({ uri, isDirty }) => isDirty && uri.scheme === 'file' && uri.fsPath === file,
	);
	for (const document of open) {
		await document.save();
	}
}
