import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RunSpec, TrainSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import type { LaunchPlan, Progress } from '../../core/training/launchRequest';
import { parseRecipe, type Recipe } from '../../core/training/recipe';
import { madeWithFrom, madeWithRemarks, type RerunRemark } from '../../core/training/rerunRemark';
import { nextName } from '../../core/training/runNaming';
import { planJob } from '../slurm/planJob';
import { uploadInputs } from '../transfer/uploadInputs';
import { launchSpec, type LauncherParts } from './launchContext';
import type { MirroredRun } from './mirroredRun';
import { callPackage, type PreparedHost } from './preparedHost';
import { fetchAnswers } from './checkpointAnswers';
import { findInputs } from './rerunInputs';
import { findModel } from './rerunModel';
import type { SpecParts } from './runSpec';
import { withTrust } from './preflight/launchGate';
import { mayBeGoing, startRun } from './runStart';

export interface RunAgainRequest {
	readonly runId: string;
	/** Default: the host that the run was on. */
	readonly hostName?: string;
	/** Gets what would be otherwise than the first time, before anything is sent. */
	readonly remark?: (remarks: readonly RerunRemark[]) => void;
	/** `false` ends it with `cancelled`; without it a changed input ends it with `rerunDiffers`. */
	readonly confirm?: (remarks: readonly RerunRemark[]) => Promise<boolean>;
	/** Hashes of foreign code that whoever asks agrees to; what the run trusted was for its account to say. */
	readonly trusted?: readonly string[];
	/** As of a launch. */
	readonly review?: (plan: LaunchPlan, signal?: AbortSignal) => Promise<boolean>;
}

/** Runs a training again with the inputs it had, taken by their hashes and not by their names. */
export class RunAgain {
	constructor(private readonly parts: LauncherParts) {}

