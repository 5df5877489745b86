import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseSpec, stateFrom } from '../../core/contract/parseRunFiles';
import type { RunState } from '../../core/contract/runFiles.generated';
import type { OperationOptions } from '../../core/hosts/host';
import { isUlid } from '../../core/base/ulid';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { fetchAnswers } from './checkpointAnswers';
import { MirrorFolder } from './mirrorFolder';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';

/** A run as its host tells it, wherever it was launched. */
export interface FoundRun {
	readonly state: RunState;
	/** This folder has it already. */
	readonly isHere: boolean;
}

/** A spec holds a recipe and names of files; more is none. */
const longestSpec = 8 << 20;

/**
 * Finds the runs of a host there, so that a run can be followed from any machine, and takes them
 * into the record of this folder. Nothing is changed on the host.
 */
export class RunAttachment {
	constructor(
		private readonly folder: WorkspaceFolder,
		private readonly hosts: RunHosts,
		private readonly library: WorkspaceRunLibrary,
	) {}

	/** The training runs in the `runRoot` of a host, newest first. */
	async find(
		hostName: string,
		options: OperationOptions = {},
	): Promise<Result<readonly FoundRun[]>> {
		const prepared = await this.hosts.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const words = ['observe', '--root', prepared.value.layout.runs];
		const answer = await callPackage(prepared.value, words, options);
		if (!answer.ok) {
			return answer;
		}
		this.library.rescan();
		const entries: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [];
		const found = entries.flatMap(entry => {
			const state = stateFrom(entry)?.value;
			// Answers belong to the comparison that asked for them.
			return state && isUlid(state.id) && state.kind !== 'generate'
				? [{ state, isHere: this.library.get(state.id) !== undefined }]
				: [];
		});
		return ok(found.toSorted((a, b) => (a.state.id < b.state.id ? 1 : -1)));
	}

	/** Takes a run into this folder; one that is there already stays as it is. */
	async attach(
		hostName: string,
		runId: string,
		options: OperationOptions = {},
	): Promise<Result<void>> {
		this.library.rescan();
		if (this.library.get(runId) !== undefined) {
			return ok();
		}
		const prepared = await this.hosts.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const spec = await readSpec(prepared.value, runId, options);
		if (!spec.ok) {
			return spec;
		}
		const runDir = runFolder(prepared.value, runId);
		const { comparisons, runs } = this.folder;
		// Prompts that the host has no more are no reason not to follow the run.
		const answers = await fetchAnswers(comparisons, spec.value, prepared.value, options);
		const header = answers.ok ? answers.value : {};
		MirrorFolder.create(runs, spec.value, { hostName, runDir, ...header });
		this.library.rescan();
		return ok();
	}
}

async function readSpec(
	prepared: PreparedHost,
	runId: string,
	options: OperationOptions,
): Promise<Result<MirrorFolder['spec']>> {
	const unknown = err(new WindsockError('runUnknown', { run: runId }));
	if (!isUlid(runId)) {
		return unknown;
	}
	const path = `${runFolder(prepared, runId)}/spec.json`;
	const bytes = await prepared.host.readFrom(path, 0, longestSpec, options);
	if (!bytes.ok) {
		return WindsockError.is(bytes.error, 'remoteFileMissing') ? unknown : bytes;
	}
	const spec = parseSpec(new TextDecoder().decode(bytes.value));
	return spec?.value.id === runId ? ok(spec.value) : unknown;
}
