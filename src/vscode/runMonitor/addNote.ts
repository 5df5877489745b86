import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { NoteLine } from '../../core/contract/runFiles.generated';
import { longestNote } from '../../core/metrics/remarks';
import type { RunSummary } from '../../core/training/runLibrary';

/** Keeps notes with runs. */
export interface NoteKeeper {
	addNote(runId: string, note: NoteLine): Result<void>;
}

/**
 * Asks what is to be remembered at a step of a run, and first for the step where nobody pointed at
 * one. Undefined when the user leaves it.
 */
export async function askForNote(
	run: Pick<RunSummary, 'name' | 'step'>,
	author: string,
	step?: number,
): Promise<NoteLine | undefined> {
	const title = `Note on ${run.name}`;
	const at = step ?? (await askForStep(title, run.step ?? 0));
	if (at === undefined) {
		return undefined;
	}
	const text = await vscode.window.showInputBox({
		title,
		prompt: `Marked at step ${at} on its charts; kept in this folder, for everybody who shares it.`,
		placeHolder: 'What happened here?',
		validateInput: value =>
			value.length > longestNote ? `At most ${longestNote} characters.` : undefined,
	});
	return text === undefined || text.trim() === ''
		? undefined
		: { step: at, text: text.trim(), author, at: new Date().toISOString() };
}

async function askForStep(title: string, newest: number): Promise<number | undefined> {
	const text = await vscode.window.showInputBox({
		title,
		prompt: 'At which step?',
		value: String(newest),
		validateInput: value => (/^\d{1,15}$/.test(value.trim()) ? undefined : 'A whole number.'),
	});
	return text === undefined ? undefined : Number(text);
}
