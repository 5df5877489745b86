import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import type { Progress } from '../../core/training/launchRequest';
import type { FileSources, OpenedSources } from '../../node/metrics/fileSources';
import type { Notifications } from '../notifications';
import type { MetricSourcesOfFiles } from './metricSourcesOfFiles';

/** Sources that are laid over each other without a question. */
const shownAtOnce = 20;

interface SourceItem extends vscode.QuickPickItem {
	readonly id: string;
}

export interface OpenMetricsServices {
	readonly files: MetricSourcesOfFiles;
	readonly notifications: Notifications;
	/** Shows sources in a run monitor. */
	readonly show: (ids: readonly string[]) => void;
}

/**
 * Opens what files and folders hold, in a run monitor.
 *
 * @param argument what the explorer gives with its menu: the file, and all that are selected
 */
export async function openMetrics(
	services: OpenMetricsServices,
	argument: unknown,
	selected: unknown,
): Promise<void> {
	const uris = urisOf(argument, selected) ?? (await askForFiles());
	if (uris === undefined) {
		return;
	}
	const paths = uris.filter(uri => uri.scheme === 'file').map(uri => uri.fsPath);
	if (paths.length < uris.length) {
		const [other] = uris.filter(uri => uri.scheme !== 'file');
		const reason =
			'metrics are read from files on a disk; of a host open them with “Open Metrics on Host…”';
		services.notifications.error(
			new WindsockError('fileUnreadable', { path: other?.path, reason }),
		);
	}
	await openPaths(services, paths);
}

/** @param paths of this machine, or `host:path` */
export async function openPaths(
	{ files, notifications, show }: OpenMetricsServices,
	paths: readonly string[],
): Promise<void> {
	const sources = await files.ready();
	const ids: string[] = [];
	for (const path of paths) {
		const opened = await notifications.progress('Looking for metrics', (progress, signal) =>
			openPath(sources, path, progress, signal),
		);
		if (!opened.ok) {
			notifications.error(opened.error);
			continue;
		}
		ids.push(...opened.value.ids);
		const [left] = opened.value.left;
		if (left !== undefined) {
			const all = opened.value.left.map(({ what, count }) => `${count} ${what}`).join(', ');
			void notifications.info(`Not everything in ${path} was looked at: ${all}.`);
		}
	}
	const chosen = ids.length > shownAtOnce ? await choose(sources, ids) : ids;
	if (chosen !== undefined && chosen.length > 0) {
		show([...new Set(chosen)]);
	}
}

function openPath(
	sources: FileSources,
	path: string,
	progress: Progress,
	signal: AbortSignal,
): Promise<Result<OpenedSources>> {
	return sources.open(path, {
		signal,
		onProgress: (folders, found) => {
			const where = folders === 1 ? '1 folder' : `${folders} folders`;
			progress.report(`${found} found in ${where}`);
		},
	});
}

/** Undefined when the command came without files, as from the palette. */
function urisOf(argument: unknown, selected: unknown): readonly vscode.Uri[] | undefined {
	const all = Array.isArray(selected) ? selected.filter(one => one instanceof vscode.Uri) : [];
	if (all.length > 0) {
		return all;
	}
	return argument instanceof vscode.Uri ? [argument] : undefined;
}

/** Dialogs choose either files or folders, but on macOS. */
async function askForFiles(): Promise<readonly vscode.Uri[] | undefined> {
	const kind =
		process.platform === 'darwin'
			? 'both'
			: (
					await vscode.window.showQuickPick(
						[
							{
								label: 'Folder…',
								detail: 'All metrics in it and below, as several runs',
								iconPath: vscode.ThemeIcon.Folder,
								kind: 'folder' as const,
							},
							{
								label: 'Files…',
								detail:
									'TensorBoard events, trainer_state.json, trainer_log.jsonl, Trackio, W&B, CSV, JSON lines, logs',
								iconPath: vscode.ThemeIcon.File,
								kind: 'files' as const,
							},
						].map(({ kind: chosen, ...item }) => ({ ...item, chosen })),
						{ title: 'Open Metrics', placeHolder: 'What to read metrics from' },
					)
				)?.chosen;
	return kind === undefined
		? undefined
		: vscode.window.showOpenDialog({
				title: 'Open Metrics',
				openLabel: 'Open Metrics',
				canSelectFiles: kind !== 'folder',
				canSelectFolders: kind !== 'files',
				canSelectMany: true,
			});
}

async function choose(
	sources: FileSources,
	ids: readonly string[],
): Promise<readonly string[] | undefined> {
	const items = ids.map((id, i) => ({ ...sourceItem(sources, id), picked: i < shownAtOnce }));
	const picked = await vscode.window.showQuickPick(items, {
		title: `${ids.length} runs found`,
		placeHolder: 'Choose those to lay over each other',
		canPickMany: true,
		matchOnDescription: true,
		matchOnDetail: true,
		ignoreFocusOut: true,
	});
	return picked?.map(item => item.id);
}

export function sourceItem(sources: FileSources, id: string): SourceItem {
	const source = sources.get(id);
	return {
		id,
		label: source?.name ?? id,
		description: source?.format ?? '',
		detail: source?.where ?? '',
	};
}
