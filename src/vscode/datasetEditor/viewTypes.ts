import type * as vscode from 'vscode';

/** The view types of the manifest: `.jsonl` and `.parquet` open in the first, `.json` may in the second. */
export const datasetViewTypes = ['windsock.datasetEditor', 'windsock.datasetEditor.json'] as const;

export function viewTypeOf(uri: vscode.Uri): string {
	return /\.(?:json|[ct]sv)(?:\.(?:gz|zst))?$/i.test(uri.path)
		? datasetViewTypes[1]
		: datasetViewTypes[0];
}
