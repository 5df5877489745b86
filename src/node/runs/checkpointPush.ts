import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { PushSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import { formatModelRef } from '../../core/training/modelRef';
import type { MergeParts } from './adapterMerge';
import { checkpointFolder, findCheckpoint } from './checkpoints';
import { expandHome } from './hostLayout';
import { launchSpec } from './launchContext';
import { answerOf, packageCommand, runFolder, type PreparedHost } from './preparedHost';
import { startRun } from './runStart';

export interface PushRequest {
	readonly runId: string;
	/** The newest complete one when undefined. */
	readonly step: number | undefined;
	/** The model that the adapter or the shards of the step were merged into. */
	readonly merged: boolean;
	/** owner/name */
	readonly repo: string;
	/** Of a repository that is made; a public one that is there is refused. */
	readonly private: boolean;
	/** File of the host, mode 0600, with the token; the host's own login when undefined. */
	readonly tokenFile: string | undefined;
}

/** What would leave the host, where to and as whom. */
export interface PushPlan {
	readonly repo: string;
	readonly url: string;
	/** The Hub's name for the owner of the token. */
	readonly user: string;
	readonly exists: boolean;
	readonly private: boolean;
	readonly files: readonly { readonly path: string; readonly size: number }[];
	readonly bytes: number;
	/** Name of the model card among the files. */
	readonly card: string;
}

export interface Pushed {
	readonly repo: string;
	readonly url: string;
	readonly commit: string;
	readonly bytes: number;
}

const repoName = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;
const resultLimit = 1 << 16;

/**
 * Pushes checkpoints from their host to the Hub, as runs of their own, so that a push outlives its
 * window. The token never leaves the host: it is the host's login, or in a file there.
 */
export class CheckpointPush {
	constructor(private readonly parts: MergeParts) {}

	/**
	 * Asks the host what would leave it, and pushes when `confirm` agrees.
	 *
	 * @param confirm gets the plan before the first byte leaves; `false` ends with the plan alone
	 */
	async push(
		request: PushRequest,
		confirm: (plan: PushPlan, step: number) => Promise<boolean>,
		{ progress, signal }: { readonly progress: Progress; readonly signal?: AbortSignal },
	): Promise<Result<{ readonly step: number; readonly plan: PushPlan; readonly pushed?: Pushed }>> {
		const { hosts, library } = this.parts;
		const { runId, repo, merged, tokenFile } = request;
		const run = library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		if (!repoName.test(repo)) {
			return err(new WindsockError('pushRefused', { repo, reason: 'a repository is OWNER/NAME' }));
		}
		const options = withSignal(signal);
		const prepared = await hosts.prepare(run.hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const found = await findCheckpoint(prepared.value, runId, request.step, options, merged);
		if (!found.ok) {
			return found;
		}
		const { step, sharded } = found.value;
		if (sharded === true) {
			const ref = formatModelRef({ kind: 'run', run: runId, step });
			const reason = `${ref} is in shards; “windsock merge” makes a model of them, which --merged pushes`;
			return err(new WindsockError('pushRefused', { repo, reason }));
		}
		const push: PushSpec = {
			path: checkpointFolder(prepared.value, runId, step, merged),
			step,
			merged,
			repo,
			private: request.private,
			...(tokenFile === undefined ? {} : { tokenFile }),
		};
		progress.report(`Asking the Hub about ${repo}`);
		const plan = await planOf(prepared.value, push, signal);
		if (!plan.ok) {
			return plan;
		}
		if (!(await confirm(plan.value, step))) {
			return ok({ step, plan: plan.value });
		}
		const pushed = await this.#send(prepared.value, push, { runId, progress, signal });
		return pushed.ok ? ok({ step, plan: plan.value, pushed: pushed.value }) : pushed;
	}

	async #send(
		prepared: PreparedHost,
		push: PushSpec,
		{
			runId,
			progress,
			signal,
		}: { runId: string; progress: Progress; signal: AbortSignal | undefined },
	): Promise<Result<Pushed>> {
		const { folder, library, removal } = this.parts;
		const name = `push ${library.get(runId)?.name ?? runId}@${push.step}`;
		const work = { kind: 'push', push } as const;
		const spec = launchSpec(this.parts, prepared, name, work, { parent: runId });
		// On a cluster too it runs where the login is: nodes seldom reach the Hub.
		const started = await startRun(prepared, spec, folder.runs, {}, undefined, signal);
		library.rescan();
		if (!started.ok) {
			return started;
		}
		const told = library.onDidChange(({ runId: changed }) => {
			const run = changed === spec.id ? library.get(spec.id) : undefined;
			if (run !== undefined) {
				const { step, maxSteps, message, state } = run;
				const share = step === undefined || !maxSteps ? undefined : step / maxSteps;
				progress.report(`Pushing to ${push.repo}`, share, message || state);
			}
		});
		const ended = await library.waitForEnd(spec.id, signal);
		told.dispose();
		if (!ended.ok) {
			const stopped = signal?.aborted === true ? await library.stop(spec.id) : ended;
			await removal.delete(spec.id);
			return stopped.ok ? ended : stopped;
		}
		const { state, message } = ended.value;
		if (state !== 'finished') {
			const reason = message === '' ? state : message;
			return err(new WindsockError('runFailed', { run: name, reason }));
		}
		const path = `${runFolder(prepared, spec.id)}/pushed.json`;
		const read = await prepared.host.readFrom(path, 0, resultLimit);
		const pushed = read.ok ? pushedFrom(Buffer.from(read.value).toString('utf8')) : undefined;
		if (pushed === undefined) {
			return err(new WindsockError('runFailed', { run: name, reason: 'it left no result' }));
		}
		await removal.delete(spec.id);
		return ok(pushed);
	}
}

async function planOf(
	prepared: PreparedHost,
	push: PushSpec,
	signal: AbortSignal | undefined,
): Promise<Result<PushPlan>> {
	const { layout, settings, lockHash } = prepared;
	const python = `${layout.envs}/${lockHash}/bin/python`;
	const there = await prepared.host.stat(python, withSignal(signal));
	if (!there.ok) {
		return there;
	}
	const variables = {
		...settings.variables,
		...(settings.hfHome === undefined ? {} : { HF_HOME: expandHome(layout.home, settings.hfHome) }),
	};
	const own = there.value === undefined ? prepared : { ...prepared, layout: { ...layout, python } };
	const asked = await prepared.host.exec(packageCommand(own, ['push-plan']), {
		...withSignal(signal),
		stdin: JSON.stringify({ ...push, variables }),
	});
	const answer = asked.ok ? answerOf(prepared.host.name, asked.value) : asked;
	if (!answer.ok) {
		const { remoteCode, reason } = answer.error.details;
		return remoteCode === undefined
			? answer
			: err(new WindsockError('pushRefused', { repo: push.repo, reason }, { cause: answer.error }));
	}
	const plan = answer.value as PushPlan;
	return Array.isArray(plan.files) && typeof plan.bytes === 'number'
		? ok(plan)
		: err(new WindsockError('pushRefused', { repo: push.repo, reason: 'the host gave no plan' }));
}

function pushedFrom(text: string): Pushed | undefined {
	try {
		const { repo, url, commit, bytes } = JSON.parse(text) as Pushed;
		const isWhole = [repo, url, commit].every(one => typeof one === 'string');
		return isWhole && typeof bytes === 'number' ? { repo, url, commit, bytes } : undefined;
	} catch {
		return undefined;
	}
}
