import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteSize } from '../../core/base/byteSize';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { TrainDataset } from '../../core/contract/runFiles.generated';
import { parseStatus } from '../../core/contract/parseRunFiles';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import { madeWithFrom } from '../../core/training/rerunRemark';
import {
	diffRuns,
	fileChanges,
	type CodeDifference,
	type DatasetDifference,
	type RowChanges,
	type RunDiff,
	type RunInputs,
} from '../../core/training/runDiff';
import { expected } from '../dataset/expected';
import type { MirroredRun } from './mirroredRun';
import { runFolder, type PreparedHost } from './preparedHost';
import { readManifest } from './rerunCode';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';

/** Larger datasets are not fetched to be compared row by row. */
const mostBytes = 256 << 20;
const statusLimit = 1 << 20;

/**
 * Compares what two runs were made of: first what is on record here, then, as far as their hosts
 * answer, versions, files of the code and rows of the data. What cannot be had is said, not failed on.
 */
export class RunComparison {
	readonly #hosts = new Map<string, Promise<Result<PreparedHost>>>();

	constructor(
		private readonly hosts: Pick<RunHosts, 'prepare'>,
		private readonly library: Pick<WorkspaceRunLibrary, 'mirrored'>,
	) {}

	async compare(
		beforeId: string,
		afterId: string,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<RunDiff>> {
		const [before, after] = [this.library.mirrored(beforeId), this.library.mirrored(afterId)];
		for (const [id, run] of [
			[beforeId, before],
			[afterId, after],
		] as const) {
			if (run?.folder.spec.train === undefined) {
				return err(new WindsockError('runUnknown', { run: id }));
			}
		}
		if (before === undefined || after === undefined) {
			throw new Error('both were found');
		}
		this.#hosts.clear();
		const found = diffRuns(
			await this.#inputs(before, progress, signal),
			await this.#inputs(after, progress, signal),
		);
		const unknown = [...found.unknown];
		const code =
			found.code === undefined
				? undefined
				: await this.#code(found.code, before, after, unknown, signal);
		const datasets: DatasetDifference[] = [];
		for (const one of found.datasets) {
			datasets.push(await this.#rows(one, before, after, { unknown, progress, signal }));
		}
		return signal?.aborted === true
			? err(new WindsockError('cancelled', { what: 'comparing runs' }))
			: ok({ ...found, datasets, ...(code === undefined ? {} : { code }), unknown });
	}

	/** One try for each host: what is not reached once is not waited for again. */
	#host(name: string, signal: AbortSignal | undefined): Promise<Result<PreparedHost>> {
		const asked = this.#hosts.get(name) ?? this.hosts.prepare(name, withSignal(signal));
		this.#hosts.set(name, asked);
		return asked;
	}

	async #inputs(
		run: MirroredRun,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<RunInputs> {
		const { spec, status } = run.folder;
		const { hostName } = run;
		const kept = madeWithFrom(status?.madeWith);
		if (kept !== undefined) {
			return { spec, hostName, madeWith: kept };
		}
		// Of a run that still goes on its host knows more than this machine.
		progress.report(`Asking ${hostName}`);
		const prepared = await this.#host(hostName, signal);
		const read = prepared.ok
			? await prepared.value.host.readFrom(
					`${runFolder(prepared.value, spec.id)}/status.json`,
					0,
					statusLimit,
					withSignal(signal),
				)
			: prepared;
		const record = read.ok ? parseStatus(Buffer.from(read.value).toString('utf8')) : undefined;
		return { spec, hostName, madeWith: madeWithFrom(record?.value.madeWith) };
	}

	async #code(
		code: CodeDifference,
		before: MirroredRun,
		after: MirroredRun,
		unknown: string[],
		signal: AbortSignal | undefined,
	): Promise<CodeDifference> {
		const listed = [];
		for (const [run, sha256] of [
			[before, code.before],
			[after, code.after],
		] as const) {
			const prepared = await this.#host(run.hostName, signal);
			const files =
				sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)
					? ok([])
					: prepared.ok
						? await readManifest(sha256, prepared.value, signal)
						: prepared;
			listed.push(files.ok ? files.value : undefined);
		}
		const [old, now] = listed;
		if (old === undefined || now === undefined) {
			unknown.push('Which files of the code differ: a list of them is not at hand any more.');
			return code;
		}
		return { ...code, files: fileChanges(old, now) };
	}

	async #rows(
		one: DatasetDifference,
		before: MirroredRun,
		after: MirroredRun,
		{ unknown, progress, signal }: Asking,
	): Promise<DatasetDifference> {
		const [old, now] = [recordOf(before, one.before?.sha256), recordOf(after, one.after?.sha256)];
		if (old === undefined || now === undefined) {
			return one;
		}
		const name = one.after?.name ?? one.before?.name ?? '';
		const large = [old, now].find(({ bytes }) => (bytes ?? 0) > mostBytes);
		if (large !== undefined) {
			const size = byteSize(large.bytes ?? 0);
			unknown.push(`The rows of ${name}: ${size} is too much to fetch for that.`);
			return one;
		}
		const scratch = await mkdtemp(join(tmpdir(), 'windsock-compare-'));
		try {
			const paths: string[] = [];
			for (const [run, record, file] of [
				[before, old, 'before.jsonl'],
				[after, now, 'after.jsonl'],
			] as const) {
				progress.report(`Reading ${name} of ${run.summary.name}`);
				const path = await this.#fetch(run, record, join(scratch, file), signal);
				if (path === undefined) {
					unknown.push(
						`The rows of ${name}: its content as “${run.summary.name}” had it is not at hand.`,
					);
					return one;
				}
				paths.push(path);
			}
			const changes = await rowChanges(paths, progress, signal);
			if (changes === undefined) {
				unknown.push(`The rows of ${name}: they are not examples that can be compared.`);
				return one;
			}
			return { ...one, changes };
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}

	/** A dataset from the store of the run's host; undefined where it is not there any more. */
	async #fetch(
		run: MirroredRun,
		{ path, sha256 = '' }: TrainDataset,
		to: string,
		signal: AbortSignal | undefined,
	): Promise<string | undefined> {
		const prepared = await this.#host(run.hostName, signal);
		const name = path.split('/').at(-1) ?? '';
		if (!prepared.ok || !name.startsWith(sha256) || !/^[0-9a-f]{64}\.jsonl$/.test(name)) {
			return undefined;
		}
		const { host, layout } = prepared.value;
		const options = withSignal(signal);
		const fetched = await host.download(`${layout.store}/${name}`, to, options);
		return fetched.ok ? to : undefined;
	}
}

interface Asking {
	/** Gets a sentence for what cannot be compared. */
	readonly unknown: string[];
	readonly progress: Progress;
	readonly signal: AbortSignal | undefined;
}

function recordOf(run: MirroredRun, sha256: string | undefined): TrainDataset | undefined {
	return sha256 === undefined
		? undefined
		: run.folder.spec.train?.datasets.find(one => one.sha256 === sha256);
}

async function rowChanges(
	[old = '', now = '']: readonly string[],
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<RowChanges | undefined> {
	const { diffDatasets } = await import('../dataset/diff/diffDatasets');
	const task = { old: { path: old }, now: { path: now } };
	const options = { progress, ...withSignal(signal) };
	const compared = await expected(() => diffDatasets(task, options));
	if (!compared.ok) {
		return undefined;
	}
	const { added, removed, changed, same } = compared.value;
	return { added, removed, changed, same };
}
