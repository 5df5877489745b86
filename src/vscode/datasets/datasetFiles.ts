import * as vscode from 'vscode';

/** Files that may hold rows. */
export const datasetPattern =
	'**/*.{jsonl,ndjson,json,csv,tsv,parquet,arrow,jsonl.gz,jsonl.zst,json.gz,json.zst,csv.gz,csv.zst}';
// Mirrors of runs and comparisons have views of their own; annotations belong to their dataset.
const excluded =
	'**/{node_modules,.git,dist,out,.vscode,__pycache__,.venv,*.annotations,.windsock/{runs,mirror,comparisons,offline/*/.base}}/**';
const most = 500;

/** The files of the workspace that may hold rows, by path. */
export async function datasetFilesOfWorkspace(): Promise<vscode.Uri[]> {
	const files = await vscode.workspace.findFiles(datasetPattern, excluded, most);
	return files
		.filter(({ path }) => !path.endsWith('.provenance.jsonl'))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}
