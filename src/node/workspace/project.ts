import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseModelRef, type ModelRef } from '../../core/training/modelRef';
import type { WorkspaceFolder } from './workspaceFolder';

export interface Project {
	/** What `base` means in this workspace. Never `base` or a run itself. */
	readonly base: ModelRef;
}

/** Windsock's own practice model, so that the first launch needs no set-up. */
const defaultProject: Project = { base: { kind: 'tiny' } };

/** The project file; a workspace without one uses the practice model as its base. */
export async function readProject(folder: WorkspaceFolder): Promise<Result<Project>> {
	const path = folder.projectFile;
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return ok(defaultProject);
		}
		return err(new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }));
	}
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
	const fault = document.errors[0];
	if (fault !== undefined) {
		const reason = `line ${counter.linePos(fault.pos[0]).line}: ${fault.message}`;
		return err(new WindsockError('fileUnreadable', { path, reason }));
	}
	const base: unknown = document.get('base');
	if (base === undefined || base === null) {
		return ok(defaultProject);
	}
	const ref = parseModelRef(String(base));
	if (!ref.ok) {
		return ref;
	}
	if (ref.value.kind === 'base' || ref.value.kind === 'run') {
		return err(new WindsockError('modelRefInvalid', { ref: `base: ${String(base)}` }));
	}
	return ok({ base: ref.value });
}
