import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { AuditedPairs, RunAudit } from '../../node/rewardMaps/auditRun';
import type { Notifications } from '../notifications';
import { datasetUri } from '../preflight/datasetUri';

export interface AuditServices {
	readonly notifications: Pick<Notifications, 'error' | 'info' | 'progress'>;
	auditing(runId: string, signal: AbortSignal): Promise<Result<RunAudit>>;
}

interface PairItem extends vscode.QuickPickItem {
	/** File and line; absent where the pair is of a comparison, or the file is not known. */
	readonly place?: { readonly path: string; readonly row: number };
}

/**
 * Lists the pairs where a run's model prefers what was rejected, the largest margin first. Each opens
 * in the dataset editor, where one key labels it; the list stays for the next.
 */
export async function auditMargins(
	{ notifications, auditing }: AuditServices,
	runId: string,
): Promise<void> {
	const found = await notifications.progress('Reading margins', (_progress, signal) =>
		auditing(runId, signal),
	);
	if (!found.ok) {
		notifications.error(found.error);
		return;
	}
	const items = found.value.audits.flatMap(itemsOf);
	if (!items.some(({ kind }) => kind !== vscode.QuickPickItemKind.Separator)) {
		const [first] = found.value.audits;
		await notifications.info(
			first === undefined || first.audit.pairs === 0
				? 'There are no pairs to audit: nothing was preferred to anything that was scored.'
				: `The model prefers what was chosen in all pairs (${headOf(first)}).`,
		);
		return;
	}
	const picker = vscode.window.createQuickPick<PairItem>();
	picker.title = 'Pairs where the model prefers what was rejected: often a wrong label';
	picker.placeholder = 'Choose one to open its row';
	picker.items = items;
	picker.matchOnDescription = true;
	picker.ignoreFocusOut = true;
	picker.onDidAccept(() => {
		const place = picker.selectedItems[0]?.place;
		if (place) {
			void vscode.commands.executeCommand(
				'windsock.dataset.showRow',
				datasetUri(place.path),
				place.row,
			);
		}
	});
	picker.onDidHide(() => picker.dispose());
	picker.show();
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

function headOf({ name, audit: { pairs, share, auc } }: AuditedPairs): string {
	const agrees = share
		? `, agrees in ${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`
		: '';
	return `${name}: ${pairs} pairs${agrees}${auc ? `, AUC ${auc.value.toFixed(2)}` : ''}`;
}

function itemsOf(one: AuditedPairs): PairItem[] {
	const head = { label: headOf(one), kind: vscode.QuickPickItemKind.Separator };
	const description = ({ chosen, rejected }: { chosen: number; rejected: number }): string =>
		`margin ${(chosen - rejected).toFixed(3)}, chosen ${chosen.toFixed(3)}, rejected ${rejected.toFixed(3)}`;
	const pairs: PairItem[] =
		one.kind === 'labels'
			? one.audit.disputed.map(pair => ({
					label: `Row ${pair.row}`,
					description: description(pair),
					...(one.path === undefined ? {} : { place: { path: one.path, row: pair.row } }),
				}))
			: one.audit.disputed.map(pair => ({
					label: `${pair.promptId}: ${pair.preferred} over ${pair.over}`,
					description: description(pair),
				}));
	return pairs.length === 0 ? [] : [head, ...pairs];
}
