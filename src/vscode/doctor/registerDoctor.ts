import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { withoutLinks } from '../../core/base/foreignText';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { RunCloning } from '../../node/runs/runCloning';
import type { Notifications } from '../notifications';
import { DismissedFindings } from './dismissedFindings';
import { LiveNotices } from './liveNotices';
import { RecipeChange } from './recipeChange';

export interface DoctorServices {
	readonly library: RunLibrary;
	readonly cloning: Pick<RunCloning, 'recipeOf' | 'write'>;
	readonly notifications: Notifications;
	readonly workspaceState: vscode.Memento;
	/** Whether the host of a run tells its owner of such an event by itself. */
	readonly isToldByHost: (runId: string, event: string) => boolean;
}

/** What the doctor does beside the run monitor: changes of recipes, and notices while training. */
export function registerDoctor(services: DoctorServices): Disposable {
	const parts = new DisposableStore();
	parts.add(new RecipeChange(services));
	const notices = parts.add(
		new LiveNotices({
			...services,
			told: new DismissedFindings(services.workspaceState, 'windsock.doctor.told'),
			warn: async (text, ...actions) =>
				vscode.window.showWarningMessage(withoutLinks(text), ...actions),
			showRun: runId => void vscode.commands.executeCommand('windsock.run.showMetrics', runId),
			stopRun: runId => void vscode.commands.executeCommand('windsock.run.stop', runId),
		}),
	);
	parts.add(notices.begin());
	return parts;
}
