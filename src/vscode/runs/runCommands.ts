import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Result } from '../../core/base/result';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import { stateWord } from '../../core/training/runStateWords';
import { authorName } from '../../node/dataset/annotationStore';
import type { RunAgain } from '../../node/runs/runAgain';
import type { RunCloning } from '../../node/runs/runCloning';
import type { RunControl } from '../../node/runs/runControl';
import type { RunRemoval } from '../../node/runs/runRemoval';
import { askForNote, type NoteKeeper } from '../runMonitor/addNote';
import type { Notifications } from '../notifications';
import { annotator } from '../settings';
import { auditMargins, type AuditServices } from './auditMargins';
import { CompareRuns, type CompareRunsServices } from './compareRuns';
import type { LaunchServices, LaunchTraining } from './launchTraining';
import type { RunsTreeProvider } from './runsTreeProvider';
import { showRunLog } from './showRunLog';
import { stopRun } from './stopRun';

export interface RunCommandServices {
	readonly library: RunLibrary;
	readonly notes: NoteKeeper;
	readonly hosts: LaunchServices['hosts'];
	readonly launch: LaunchTraining;
	readonly control: RunControl;
	readonly removal: RunRemoval;
	readonly cloning: RunCloning;
	readonly again: Pick<RunAgain, 'launch'>;
	readonly comparing: CompareRunsServices['comparing'];
	readonly auditing: AuditServices['auditing'];
	readonly jobs: LaunchServices['jobs'];
	readonly gate: LaunchServices['gate'];
	readonly tree: RunsTreeProvider;
	readonly notifications: Notifications;
	/** Folder of a run's mirror on this machine. */
	mirrorPath(runId: string): string;
}

/** What can be done with a run, from the tree, the palette or another view. */
export function registerRunCommands(services: RunCommandServices): Disposable {
	const { library, hosts, launch, control, removal, cloning, tree, notifications, mirrorPath } =
		services;
	const { notes } = services;
	const parts = new DisposableStore();
	const comparison = parts.add(new CompareRuns(services));
	const register = (
		command: string,
		act: (runId: string, item: unknown, selected: unknown) => Promise<void>,
	): void => {
		parts.add(
			vscode.commands.registerCommand(command, async (argument: unknown, selected: unknown) => {
				const runId = runIdOf(argument) ?? (await pickRun(library, command));
				if (runId !== undefined) {
					await act(runId, argument, selected);
				}
			}),
		);
	};
	const tell = (result: Result<unknown>): void => {
		if (!result.ok) {
			notifications.error(result.error);
		}
	};
	register('windsock.run.stop', runId => stopRun(library, notifications, runId));
	register('windsock.run.resume', async (runId, item) => {
		const name = nameOf(library, runId);
		const fromStep = stepOf(item);
		const from = fromStep === undefined ? 'its newest complete checkpoint' : `step ${fromStep}`;
		const aside = fromStep === undefined ? '' : ' Later checkpoints are set aside, not removed.';
		const detail = `It goes on from ${from}, on the same host.${aside}`;
		if (await confirm(`Resume the run “${name}”?`, detail, 'Resume Run')) {
			const resumed = await notifications.progress(`Resuming ${name}`, (_, signal) =>
				control.resume(runId, fromStep, { signal }),
			);
			tell(resumed);
			if (resumed.ok) {
				tree.refresh();
			}
		}
	});
	register('windsock.run.startNow', async runId => {
		const name = nameOf(library, runId);
		const detail =
			'It starts on GPUs that are busy where no other is free, and others wait longer.';
		if (await confirm(`Start the run “${name}” before its turn?`, detail, 'Start Now')) {
			tell(
				await notifications.progress(`Starting ${name}`, (_, signal) =>
					control.startNow(runId, { signal }),
				),
			);
		}
	});
	for (const kind of ['delete', 'archive'] as const) {
		register(`windsock.run.${kind}`, async runId => {
			const { removeRun } = await import('./removalCommands');
			await removeRun(runId, kind, services);
		});
	}
	register('windsock.run.clone', async runId => {
		const written = await cloning.write(runId);
		tell(written);
		if (written.ok) {
			await vscode.window.showTextDocument(vscode.Uri.file(written.value));
		}
	});
	register('windsock.run.again', async runId => {
		const { runAgain } = await import('./runAgain');
		await runAgain(runId, services);
	});
	register('windsock.run.compareInputs', async (runId, _item, selected) => {
		const chosen = (Array.isArray(selected) ? (selected as unknown[]) : []).map(runIdOf);
		await comparison.compare(
			runId,
			chosen.find(id => id !== undefined && id !== runId),
		);
	});
	register('windsock.run.audit', runId => auditMargins(services, runId));
	register('windsock.run.unarchive', async runId => tell(removal.unarchive(runId)));
	register('windsock.run.showLog', (runId, item) =>
		showRunLog(library, notifications, runId, stepOf(item)),
	);
	register('windsock.run.addNote', async (runId, item) => {
		const run = library.get(runId);
		const note = run && (await askForNote(run, authorName(annotator()), stepOf(item)));
		if (note) {
			tell(notes.addNote(runId, note));
		}
	});
	register('windsock.run.copyId', async runId => vscode.env.clipboard.writeText(runId));
	register('windsock.run.openFolder', async runId => {
		const folder = vscode.Uri.file(mirrorPath(runId));
		await vscode.commands.executeCommand('revealInExplorer', folder);
	});
	register('windsock.run.trainFromCheckpoint', async (runId, item) => {
		const ref: unknown = typeof item === 'object' && item ? Reflect.get(item, 'ref') : undefined;
		await launch.run({ model: typeof ref === 'string' ? ref : `run:${runId}` });
	});
	parts.add(
		vscode.commands.registerCommand('windsock.run.refresh', async () => {
			hosts.allowRetry();
			await library.refresh();
			tree.refresh();
		}),
	);
	return parts;
}

