import * as vscode from 'vscode';
import type { ComparisonStore } from '../../node/responses/comparisonStore';

/** Undefined: declined, or there is none. */
export async function pickComparison(
	store: Pick<ComparisonStore, 'list'>,
	title: string,
): Promise<string | undefined> {
	const comparisons = await store.list();
	const picked = await vscode.window.showQuickPick(
		comparisons.map(({ header, prompts }) => ({
			label: header.name,
			description: `${header.models.length} models · ${prompts.length} prompts`,
			detail: header.createdAt === '' ? undefined : new Date(header.createdAt).toLocaleString(),
			id: header.id,
		})),
		{
			title,
			placeHolder: comparisons.length === 0 ? 'There is no comparison yet' : 'Newest first',
		},
	);
	return picked?.id;
}

/** A comparison as the argument of a command. */
export function comparisonIdOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const id: unknown =
		typeof argument === 'object' && argument !== null
			? Reflect.get(argument, 'comparisonId')
			: undefined;
	return typeof id === 'string' ? id : undefined;
}
