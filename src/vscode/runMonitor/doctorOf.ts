import * as vscode from 'vscode';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { DoctorReport } from '../../protocol/runMonitor';
import type { DismissedFindings } from '../doctor/dismissedFindings';
import { showChangeCommand } from '../doctor/recipeChange';
import { MonitorDoctor, type JudgedSources } from './monitorDoctor';

/** Makes the doctor of one page, which is told by `say`. */
export type DoctorFor = (say: (reports: readonly DoctorReport[]) => void) => MonitorDoctor;

/** What all pages have in common: where runs come from, and what was dismissed. */
export function doctorOf(
	sources: JudgedSources,
	library: Pick<RunLibrary, 'describe'>,
	dismissed: DismissedFindings,
): DoctorFor {
	return say =>
		new MonitorDoctor(sources, library, dismissed, say, (runId, { title, changes }) => {
			void vscode.commands.executeCommand(showChangeCommand, { runId, title, changes });
		});
}
