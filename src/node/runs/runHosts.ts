import type { Disposable } from '../../core/base/disposable';
import { WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import { stateFrom } from '../../core/contract/parseRunFiles';
import type { RunState } from '../../core/contract/runFiles.generated';
import { withSignal, type OperationOptions } from '../../core/hosts/host';
import { parseQueue, type SchedulerQueue } from '../../core/hosts/schedulerQueue';
import type { HostPreparation } from './hostPreparation';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';
import type { StopOptions } from '../../core/training/runLibrary';
import { RunFollower, type FollowerTiming } from './runFollower';

/** What the hosts are asked about runs: one follower per host, and single questions. */
export class RunHosts implements Disposable {
	readonly #followers = new Map<string, RunFollower>();

	constructor(
		private readonly preparation: HostPreparation,
		readonly logger: Logger,
		private readonly timing?: FollowerTiming,
	) {}

	prepare(hostName: string, options?: OperationOptions): Promise<Result<PreparedHost>> {
		return this.preparation.prepare(hostName, options);
	}

	follower(hostName: string): RunFollower {
		let follower = this.#followers.get(hostName);
		if (follower === undefined) {
			follower = new RunFollower(
				signal => this.preparation.prepare(hostName, { signal }),
				this.logger,
				this.timing,
			);
			this.#followers.set(hostName, follower);
		}
		return follower;
	}

	/** The states of several runs of one host, by id. */
	async observe(
		hostName: string,
		runIds: readonly string[],
		options: OperationOptions = {},
	): Promise<Result<ReadonlyMap<string, RunState>>> {
		const prepared = await this.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const folders = runIds.map(id => runFolder(prepared.value, id));
		const answer = await callPackage(prepared.value, ['observe', ...folders], options);
		if (!answer.ok) {
			return answer;
		}
		const states = new Map<string, RunState>();
		for (const entry of Array.isArray(answer.value) ? (answer.value as unknown[]) : []) {
			const state = stateFrom(entry)?.value;
			if (state !== undefined) {
				states.set(state.runDir.split('/').at(-1) ?? state.id, state);
			}
		}
		return ok(states);
	}

	/** Asks the run to save and end, or ends it at once; answers when it has. */
	async stop(
		hostName: string,
		runId: string,
		{ now = false, signal }: StopOptions = {},
	): Promise<Result<RunState>> {
		const options = withSignal(signal);
		const prepared = await this.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const words = ['stop', runFolder(prepared.value, runId), ...(now ? ['--now'] : [])];
		const answer = await callPackage(prepared.value, words, options);
		if (!answer.ok) {
			return answer;
		}
		const state = stateFrom(answer.value)?.value;
		const reason = 'stop gave no state';
		return state === undefined
			? err(new WindsockError('remoteCommandFailed', { host: hostName, reason }))
			: ok(state);
	}

	/** The jobs of this account on the host's scheduler; asked anew at most twice a minute. */
	async queue(hostName: string, options: OperationOptions = {}): Promise<Result<SchedulerQueue>> {
		const prepared = await this.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const words = ['queue', '--root', prepared.value.layout.runs];
		const answer = await callPackage(prepared.value, words, options);
		return answer.ok ? ok(parseQueue(answer.value)) : answer;
	}

	dispose(): void {
		for (const follower of this.#followers.values()) {
			follower.dispose();
		}
		this.#followers.clear();
	}
}
