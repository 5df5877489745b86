import * as vscode from 'vscode';
import { accountText, type StepAccount } from '../../core/dataset/clean/accounting';
import { prettyJson } from '../../core/dataset/edit/prettyJson';
import type { ChangeSample } from '../../node/dataset/clean/changeSamples';
import type { ChangesView } from './changesView';

/** What work on a dataset would do, counted and not yet written. */
export interface WorkPreview {
	readonly title: string;
	readonly steps: readonly StepAccount[];
	readonly out: readonly { readonly path: string; readonly rows: number }[];
	readonly samples: readonly ChangeSample[];
	/** Further lines: what no longer applies, what a rule met. */
	readonly notes: readonly string[];
}

interface PreviewItem extends vscode.QuickPickItem {
	readonly step?: StepAccount;
	readonly isWrite?: boolean;
}

/**
 * Shows what each step would keep, change and drop. A step opens rows to judge it by while the list
 * stays; the answer is whether to write.
 */
export function confirmPreview(preview: WorkPreview, changes: ChangesView): Promise<boolean> {
	const pick = vscode.window.createQuickPick<PreviewItem>();
	pick.title = `${preview.title}: Preview`;
	pick.placeholder = 'Nothing is written yet. Choose a step to see samples of what it does.';
	pick.ignoreFocusOut = true;
	pick.matchOnDescription = true;
	pick.items = itemsOf(preview);
	return new Promise(resolve => {
		let isAgreed = false;
		pick.onDidAccept(async () => {
			const [item] = pick.selectedItems;
			if (item?.isWrite) {
				isAgreed = true;
				pick.hide();
			} else if (item?.step) {
				await showSamples(preview, item.step, changes);
			}
		});
		pick.onDidHide(() => {
			pick.dispose();
			resolve(isAgreed);
		});
		pick.show();
	});
}

function itemsOf({ steps, out, notes }: WorkPreview): PreviewItem[] {
	const files = out.map(
		({ path, rows }) => `${vscode.workspace.asRelativePath(path)} (${counted(rows, 'row')})`,
	);
	return [
		{ label: '$(save) Write', description: files.join(', '), isWrite: true },
		{ label: 'Steps', kind: vscode.QuickPickItemKind.Separator },
		...steps.map(step => ({
			label: `${step.changed + step.dropped > 0 ? '$(diff)' : '$(dash)'} ${step.step}`,
			description: accountText(step),
			...(step.reasons.length === 0 ? {} : { detail: reasonsOf(step) }),
			step,
		})),
		...(notes.length === 0
			? []
			: [{ label: 'Notes', kind: vscode.QuickPickItemKind.Separator } as const]),
		...notes.map(label => ({ label: `$(info) ${label}` })),
	];
}

function reasonsOf({ reasons }: StepAccount): string {
	return reasons
		.slice(0, 4)
		.map(({ reason, rows }) => `${reason} (${rows.toLocaleString('en-US')})`)
		.join(' · ');
}

async function showSamples(
	{ samples }: WorkPreview,
	{ step, changed, dropped }: StepAccount,
	changes: ChangesView,
): Promise<void> {
	const own = samples.filter(sample => sample.step === step);
	if (own.length === 0) {
		return;
	}
	let [before, after] = ['', ''];
	for (const sample of own) {
		const source = sample.source === undefined ? '' : ` of ${sample.source}`;
		const title = `// Row ${sample.row}${source}: ${sample.reason}\n`;
		if (sample.kind === 'dropped') {
			before += `${title}${prettyJson(sample.text)}\n\n`;
			after += `${title}// dropped\n\n`;
			continue;
		}
		for (const edit of sample.edits) {
			// Without a place it is the row as a whole.
			const written = edit.at === '' ? prettyJson : (text: string) => `// ${edit.at}\n${text}`;
			before += `${title}${written(edit.before)}\n\n`;
			after += `${title}${written(edit.after)}\n\n`;
		}
	}
	const shown = `${own.length} of ${(changed + dropped).toLocaleString('en-US')} rows`;
	await changes.compare(
		{ name: `${step.replaceAll(/[^\w.-]+/g, ' ')} (before)`, text: before },
		{ name: `${step.replaceAll(/[^\w.-]+/g, ' ')} (after)`, text: after },
		`${step}: ${shown}`,
	);
}

export function counted(count: number, noun: string): string {
	return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
