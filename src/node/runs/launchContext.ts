import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import type { RunGraph, RunRetry, RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import type { Progress } from '../../core/training/launchRequest';
import { readProject } from '../workspace/project';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import type { ModelContext } from './modelResolver';
import type { PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';
import { runSpec, type SpecParts } from './runSpec';
import type { DatasetConversion, SplitLocation } from './trainingData';

export interface LauncherParts {
	readonly folder: WorkspaceFolder;
	readonly hosts: RunHosts;
	readonly library: WorkspaceRunLibrary;
	/** Version of this program, for the record. */
	readonly version: string;
	readonly convert: DatasetConversion;
	readonly locateSplit: SplitLocation;
}

/** A host that a run may go to, and what names of models mean there. */
export interface LaunchContext {
	readonly prepared: PreparedHost;
	readonly context: ModelContext;
}

/** @param namedIn file that names models, for what is said of one that is not there */
export async function launchContext(
	parts: LauncherParts,
	hostName: string,
	namedIn: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<LaunchContext>> {
	const project = await readProject(parts.folder);
	if (!project.ok) {
		return project;
	}
	progress.report(`Connecting to ${hostName}`);
	const prepared = await parts.hosts.prepare(hostName, withSignal(signal));
	if (!prepared.ok) {
		return prepared;
	}
	parts.library.rescan();
	const runs = parts.library.list();
	return ok({ prepared: prepared.value, context: { project: project.value, runs, namedIn } });
}

interface RunStamp {
	readonly id: string;
	readonly createdAt: Date;
}

export function newStamp(): RunStamp {
	const createdAt = new Date();
	return { id: ulid(createdAt.getTime(), randomBytes(10)), createdAt };
}

/** What a run's record says beside its work. */
export interface LaunchRecord {
	readonly parent?: string | undefined;
	readonly gpus?: GpuWish | undefined;
	readonly clonedFrom?: string | undefined;
	/** Run whose inputs this one takes again. */
	readonly rerunOf?: string | undefined;
	/** It has been checked. */
	readonly retry?: RunRetry | undefined;
	readonly stamp?: RunStamp;
	readonly graph?: RunGraph | undefined;
	readonly inputs?: string | undefined;
}

export function launchSpec(
	{ version }: Pick<LauncherParts, 'version'>,
	prepared: PreparedHost,
	name: string,
	work: SpecParts['work'],
	{ parent, gpus, clonedFrom, rerunOf, retry, graph, inputs, stamp = newStamp() }: LaunchRecord,
): RunSpec {
	return runSpec(prepared, {
		...stamp,
		name,
		version,
		author: userInfo().username,
		...(parent === undefined ? {} : { parent }),
		...(gpus === undefined ? {} : { gpus }),
		...(clonedFrom === undefined ? {} : { clonedFrom }),
		...(rerunOf === undefined ? {} : { rerunOf }),
		...(retry === undefined ? {} : { retry }),
		...(graph === undefined ? {} : { graph }),
		...(inputs === undefined ? {} : { inputs }),
		work,
	});
}
