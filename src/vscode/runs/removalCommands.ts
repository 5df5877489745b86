import * as vscode from 'vscode';
import { byteSize } from '../../core/base/byteSize';
import { messageFor } from '../../core/base/errorMessages';
import type { ErrorCode, WindsockError } from '../../core/base/errors';
import { withoutLinks } from '../../core/base/foreignText';
import type { RunLibrary } from '../../core/training/runLibrary';
import { describeRemoval } from '../../core/training/runRemoval';
import type { RunRemoval } from '../../node/runs/runRemoval';
import type { Notifications } from '../notifications';

export interface RemovalServices {
	readonly library: RunLibrary;
	readonly removal: RunRemoval;
	readonly notifications: Notifications;
}

const words = {
	delete: {
		look: 'Looking at what goes with',
		question: (name: string) => `Delete the run “${name}”?`,
		action: 'Delete Run',
		going: 'Deleting',
	},
	archive: {
		look: 'Looking at what can go of',
		question: (name: string) => `Archive the run “${name}”?`,
		action: 'Archive Run',
		going: 'Archiving',
	},
};

/** Shows what goes, asks, and lets it go. */
export async function removeRun(
	runId: string,
	kind: 'delete' | 'archive',
	{ library, removal, notifications }: RemovalServices,
): Promise<void> {
	const name = library.get(runId)?.name ?? runId;
	const { look, question, action, going } = words[kind];
	const preview = await notifications.progress(`${look} ${name}`, (_, signal) =>
		removal.preview(runId, { signal }),
	);
	if (!preview.ok) {
		if (kind === 'delete' && hostIsGone.has(preview.error.code)) {
			await offerForgetting(runId, preview.error, removal);
		} else {
			notifications.error(preview.error);
		}
		return;
	}
	const detail = withoutLinks(describeRemoval(preview.value, kind).join('\n\n'));
	const answer = await vscode.window.showWarningMessage(
		question(name),
		{ modal: true, detail },
		action,
	);
	if (answer !== action) {
		return;
	}
	const removed = await notifications.progress(`${going} ${name}`, (_, signal) =>
		removal[kind](runId, { signal }),
	);
	if (!removed.ok) {
		notifications.error(removed.error);
		return;
	}
	const freed = byteSize(removed.value.bytes);
	void notifications.info(
		kind === 'delete'
			? `Deleted “${name}”: ${freed} freed on ${preview.value.hostName}.`
			: `Archived “${name}”: ${freed} freed on ${preview.value.hostName}. It stands under Archived in the Runs view.`,
	);
}

const hostIsGone: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'hostUnknown',
	'hostUnreachable',
	'connectionLost',
	'authenticationFailed',
]);

/** A host that is no more would keep its runs in the list for ever. */
async function offerForgetting(
	runId: string,
	error: WindsockError,
	removal: RunRemoval,
): Promise<void> {
	const action = 'Remove from List';
	const text = withoutLinks(messageFor(error));
	const question = `${text} The run can be taken off this list only; on its host nothing is touched.`;
	if ((await vscode.window.showErrorMessage(question, action)) === action) {
		removal.forget(runId);
	}
}
