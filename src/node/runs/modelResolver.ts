import { dirname, isAbsolute, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
import type { ModelSource } from '../../core/contract/runFiles.generated';
import { isUlid } from '../../core/base/ulid';
import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { RunSummary } from '../../core/training/runLibrary';
import type { Project } from '../workspace/project';
import { checkpointFolder, findCheckpoint } from './checkpoints';
import { expandHome } from './hostLayout';
import type { PreparedHost } from './preparedHost';

export interface ModelContext {
	readonly project: Project;
	/** Runs that this workspace knows, with the hosts they are on. */
	readonly runs: readonly Pick<RunSummary, 'id' | 'name' | 'state' | 'hostName'>[];
	/** Recipe or prompt set that the reference stands in; relative paths start at its folder. */
	readonly namedIn: string;
}

/** Finds on the host what a reference means, and fails when it is not there. */
export async function resolveModel(
	text: string,
	prepared: PreparedHost,
	context: ModelContext,
	options: OperationOptions = {},
): Promise<Result<ModelSource>> {
	const parsed = parseModelRef(text);
	if (!parsed.ok) {
		return parsed;
	}
	const ref = parsed.value.kind === 'base' ? context.project.base : parsed.value;
	switch (ref.kind) {
		case 'tiny':
			return ok({ ref: text, kind: 'tiny' });
		case 'hub': {
			const { id: hubId, revision } = ref;
			return ok({ ref: text, kind: 'hub', hubId, ...(revision === undefined ? {} : { revision }) });
		}
		case 'path':
			return resolvePath(text, ref.path, prepared, context, options);
		case 'run':
			return resolveCheckpoint(text, ref, prepared, context, options);
		case 'endpoint': {
			const reason = 'an endpoint answers prompts, it does not run on a host';
			return err(new WindsockError('modelMissing', { ref: text, reason }));
		}
		case 'vscode': {
			const reason = 'a language model of VS Code is asked by the editor only';
			return err(new WindsockError('modelMissing', { ref: text, reason }));
		}
		case 'base':
			return err(new WindsockError('modelRefInvalid', { ref: text }));
	}
}

async function resolvePath(
	ref: string,
	written: string,
	{ host, layout }: PreparedHost,
	context: ModelContext,
	options: OperationOptions,
): Promise<Result<ModelSource>> {
	const expanded = expandHome(layout.home, written);
	const local = host.name === 'local';
	if (!local && !expanded.startsWith('/')) {
		const reason = `a relative path is on this machine; name the folder on ${host.name} in full`;
		return err(new WindsockError('modelMissing', { ref, reason }));
	}
	const path =
		local && !isAbsolute(expanded) ? resolve(dirname(context.namedIn), expanded) : expanded;
	const stat = await host.stat(path, options);
	if (!stat.ok) {
		return stat;
	}
	if (stat.value?.kind !== 'directory') {
		const reason = `no folder ${path} on ${host.name}`;
		return err(new WindsockError('modelMissing', { ref, reason }));
	}
	return ok({ ref, kind: 'path', path });
}

async function resolveCheckpoint(
	ref: string,
	wanted: { readonly run: string; readonly step?: number },
	prepared: PreparedHost,
	context: ModelContext,
	options: OperationOptions,
): Promise<Result<ModelSource>> {
	const found = findRunId(wanted.run, context.runs);
	// A whole id may be of a run that only the host knows.
	if (!found.ok && !isUlid(wanted.run)) {
		return found;
	}
	const runId = found.ok ? found.value : wanted.run;
	const home = context.runs.find(run => run.id === runId)?.hostName;
	if (home !== undefined && home !== prepared.host.name) {
		const host = prepared.host.name;
		const reason = `its checkpoints are on ${home}, the new run is for ${host}: copy one there first`;
		return err(new WindsockError('modelMissing', { ref, reason }));
	}
	const chosen = await findCheckpoint(prepared, runId, wanted.step, options);
	if (!chosen.ok) {
		const { code, details } = chosen.error;
		return code === 'modelMissing' ? err(new WindsockError(code, { ...details, ref })) : chosen;
	}
	const { step } = chosen.value;
	const path = checkpointFolder(prepared, runId, step);
	return ok({ ref, kind: 'checkpoint', path, runId, step });
}
