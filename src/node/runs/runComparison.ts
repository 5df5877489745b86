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
import type { DatasetDiff } from '../dataset/diff/diffDatasets';
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

	/**
	 * The rows in which two runs' datasets of a split differ, as two texts. Datasets are those that
	 * `compare` pairs; of several the first that differs and is at hand.
	 *
	 * @param most rows that are written out
	 */
	async compareRows(
		beforeId: string,
		afterId: string,
		split: 'train' | 'eval',
		most: number,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<DatasetTexts>> {
		const [before, after] = [this.library.mirrored(beforeId), this.library.mirrored(afterId)];
		if (before?.folder.spec.train === undefined || after?.folder.spec.train === undefined) {
			const run = before?.folder.spec.train === undefined ? beforeId : afterId;
			return err(new WindsockError('runUnknown', { run }));
		}
		this.#hosts.clear();
		const sides = (run: MirroredRun): RunInputs => ({
			spec: run.folder.spec,
			hostName: run.hostName,
			madeWith: undefined,
		});
		const unknown: string[] = [];
		const asking = { unknown, progress, signal };
		for (const one of diffRuns(sides(before), sides(after)).datasets) {
			if (one.split === split && one.before !== undefined && one.after !== undefined) {
				const found = await this.#diffRows(one, before, after, asking, most);
				if (found?.texts !== undefined) {
					const { added, removed, changed, same, texts } = found;
					const name = one.after.name;
					return ok({ name, changes: { added, removed, changed, same }, ...texts });
				}
			}
		}
		return signal?.aborted === true
			? err(new WindsockError('cancelled', { what: 'comparing datasets' }))
			: err(new WindsockError('datasetsNotAtHand', { reason: unknown.join(' ') }));
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
		asking: Asking,
	): Promise<DatasetDifference> {
		const found = await this.#diffRows(one, before, after, asking);
		if (found === undefined) {
			return one;
		}
		const { added, removed, changed, same } = found;
		return { ...one, changes: { added, removed, changed, same } };
	}

	/** Undefined where a content is not at hand, which is then said in `unknown`. */
	async #diffRows(
		one: DatasetDifference,
		before: MirroredRun,
		after: MirroredRun,
		{ unknown, progress, signal }: Asking,
		texts?: number,
	): Promise<DatasetDiff | undefined> {
		const [old, now] = [recordOf(before, one.before?.sha256), recordOf(after, one.after?.sha256)];
		if (old === undefined || now === undefined) {
			return undefined;
		}
		const name = one.after?.name ?? one.before?.name ?? '';
		const large = [old, now].find(({ bytes }) => (bytes ?? 0) > mostBytes);
		if (large !== undefined) {
			const size = byteSize(large.bytes ?? 0);
			unknown.push(`The rows of ${name}: ${size} is too much to fetch for that.`);
			return undefined;
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
					return undefined;
				}
				paths.push(path);
			}
			const found = await rowDifferences(paths, texts, progress, signal);
			if (found === undefined) {
				unknown.push(`The rows of ${name}: they are not examples that can be compared.`);
			}
			return found;
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

/** How two datasets differ, row by row. */
export interface DatasetTexts {
	readonly name: string;
	readonly changes: RowChanges;
	readonly before: string;
	readonly after: string;
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

async function rowDifferences(
	[old = '', now = '']: readonly string[],
	texts: number | undefined,
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<DatasetDiff | undefined> {
	const { diffDatasets } = await import('../dataset/diff/diffDatasets');
	const task = {
		old: { path: old },
		now: { path: now },
		...(texts === undefined ? {} : { texts }),
	};
	const options = { progress, ...withSignal(signal) };
	const compared = await expected(() => diffDatasets(task, options));
	return compared.ok ? compared.value : undefined;
}
