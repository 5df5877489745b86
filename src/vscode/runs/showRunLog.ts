import * as vscode from 'vscode';
import { loggedPlace } from '../../core/metrics/loggedPlace';
import { placeInLog } from '../../core/metrics/logPlace';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { Notifications } from '../notifications';
import { runLogUri } from './runLogProvider';

type Logs = Pick<RunLibrary, 'get' | 'log' | 'runMetrics' | 'loadMetrics'>;

/** Opens a run's log at the line of a step, or at its end; says so where no line is of that step. */
export async function showRunLog(
	library: Logs,
	notifications: Pick<Notifications, 'info'>,
	runId: string,
	step?: number,
): Promise<void> {
	const run = library.get(runId);
	const document = await vscode.workspace.openTextDocument(runLogUri(runId, run?.name ?? runId));
	const editor = await vscode.window.showTextDocument(document, { preview: true });
	const end = document.lineCount - 1;
	if (step === undefined) {
		const place = document.lineAt(end).range.end;
		editor.revealRange(new vscode.Range(place, place));
		return;
	}
	await library.loadMetrics(runId);
	const wanted = loggedPlace(library.runMetrics(runId), step, run?.maxSteps);
	const place = placeInLog(library.log(runId), wanted);
	// The text of an open tab may be a moment behind the log.
	const { range } = document.lineAt(Math.min(place?.line ?? end, end));
	editor.selection = new vscode.Selection(range.start, range.end);
	editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
	if (place?.by !== 'step') {
		const shown =
			place === undefined
				? 'It names no step and no time; its end is shown.'
				: place.by === 'time'
					? 'The line written nearest to its time is shown.'
					: `The nearest line, of step ${place.step}, is shown.`;
		void notifications.info(`No line of this log is of step ${step}. ${shown}`);
	}
}
