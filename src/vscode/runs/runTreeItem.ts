import * as vscode from 'vscode';
import { byteSize } from '../../core/base/byteSize';
import { formatDuration } from '../../core/metrics/format';
import { formatModelRef } from '../../core/training/modelRef';
import { originText } from '../../core/training/runOrigin';
import type {
	RunCheckpoint,
	RunOrigin,
	RunStateName,
	RunSummary,
} from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import { stateWord } from '../../core/training/runStateWords';

/** A run in the tree; commands get it as their argument. */
export interface RunItem {
	readonly kind: 'run';
	readonly runId: string;
}

/** A checkpoint below its run. */
export interface CheckpointItem {
	readonly kind: 'checkpoint';
	readonly runId: string;
	readonly step: number;
	readonly complete: boolean;
	readonly bytes: number;
	readonly adapter: boolean;
	readonly merged: boolean;
	readonly sharded?: boolean;
	/** How recipes name it as a model. */
	readonly ref: string;
	/** False for an incomplete one that its run has left so. */
	readonly isBeingWritten: boolean;
}

/** Runs whose checkpoints were removed to keep only their records. */
export interface ArchiveItem {
	readonly kind: 'archive';
	readonly count: number;
}

/** What stands in place of checkpoints that cannot be listed. */
export interface NoteItem {
	readonly kind: 'note';
	readonly text: string;
}

export type RunTreeItem = RunItem | CheckpointItem | ArchiveItem | NoteItem;

const icons: Readonly<Record<RunStateName, vscode.ThemeIcon>> = {
	queued: new vscode.ThemeIcon('clock'),
	preparing: new vscode.ThemeIcon('loading~spin'),
	running: new vscode.ThemeIcon('sync~spin'),
	stopping: new vscode.ThemeIcon('debug-pause'),
	finished: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
	failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
	lost: new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('testing.iconFailed')),
	unknown: new vscode.ThemeIcon('question'),
};

export function runTreeItem(run: RunSummary, origin?: RunOrigin): vscode.TreeItem {
	const isArchived = run.archivedAt !== undefined;
	const item = new vscode.TreeItem(
		run.name,
		run.kind === 'train' && !isArchived
			? vscode.TreeItemCollapsibleState.Collapsed
			: vscode.TreeItemCollapsibleState.None,
	);
	item.id = run.id;
	item.description = describeRun(run);
	item.iconPath = icons[run.state];
	const going = run.state === 'queued' ? 'running.queued' : 'running';
	const context = isArchived ? 'archived' : hasEnded(run.state) ? run.state : going;
	item.contextValue = `run.${run.kind}.${context}`;
	item.tooltip = [
		`${run.name}: ${stateWord(run.state)}`,
		...(run.message === '' ? [] : [run.message]),
		`${run.method ?? run.kind} on ${run.hostName}`,
		[new Date(run.createdAt).toLocaleString(), ...(run.author ? [`by ${run.author}`] : [])].join(
			' ',
		),
		...(origin === undefined ? [] : [originText(origin)]),
		...(run.reports ?? []).map(({ tracker, url, note }) => `${tracker}: ${url ?? note ?? ''}`),
		...(run.archivedAt === undefined
			? []
			: [`Archived ${new Date(run.archivedAt).toLocaleString()}: its checkpoints are gone.`]),
		run.id,
	].join('\n');
	item.accessibilityInformation = {
		label: `${run.name}, ${stateWord(run.state)}, ${describeRun(run)}`,
	};
	if (run.kind === 'train') {
		item.command = {
			command: 'windsock.run.showMetrics',
			title: 'Show Metrics',
			arguments: [run.id],
		};
	}
	return item;
}

/** "step 12/60 · gpu1 · 3 min", "queued · Priority (other jobs come first) · login" */
export function describeRun(run: RunSummary): string {
	const parts = [
		...(run.step === undefined ? [] : [`step ${run.step}/${run.maxSteps ?? '?'}`]),
		run.hostName,
		...(run.seconds === undefined ? [] : [formatDuration(run.seconds)]),
	];
	if (run.state === 'queued') {
		// What it waits for comes first, as a narrow view cuts the end off.
		const reason = run.message.replace(/^Job \d+ [a-z ]+ queue: /, '').replace(/\.$/, '');
		return [run.state, ...(reason === '' ? [] : [reason]), ...parts].join(' · ');
	}
	return run.state === 'running' || run.state === 'finished'
		? parts.join(' · ')
		: [stateWord(run.state), ...parts].join(' · ');
}

export function checkpointTreeItem(item: CheckpointItem): vscode.TreeItem {
	const shown = new vscode.TreeItem(`${item.merged ? 'merged' : 'checkpoint'} ${item.step}`);
	shown.id = `${item.runId}@${item.step}${item.merged ? '+' : ''}`;
	const icon = item.complete ? 'save' : item.isBeingWritten ? 'loading~spin' : 'circle-slash';
	shown.iconPath = new vscode.ThemeIcon(item.merged && item.complete ? 'git-merge' : icon);
	const kind = item.adapter
		? ['adapter']
		: item.merged
			? ['model']
			: item.sharded === true
				? ['in shards']
				: [];
	shown.description = [
		...(item.complete ? [] : [item.isBeingWritten ? 'being written' : 'incomplete']),
		...(item.bytes === 0 ? [] : [byteSize(item.bytes)]),
		...kind,
	].join(' · ');
	shown.tooltip = item.complete
		? item.ref
		: item.isBeingWritten
			? 'The run is writing it.'
			: 'Its writing was broken off: nothing can start from it.';
	const kindOfWeights = item.adapter ? '.adapter' : item.sharded === true ? '.sharded' : '';
	const context = item.merged ? '.merged' : `.train${kindOfWeights}`;
	shown.contextValue = item.complete ? `checkpoint${context}` : 'checkpoint';
	return shown;
}

export function archiveTreeItem(item: ArchiveItem): vscode.TreeItem {
	const shown = new vscode.TreeItem('Archived', vscode.TreeItemCollapsibleState.Collapsed);
	shown.id = 'archive';
	shown.description = String(item.count);
	shown.iconPath = new vscode.ThemeIcon('archive');
	shown.tooltip = 'Runs of which only the records are kept';
	shown.contextValue = 'archive';
	return shown;
}

export function noteTreeItem(item: NoteItem): vscode.TreeItem {
	const shown = new vscode.TreeItem(item.text);
	shown.contextValue = 'note';
	return shown;
}

/** A merged model stands behind the adapter that it was made of. */
function newestFirst(a: RunCheckpoint, b: RunCheckpoint): number {
	return b.step - a.step || Number(a.merged) - Number(b.merged);
}

/** @param runDir the run folder on its host, where it is known */
export function checkpointItems(
	runId: string,
	checkpoints: readonly RunCheckpoint[],
	state: RunStateName | undefined,
	runDir: string,
): RunTreeItem[] {
	// A run writes one at a time, the newest.
	const isWriting = state === 'running' || state === 'stopping';
	const newest = checkpoints.findLast(({ merged }) => !merged);
	return checkpoints.length === 0
		? [{ kind: 'note', text: 'No checkpoint yet' }]
		: checkpoints.toSorted(newestFirst).map(checkpoint => ({
				kind: 'checkpoint',
				runId,
				...checkpoint,
				ref: checkpoint.merged
					? `path:${runDir}/checkpoints/merged-${checkpoint.step}`
					: formatModelRef({ kind: 'run', run: runId, step: checkpoint.step }),
				isBeingWritten: isWriting && checkpoint === newest && !checkpoint.complete,
			}));
}
