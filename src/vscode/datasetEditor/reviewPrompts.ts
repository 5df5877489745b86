import * as vscode from 'vscode';
import type { QueueKind } from '../../core/dataset/annotate/reviewState';
import type { Rating, Statement } from '../../core/dataset/annotation';
import { shortNameOf } from '../../core/dataset/findings/checks';
import type { FindingCode } from '../../core/dataset/findings/finding';
import type { QueueChoice } from '../../node/dataset/annotate/reviewQueue';

interface TagItem extends vscode.QuickPickItem {
	readonly tag: string;
	readonly on: boolean;
}

/** Asks for a tag: those in use are offered, what is typed is a new one; own ones come off. */
export function askForTag(
	known: readonly { readonly tag: string; readonly rows: number }[],
	own: readonly string[],
): Promise<Statement | undefined> {
	const picker = vscode.window.createQuickPick<TagItem>();
	const items: TagItem[] = known.map(({ tag, rows }) => ({
		label: tag,
		description: own.includes(tag) ? 'on this example; choose it to take it off' : `${rows} rows`,
		tag,
		on: !own.includes(tag),
	}));
	picker.placeholder = 'Tag: choose one or type a new one';
	const fill = (): void => {
		const typed = picker.value.trim();
		const isNew = typed !== '' && !known.some(({ tag }) => tag === typed);
		const added = { label: typed, description: 'new tag', tag: typed, on: true };
		// What matches comes first, so that Enter completes; the new one stands last.
		picker.items = isNew ? [...items, added] : items;
	};
	fill();
	picker.onDidChangeValue(fill);
	return answer(picker, () => {
		const [item] = picker.activeItems;
		return item && { kind: 'tag', value: item.tag, on: item.on };
	});
}

export async function askForNote(before: string): Promise<Statement | undefined> {
	const value = await vscode.window.showInputBox({
		title: 'Note',
		prompt: 'An empty note takes it off.',
		value: before,
	});
	return value === undefined ? undefined : { kind: 'note', value: value.trim() };
}

export async function askForRating(): Promise<Rating | undefined> {
	const picked = await vscode.window.showQuickPick(['1', '2', '3', '4', '5'], {
		placeHolder: 'Rating, 5 is best',
	});
	return picked === undefined ? undefined : (Number(picked) as Rating);
}

const queues: readonly (vscode.QuickPickItem & { queue: QueueKind })[] = [
	{
		queue: 'order',
		label: 'In Order',
		detail: 'The rows shown now, also those of a filter or search',
	},
	{
		queue: 'random',
		label: 'In Random Order',
		detail: 'The rows shown now, in an order that a seed gives',
	},
	{
		queue: 'finding',
		label: 'With a Finding',
		detail: 'Rows that a check has something to say about',
	},
	{
		queue: 'disagreement',
		label: 'Disagreements',
		detail: 'Rows that somebody decided otherwise than you',
	},
];

/** Asks what to review; `undefined` when the user goes away. */
export async function askForQueue(
	findings: readonly { readonly code: FindingCode; readonly rows: number }[],
): Promise<(QueueChoice & { readonly title: string }) | undefined> {
	const picked = await vscode.window.showQuickPick(queues, { placeHolder: 'What to review' });
	switch (picked?.queue) {
		case undefined:
			return undefined;
		case 'random': {
			const seed = await vscode.window.showInputBox({
				title: 'Seed',
				prompt: 'The same number gives the same order, also to others.',
				value: '1',
				validateInput: text => (/^\d{1,9}$/.test(text) ? undefined : 'A whole number'),
			});
			return seed === undefined
				? undefined
				: { kind: 'random', seed: Number(seed), title: `random, seed ${seed}` };
		}
		case 'finding': {
			const finding = await vscode.window.showQuickPick(
				findings.map(({ code, rows }) => ({
					code,
					label: shortNameOf(code),
					description: `${rows} rows`,
				})),
				{ placeHolder: 'Finding' },
			);
			return finding && { kind: 'finding', finding: finding.code, title: finding.label };
		}
		case 'order':
			return { kind: 'order', title: 'in order' };
		case 'disagreement':
			return { kind: 'disagreement', title: 'disagreements' };
	}
}

function answer<T extends vscode.QuickPickItem, A>(
	picker: vscode.QuickPick<T>,
	chosen: () => A | undefined,
): Promise<A | undefined> {
	return new Promise(resolve => {
		picker.onDidAccept(() => {
			resolve(chosen());
			picker.hide();
		});
		picker.onDidHide(() => {
			resolve(undefined);
			picker.dispose();
		});
		picker.show();
	});
}
