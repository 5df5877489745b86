import * as vscode from 'vscode';
import type { QueueKind } from '../../core/dataset/annotate/reviewState';
import type { Rating, Statement } from '../../core/dataset/annotation';
import { shortNameOf } from '../../core/dataset/findings/checks';
import type { FindingCode } from '../../core/dataset/findings/finding';
import type { NamedQueue } from './reviewMemory';

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
		const typed = picker.value.trim();
		// Enter may come before the list has followed what was typed.
		const item = picker.activeItems.find(({ label }) =>
			label.toLowerCase().includes(typed.toLowerCase()),
		);
		if (item) {
			return { kind: 'tag', value: item.tag, on: item.on };
		}
		return typed === '' ? undefined : { kind: 'tag', value: typed, on: !own.includes(typed) };
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

/** What the choice of a queue is made from. */
export interface QueueOffer {
	/** Rows that the page shows now. */
	readonly shownRows: number;
	readonly findings: readonly { readonly code: FindingCode; readonly rows: number }[];
	readonly rowsWithFindings: number;
	readonly disagreements: number;
	/** What was reviewed last. */
	readonly last: NamedQueue | undefined;
}

interface QueueItem extends vscode.QuickPickItem {
	readonly choice?: QueueKind | 'last' | 'summary';
}

/** Asks what to review; `undefined` when the user goes away. */
export async function askForQueue(offer: QueueOffer): Promise<NamedQueue | 'summary' | undefined> {
	const picked = await vscode.window.showQuickPick(queueItems(offer), {
		placeHolder: 'Review: which examples, and in which order?',
	});
	switch (picked?.choice) {
		case undefined:
			return undefined;
		case 'summary':
			return 'summary';
		case 'last':
			return offer.last;
		case 'order':
			return { kind: 'order', title: 'in order' };
		case 'random':
			return askForSeed();
		case 'finding':
			return askForFinding(offer);
		case 'disagreement':
			return { kind: 'disagreement', title: 'disagreements' };
	}
}

function queueItems({ shownRows, last, ...offer }: QueueOffer): QueueItem[] {
	const shown = counted(shownRows, 'row');
	return [
		...(last
			? [
					{
						choice: 'last' as const,
						label: `$(debug-continue) Resume: ${last.title}`,
						detail: 'Go on where you stopped',
					},
				]
			: []),
		{
			choice: 'order',
			label: '$(list-ordered) In Order',
			description: shown,
			detail: 'The rows shown now, also those of a filter or search',
		},
		{
			choice: 'random',
			label: '$(layers) In Random Order',
			description: shown,
			detail: 'The rows shown now, in an order that a seed gives',
		},
		{
			choice: 'finding',
			label: '$(warning) With a Finding',
			description: offer.rowsWithFindings === 0 ? 'none' : counted(offer.rowsWithFindings, 'row'),
			detail: 'Rows that a check has something to say about',
		},
		{
			choice: 'disagreement',
			label: '$(comment-unresolved) Disagreements',
			description: offer.disagreements === 0 ? 'none' : counted(offer.disagreements, 'row'),
			detail: 'Rows that annotators decided differently; others’ answers show once you have yours',
		},
		{ kind: vscode.QuickPickItemKind.Separator, label: '' },
		{
			choice: 'summary',
			label: '$(graph) Annotation Summary',
			detail: 'Decisions by annotator, time, and how far annotators agree',
		},
	];
}

async function askForSeed(): Promise<NamedQueue | undefined> {
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

async function askForFinding(offer: QueueOffer): Promise<NamedQueue | undefined> {
	const any = { label: 'Any Finding', description: counted(offer.rowsWithFindings, 'row') };
	const one = offer.findings.map(({ code, rows }) => ({
		code,
		label: shortNameOf(code),
		description: counted(rows, 'row'),
	}));
	if (one.length === 0) {
		return { kind: 'finding', title: 'with a finding' };
	}
	const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { code?: FindingCode }>(
		[any, ...one],
		{ placeHolder: 'Which finding to review' },
	);
	return (
		picked &&
		(picked.code === undefined
			? { kind: 'finding', title: 'with a finding' }
			: { kind: 'finding', finding: picked.code, title: picked.label })
	);
}

function counted(count: number, noun: string): string {
	return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
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