/** A run id as given by another command (text) or by the tree (its item). */
function runIdOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const runId: unknown =
		typeof argument === 'object' && argument !== null ? Reflect.get(argument, 'runId') : undefined;
	return typeof runId === 'string' ? runId : undefined;
}

/** The step that a command's item names. */
function stepOf(item: unknown): number | undefined {
	const step: unknown = typeof item === 'object' && item ? Reflect.get(item, 'step') : undefined;
	return typeof step === 'number' ? step : undefined;
}

function nameOf(library: RunLibrary, runId: string): string {
	return library.get(runId)?.name ?? runId;
}

async function confirm(question: string, detail: string, action: string): Promise<boolean> {
	const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
	return answer === action;
}

const fitting: Readonly<Record<string, (run: RunSummary) => boolean>> = {
	'windsock.run.stop': run => !hasEnded(run.state),
	'windsock.run.delete': run => hasEnded(run.state) || run.state === 'unknown',
	'windsock.run.archive': run => hasEnded(run.state) && run.archivedAt === undefined,
	'windsock.run.unarchive': run => run.archivedAt !== undefined,
	'windsock.run.resume': run =>
		hasEnded(run.state) && run.kind === 'train' && run.archivedAt === undefined,
	'windsock.run.startNow': run => run.state === 'queued',
	'windsock.run.clone': run => run.kind === 'train',
	'windsock.run.compareInputs': run => run.kind === 'train',
	'windsock.run.audit': run => run.method === 'dpo' || run.kind === 'score',
	'windsock.run.again': run => run.kind === 'train',
	'windsock.run.trainFromCheckpoint': run => run.kind === 'train' && run.archivedAt === undefined,
};

async function pickRun(library: RunLibrary, command: string): Promise<string | undefined> {
	const runs = library.list().filter(fitting[command] ?? (() => true));
	if (runs.length === 0) {
		void vscode.window.showInformationMessage('There is no run for that in this workspace.');
		return undefined;
	}
	const items = runs.map(run => ({
		label: run.name,
		description: [stateWord(run.state), run.hostName].join(' · '),
		detail: new Date(run.createdAt).toLocaleString(),
		runId: run.id,
	}));
	const picked = await vscode.window.showQuickPick(items, {
		title: 'Run',
		matchOnDescription: true,
	});
	return picked?.runId;
}
