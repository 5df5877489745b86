import * as vscode from 'vscode';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { Notifications } from '../notifications';

const saveFirst = 'Stop Run';
const atOnce = 'Stop Now';

/** Asks how a run is to end, and ends it so. */
export async function stopRun(
	library: RunLibrary,
	notifications: Notifications,
	runId: string,
): Promise<void> {
	const run = library.get(runId);
	const name = run?.name ?? runId;
	const isStopping = run?.state === 'stopping';
	const detail = isStopping
		? 'It is saving its work. “Stop Now” ends it without that; what it has written is kept.'
		: 'It saves a checkpoint first. “Stop Now” ends it without that; what it has written is kept.';
	const choices = isStopping ? [atOnce] : [saveFirst, atOnce];
	const answer = await vscode.window.showWarningMessage(
		`Stop the run “${name}”?`,
		{ modal: true, detail },
		...choices,
	);
	if (answer === undefined) {
		return;
	}
	const now = answer === atOnce;
	const stopped = await notifications.progress(`Stopping ${name}`, (_, signal) =>
		library.stop(runId, { now, signal }),
	);
	if (!stopped.ok) {
		notifications.error(stopped.error);
	}
}