	async launch(
		request: RunAgainRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string; readonly remarks: readonly RerunRemark[] }>> {
		const run = this.#trained(request.runId);
		if (!run.ok) {
			return run;
		}
		const { spec, train, recipe } = run.value;
		const hostName = request.hostName ?? run.value.run.hostName;
		progress.report(`Connecting to ${hostName}`);
		const options = withSignal(signal);
		const to = await this.parts.hosts.prepare(hostName, options);
		if (!to.ok) {
			return to;
		}
		const from = await this.#formerHost(run.value.run, hostName, signal);
		const before = madeWithFrom(run.value.run.folder.status?.madeWith);
		const model =
			spec.model === undefined
				? ok(undefined)
				: await findModel(spec.model, before, to.value, signal);
		if (!model.ok) {
			return named(model, spec.name);
		}
		const circumstances = await this.#circumstances(run.value, to.value, progress, signal);
		if (!circumstances.ok) {
			return circumstances;
		}
		const scratch = await mkdtemp(join(tmpdir(), 'windsock-again-'));
		try {
			const found = await findInputs(
				train,
				{
					to: to.value,
					from,
					recipe,
					recipePath: train.recipePath ?? join(this.parts.folder.root, 'recipe.yaml'),
					workspace: this.parts.folder.root,
					scratch,
					convert: this.parts.convert,
					locateSplit: this.parts.locateSplit,
				},
				progress,
				signal,
			);
			if (!found.ok) {
				return named(found, spec.name);
			}
			const { datasets, code, tree, files, there, afterCheckpoint } = found.value;
			const remarks = [
				...found.value.remarks,
				...(model.value?.remarks ?? []),
				...circumstances.value.remarks,
			];
			request.remark?.(remarks);
			const agreed = await agree(spec.name, remarks, request);
			if (!agreed.ok) {
				return agreed;
			}
			const { trusted: _, ...untrusting } = train;
			const made = this.#spec(run.value, to.value, {
				work: {
					kind: 'train',
					...(model.value === undefined ? {} : { model: model.value.model }),
					train: {
						...untrusting,
						datasets: [...datasets],
						...(code === undefined ? {} : { code }),
						...(afterCheckpoint === undefined ? {} : { afterCheckpoint }),
					},
				},
				lockHash: circumstances.value.lockHash,
			});
			const again = withTrust(made, request.trusted ?? []);
			const job = await planJob(to.value, again.id, request, recipe.resources, signal);
			if (!job.ok) {
				return job;
			}
			const inputs = {
				files,
				there,
				...(tree === undefined ? {} : { code: tree }),
				run: { id: again.id, name: again.name, root: to.value.layout.runs },
			};
			const sent = await uploadInputs(to.value, inputs, progress, signal);
			if (!sent.ok) {
				return sent;
			}
			progress.report('Starting');
			const { folder, library } = this.parts;
			const answers = await fetchAnswers(folder.comparisons, again, to.value, options);
			if (!answers.ok) {
				return answers;
			}
			const { comparison } = answers.value;
			const { script } = job.value;
			const started = await startRun(to.value, again, folder.runs, answers.value, script, signal);
			if (!started.ok && !mayBeGoing.has(started.error.code) && comparison !== undefined) {
				await rm(comparison, { recursive: true, force: true });
			}
			library.rescan();
			return started.ok ? ok({ runId: again.id, remarks }) : started;
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}

	#trained(runId: string): Result<Trained> {
		const run = this.parts.library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const { spec } = run.folder;
		const impossible = (reason: string): Result<never> =>
			err(new WindsockError('rerunImpossible', { run: spec.name, reason }));
		if (run.summary.readOnly) {
			const version = spec.contractVersion;
			return err(new WindsockError('contractNewer', { path: run.folder.path, version }));
		}
		const { train } = spec;
		if (train === undefined) {
			return impossible('it is no training');
		}
		const { recipeText = '', recipePath = '', overrides = {} } = train;
		const recipe = parseRecipe(recipeText, recipePath, overrides);
		return recipe.ok
			? ok({ run, spec, train, recipe: recipe.value })
			: impossible('it keeps no recipe that can be read');
	}

	/** Undefined where it is the same, or cannot be reached: its store is only one place to look. */
	async #formerHost(
		run: MirroredRun,
		hostName: string,
		signal: AbortSignal | undefined,
	): Promise<PreparedHost | undefined> {
		if (run.hostName === hostName) {
			return undefined;
		}
		const prepared = await this.parts.hosts.prepare(run.hostName, withSignal(signal));
		return prepared.ok ? prepared.value : undefined;
	}

	/** What the run meets beside its inputs, and the environment that it gets. */
	async #circumstances(
		{ run, spec }: Trained,
		to: PreparedHost,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<Result<{ readonly remarks: readonly RerunRemark[]; readonly lockHash: string }>> {
		progress.report('Comparing versions and GPUs');
		const remarks: RerunRemark[] = [];
		const differs = (what: RerunRemark['what'], message: string): void => {
			remarks.push({ what, level: 'differs', message });
		};
		const { lockHash } = spec.environment;
		let taken = to.lockHash;
		if (lockHash !== taken) {
			const marker = `${to.layout.envs}/${lockHash}/windsock-complete.json`;
			const there = await to.host.stat(marker, withSignal(signal));
			if (!there.ok) {
				return there;
			}
			if (there.value?.kind === 'file') {
				taken = lockHash;
			} else {
				const text = `Its Python environment ${lockHash} is not on ${to.host.name}; the one of this Windsock, ${taken}, takes its place.`;
				differs('environment', text);
			}
		}
		const own = spec.package?.hash;
		if (own !== undefined && own !== to.packageHash) {
			const version = spec.client?.version ?? 'another version';
			const text = `Windsock's own training code is another: ${version} → ${this.parts.version}.`;
			differs('package', text);
		}
		const before = madeWithFrom(run.folder.status?.madeWith);
		if (before === undefined) {
			const text = 'Versions and GPUs of the run are not on record, so they cannot be compared.';
			differs('environment', text);
			return ok({ remarks, lockHash: taken });
		}
		const python = `${to.layout.envs}/${taken}/bin/python`;
		const isBuilt = await to.host.stat(python, withSignal(signal));
		if (!isBuilt.ok) {
			return isBuilt;
		}
		const layout = isBuilt.value === undefined ? to.layout : { ...to.layout, python };
		const answer = await callPackage({ ...to, layout }, ['made-with'], withSignal(signal));
		if (!answer.ok) {
			return answer;
		}
		const { packages, python: version, gpus, driver, ...now } = madeWithFrom(answer.value) ?? {};
		// A login node tells nothing of the GPUs that a job will get.
		const isDirect = to.settings.scheduler === undefined;
		remarks.push(
			...madeWithRemarks(before, {
				...now,
				...(isBuilt.value === undefined || packages === undefined ? {} : { packages }),
				...(isBuilt.value === undefined || version === undefined ? {} : { python: version }),
				...(isDirect && gpus !== undefined ? { gpus } : {}),
				...(isDirect && driver !== undefined ? { driver } : {}),
			}),
		);
		return ok({ remarks, lockHash: taken });
	}

	#spec(
		{ run, spec }: Trained,
		to: PreparedHost,
		{ work, lockHash }: { work: SpecParts['work']; lockHash: string },
	): RunSpec {
		const taken = new Set(this.parts.library.list().map(({ name }) => name));
		const name = nextName(spec.name, other => taken.has(other));
		const made = launchSpec(this.parts, to, name, work, {
			parent: spec.parent,
			gpus: gpusOf(spec, run.hostName === to.host.name),
			rerunOf: spec.id,
			retry: spec.retry,
		});
		return { ...made, environment: { ...made.environment, lockHash } };
	}
}

interface Trained {
	readonly run: MirroredRun;
	readonly spec: RunSpec;
	readonly train: TrainSpec;
	readonly recipe: Recipe;
}

/** On another host other GPUs of the same number. */
function gpusOf({ gpus }: RunSpec, isSameHost: boolean): GpuWish | undefined {
	if (gpus?.uuids !== undefined) {
		return isSameHost ? { uuids: gpus.uuids } : { count: gpus.uuids.length };
	}
	return gpus?.count === undefined ? undefined : { count: gpus.count };
}

async function agree(
	name: string,
	remarks: readonly RerunRemark[],
	{ confirm }: RunAgainRequest,
): Promise<Result<void>> {
	if (confirm !== undefined) {
		return (await confirm(remarks)) ? ok() : err(new WindsockError('cancelled', { what: 'run' }));
	}
	const changed = remarks.filter(({ level }) => level === 'changed');
	const reason = changed.map(({ message }) => message).join(' ');
	return changed.length === 0
		? ok()
		: err(new WindsockError('rerunDiffers', { run: name, reason }));
}

function named<T>(failed: Result<T> & { ok: false }, run: string): Result<never> {
	const { code, details } = failed.error;
	return code === 'rerunImpossible'
		? err(new WindsockError(code, { ...details, run }, { cause: failed.error }))
		: failed;
}
