import * as vscode from 'vscode';
import { byteSize } from '../../core/base/byteSize';
import { formatDuration } from '../../core/metrics/format';
import type { RunTransfers } from '../../node/transfer/runTransfers';
import type { StoreSweep, SweptItem } from '../../node/transfer/storeSweep';
import type { Notifications } from '../notifications';

/** Items that the question names; more are counted. */
const shown = 10;

const kinds: Readonly<Record<SweptItem['kind'], string>> = {
	input: 'dataset',
	code: 'project',
	partial: 'unfinished upload',
	reference: 'log-probabilities of a reference',
};

/** Shows what of a host's uploads no run names any more, and removes it when the person says so. */
export async function sweepUploads(
	name: string,
	{
		transfers,
		notifications,
	}: { readonly transfers: RunTransfers; readonly notifications: Notifications },
): Promise<void> {
	const sweep = (title: string, removing: boolean) =>
		notifications.progress(title, (_, signal) => transfers.sweep(name, removing, signal));
	const preview = await sweep(`Looking at the uploads on “${name}”`, false);
	if (!preview.ok) {
		notifications.error(preview.error);
		return;
	}
	const { items, bytes, keptBytes } = preview.value;
	if (items.length === 0) {
		const reason = 'runs name all of it, or it was used within the hour';
		const text = `Nothing to remove on “${name}”: ${reason} (${byteSize(keptBytes)}).`;
		await notifications.info(text);
		return;
	}
	const action = 'Remove';
	const answer = await vscode.window.showWarningMessage(
		`Remove ${byteSize(bytes)} of uploads that no run on “${name}” needs?`,
		{ modal: true, detail: sweepDetail(preview.value) },
		action,
	);
	if (answer !== action) {
		return;
	}
	const removed = await sweep(`Removing uploads on “${name}”`, true);
	if (!removed.ok) {
		notifications.error(removed.error);
		return;
	}
	await notifications.info(`Removed ${byteSize(removed.value.bytes)} on “${name}”.`);
}

/** One line for each item: size, what it is, how long unused, and by which runs it was used. */
function sweepDetail({ items, keptBytes }: StoreSweep): string {
	const lines = items.slice(0, shown).map(({ kind, bytes, secondsUnused, runs }) => {
		const users = runs.map(run => run.name).join(', ');
		const used = users === '' ? '' : `, once used by ${users}`;
		return `${byteSize(bytes)} ${kinds[kind]}, unused for ${formatDuration(secondsUnused)}${used}`;
	});
	const more = items.length > shown ? [`and ${items.length - shown} more`] : [];
	return [...lines, ...more, `${byteSize(keptBytes)} that runs name stay.`].join('\n');
}
