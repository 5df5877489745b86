import * as vscode from 'vscode';
import type { Disposable } from '../../core/base/disposable';
import { isSameRun } from '../../core/training/runDiff';
import { runDiffSides } from '../../core/training/runDiffText';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { stateWord } from '../../core/training/runStateWords';
import type { RunComparison } from '../../node/runs/runComparison';
import type { Notifications } from '../notifications';
import { TextPairs } from '../textPairs';

export interface CompareRunsServices {
	readonly library: RunLibrary;
	readonly comparing: Pick<RunComparison, 'compare'>;
	readonly notifications: Notifications;
}

/** Shows in VS Code's diff editor what two runs were made of, as far as it differs. */
export class CompareRuns implements Disposable {
	readonly #pairs = new TextPairs('windsock-run-inputs', 'yaml');

	constructor(private readonly services: CompareRunsServices) {}

	dispose(): void {
		this.#pairs.dispose();
	}

	/** @param otherId asked for where it is undefined */
	async compare(runId: string, otherId: string | undefined): Promise<void> {
		const { library, comparing, notifications } = this.services;
		const other = otherId ?? (await pickOther(library, runId));
		if (other === undefined) {
			return;
		}
		// The older one stands on the left, whichever was chosen first.
		const [before = '', after = ''] = [runId, other].toSorted();
		const compared = await notifications.progress('Comparing runs', (progress, signal) =>
			comparing.compare(before, after, progress, signal),
		);
		if (!compared.ok) {
			notifications.error(compared.error);
			return;
		}
		const diff = compared.value;
		const title = `${diff.before.name} ↔ ${diff.after.name}: Inputs`;
		if (isSameRun(diff)) {
			const rest = diff.unknown.length === 0 ? '' : ` ${diff.unknown.join(' ')}`;
			await notifications.info(
				`“${diff.before.name}” and “${diff.after.name}” were made of the same, as far as it is on record.${rest}`,
			);
			return;
		}
		const sides = runDiffSides(diff);
		await this.#pairs.show(
			{ name: diff.before.name, text: sides.before },
			{ name: diff.after.name, text: sides.after },
			title,
		);
	}
}

async function pickOther(library: RunLibrary, runId: string): Promise<string | undefined> {
	const of = library.get(runId);
	const runs = library.list().filter(({ id, kind }) => kind === 'train' && id !== runId);
	if (runs.length === 0) {
		void vscode.window.showInformationMessage('There is no other training to compare it with.');
		return undefined;
	}
	// What a run came from is what it is mostly compared with.
	const origin = of?.rerunOf ?? of?.clonedFrom;
	const isOrigin = ({ id }: RunSummary): boolean => id === origin;
	const items = [...runs.filter(isOrigin), ...runs.filter(run => !isOrigin(run))].map(run => ({
		label: run.name,
		description: [
			stateWord(run.state),
			run.hostName,
			...(isOrigin(run) ? ['it came from this'] : []),
		].join(' · '),
		detail: new Date(run.createdAt).toLocaleString(),
		runId: run.id,
	}));
	const picked = await vscode.window.showQuickPick(items, {
		title: `Compare the Inputs of “${of?.name ?? runId}” With`,
		placeHolder: 'Recipe, data, code, versions, host and model are compared',
		matchOnDescription: true,
	});
	return picked?.runId;
}
