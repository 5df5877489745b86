import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { withoutRevision } from '../../../core/dataset/hub/hubLocation';
import { sha256 } from '../hash';

/** The folder beside a dataset that holds what people said about its examples. */
export function annotationFolder(datasetPath: string): string {
	return `${datasetPath}.annotations`;
}

/** The folder in the user's own folder, for datasets that have no writable place beside them. */
export function workspaceAnnotations(workspace: string, datasetPath: string): string {
	const inside = relative(workspace, datasetPath);
	const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
	const mark = (path: string): string => sha256(path.replaceAll('\\', '/')).slice(0, 8);
	if (isGlob(datasetPath)) {
		// The signs of globs cannot stand in the names of files everywhere.
		const safe = basename(datasetPath).replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '_');
		const name = `${safe}-${mark(isInside ? inside : datasetPath)}`;
		return join(workspace, '.windsock', 'annotations', name);
	}
	return isInside
		? join(workspace, '.windsock', 'annotations', inside)
		: farAnnotations(workspace, datasetPath);
}

/** The same for a dataset that is no file on this machine; the location names it. */
export function farAnnotations(workspace: string, location: string): string {
	// What is said about the examples of a dataset goes on with its next commit.
	const lasting = withoutRevision(location);
	const name = basename(lasting).replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
	return join(workspace, '.windsock', 'annotations', `${name}-${sha256(lasting).slice(0, 8)}`);
}

/** Where new annotations go: beside the dataset if that can be written, else the workspace. */
export async function writableFolder(
	datasetPath: string,
	workspace: string | undefined,
): Promise<string> {
	const beside = annotationFolder(datasetPath);
	if (isGlob(datasetPath) && workspace !== undefined) {
		return workspaceAnnotations(workspace, datasetPath);
	}
	if (workspace === undefined || (await isWritable(beside)) === true) {
		return beside;
	}
	const hasFolder = (await isWritable(beside)) !== undefined;
	const canMake = !hasFolder && (await isWritable(dirname(datasetPath))) === true;
	return canMake ? beside : workspaceAnnotations(workspace, datasetPath);
}

/** A pattern has no place that its annotations could stand beside. */
function isGlob(datasetPath: string): boolean {
	return /[*?{[]/.test(datasetPath) && !existsSync(datasetPath);
}

/** `undefined` where there is no such folder. */
async function isWritable(folder: string): Promise<boolean | undefined> {
	try {
		await access(folder, constants.W_OK);
		return true;
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		return code === 'ENOENT' ? undefined : false;
	}
}
