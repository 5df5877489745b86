import * as vscode from 'vscode';
import type { MetricSource } from '../../core/metrics/metricSource';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { stateWord } from '../../core/training/runStateWords';
import type { FoundSource } from '../../node/metrics/fileSources';
import type { MetricSourcesOfFiles } from './metricSourcesOfFiles';

interface SourcePick extends vscode.QuickPickItem {
	readonly id?: string;
	/** Files that nobody has opened yet. */
	readonly found?: FoundSource;
}

/**
 * Runs and files to lay over each other: the runs of the workspace, the files that were opened, and
 * those that the folders of the workspace hold, which are looked for meanwhile. Those shown keep
 * their place and colour; further ones follow. Undefined when the person leaves.
 */
export async function pickSources(
	library: RunLibrary,
	files: MetricSourcesOfFiles,
	chosen: readonly string[],
): Promise<readonly string[] | undefined> {
	const sources = await files.ready();
	const pick = vscode.window.createQuickPick<SourcePick>();
	const abort = new AbortController();
	pick.title = 'Runs to show';
	pick.placeholder = 'Choose runs, and what other tools have logged';
	pick.canSelectMany = true;
	pick.matchOnDescription = true;
	pick.matchOnDetail = true;
	const runs = library.list().filter(run => run.kind === 'train' || chosen.includes(run.id));
	const opened = sources.known;
	const known = [
		...heading('Runs of this workspace', runs.map(pickOfRun)),
		...heading('Opened files', opened.map(pickOfSource)),
	];
	pick.items = known;
	pick.selectedItems = known.filter(item => item.id !== undefined && chosen.includes(item.id));
	const { promise, resolve } = Promise.withResolvers<readonly SourcePick[] | undefined>();
	pick.onDidAccept(() => {
		resolve(pick.selectedItems);
		pick.hide();
	});
	pick.onDidHide(() => {
		abort.abort();
		resolve(undefined);
		pick.dispose();
	});
	pick.busy = true;
	pick.show();
	const isOpened = new Set(opened.map(({ id }) => id.slice(0, id.lastIndexOf('#'))));
	const found = await findInWorkspace(files, abort.signal);
	if (!abort.signal.aborted) {
		const others = found.filter(({ id }) => !isOpened.has(id.slice(0, id.lastIndexOf('#'))));
		// Setting the items takes the marks off them.
		const marked = pick.selectedItems;
		pick.items = [...known, ...heading('Found in this workspace', others.map(pickOfFound))];
		pick.selectedItems = marked;
		pick.busy = false;
	}
	const picked = await promise;
	if (picked === undefined) {
		return undefined;
	}
	const ids: string[] = [];
	for (const item of picked) {
		if (item.found) {
			const read = await sources.openFound(item.found);
			ids.push(...(read.ok ? read.value : []));
		} else if (item.id !== undefined) {
			ids.push(item.id);
		}
	}
	return [...chosen.filter(id => ids.includes(id)), ...ids.filter(id => !chosen.includes(id))];
}

async function findInWorkspace(
	files: MetricSourcesOfFiles,
	signal: AbortSignal,
): Promise<readonly FoundSource[]> {
	const sources = await files.ready();
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(
		folder => folder.uri.scheme === 'file',
	);
	const all: FoundSource[] = [];
	for (const { uri } of folders) {
		const found = await sources.find(uri.fsPath, { signal });
		all.push(...(found.ok ? found.value.sources : []));
	}
	return all;
}

function heading(label: string, items: readonly SourcePick[]): readonly SourcePick[] {
	return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

export function pickOfRun(run: RunSummary): SourcePick & { readonly id: string } {
	return {
		label: run.name,
		description: [stateWord(run.state), run.hostName].join(' · '),
		detail: new Date(run.createdAt).toLocaleString(),
		id: run.id,
	};
}

function pickOfSource({ id, name, format, where }: MetricSource): SourcePick {
	return { label: name, description: format ?? '', detail: where, id };
}

function pickOfFound(found: FoundSource): SourcePick {
	const { name, format, path } = found.source;
	return { label: name, description: format, detail: path, found };
}
