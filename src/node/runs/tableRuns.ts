import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lazy } from '../../core/base/lazy';
import type { Disposable } from '../../core/base/disposable';
import type { Event } from '../../core/base/emitter';
import { runConditions } from '../../core/comparability/runConditions';
import { LineSplitter } from '../../core/contract/lineSplitter';
import { parseLines, parseMetricLine, parseStatus } from '../../core/contract/parseRunFiles';
import type { RunMadeWith, RunSpec } from '../../core/contract/runFiles.generated';
import { packPoints } from '../../core/metrics/packedPoints';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { digestOf, type MetricDigest } from '../../core/runTable/metricDigest';
import type { RunTableSource } from '../../core/runTable/runTableSource';
import { soundSpec } from '../../core/runTable/soundSpec';
import type { TableRun } from '../../core/runTable/tableRun';
import { madeWithFrom } from '../../core/training/rerunRemark';
import { datasetSide, inputValues, type RunInputs } from '../../core/training/runDiff';
import { modelOf } from '../../core/training/runOrigin';
import type { MirroredRun } from './mirroredRun';
import { isPlainFile, plainSize } from './plainFiles';
import type { WorkspaceRunLibrary } from './runLibrary';

/** Bytes of metrics that are parsed before others get their turn: a few milliseconds of work. */
const pieceSize = 256 * 1024;

interface ReadFiles {
	/** Size of metrics.jsonl and the attempt that they were read at. */
	readonly stamp: string;
	readonly madeWith: RunMadeWith | undefined;
	readonly recipe: Readonly<Record<string, unknown>>;
	readonly digest: MetricDigest;
}

/** The training runs of a workspace for its table, read from the mirror and kept in memory as digests. */
export class TableRuns implements RunTableSource {
	readonly onDidChange: Event<{ readonly runId: string }>;
	readonly #read = new Map<string, ReadFiles>();

	constructor(
		private readonly library: Pick<
			WorkspaceRunLibrary,
			'list' | 'mirrored' | 'watch' | 'onDidChange'
		>,
	) {
		this.onDidChange = library.onDidChange;
	}

	ids(): readonly string[] {
		return this.library
			.list()
			.filter(({ id, kind }) => kind === 'train' && this.#trained(id) !== undefined)
			.map(({ id }) => id);
	}

	list(): readonly TableRun[] {
		return this.ids().flatMap(id => this.get(id) ?? []);
	}

	get(runId: string): TableRun | undefined {
		const run = this.#trained(runId);
		return run && this.#table(run);
	}

	async read(runId: string): Promise<TableRun | undefined> {
		const run = this.library.mirrored(runId);
		if (run === undefined) {
			this.#read.delete(runId);
			return undefined;
		}
		const { path } = run.folder;
		const spec = soundSpec(run.folder.spec);
		const metrics = join(path, 'metrics.jsonl');
		const stamp = `${plainSize(metrics)} ${run.summary.attempt} ${run.summary.state}`;
		if (this.#read.get(runId)?.stamp !== stamp) {
			const madeWith = await readMadeWith(join(path, 'status.json'));
			this.#read.set(runId, {
				stamp,
				madeWith,
				recipe: recipeOf({ spec, hostName: run.hostName, madeWith }),
				digest: await readDigest(metrics),
			});
		}
		return this.get(runId);
	}

	inputs(runId: string): RunInputs | undefined {
		const run = this.library.mirrored(runId);
		if (run?.folder.spec.train === undefined) {
			return undefined;
		}
		const { status } = run.folder;
		const spec = soundSpec(run.folder.spec);
		const madeWith = this.#read.get(runId)?.madeWith ?? madeWithFrom(status?.madeWith);
		return { spec, hostName: run.hostName, madeWith };
	}

	watch(runId: string): Disposable {
		return this.library.watch(runId);
	}

	#trained(runId: string): MirroredRun | undefined {
		const run = this.library.mirrored(runId);
		return run?.folder.spec.train === undefined ? undefined : run;
	}

	#table(run: MirroredRun): TableRun {
		const spec = soundSpec(run.folder.spec);
		const read = this.#read.get(run.id);
		const gpus = read?.madeWith?.gpus;
		const model = modelOf(spec);
		return {
			summary: run.summary,
			...(model === undefined ? {} : { model }),
			...(Array.isArray(gpus) ? { gpus } : {}),
			data: namesOf(spec, 'train'),
			evalData: namesOf(spec, 'eval'),
			recipe: read?.recipe ?? { ...spec.train?.arguments },
			conditions: lazy(() =>
				runConditions(
					{ spec, hostName: run.hostName, madeWith: read?.madeWith },
					runId => this.inputs(runId),
					sha256,
				),
			),
			...(read === undefined ? {} : { digest: read.digest }),
		};
	}
}

function sha256(text: string): string {
	return createHash('sha256').update(text, 'utf8').digest('hex');
}

function namesOf(spec: RunSpec, split: 'train' | 'eval'): string[] {
	return (spec.train?.datasets ?? [])
		.filter(one => one.split === split)
		.map(one => datasetSide(one).name);
}

function recipeOf(inputs: RunInputs): Readonly<Record<string, unknown>> {
	const { recipe, seeds } = inputValues(inputs);
	return { ...recipe, ...seeds };
}

async function readMadeWith(path: string): Promise<RunMadeWith | undefined> {
	if (!isPlainFile(path)) {
		return undefined;
	}
	return madeWithFrom(parseStatus(await readFile(path, 'utf8'))?.value.madeWith);
}

/** A few bytes for each series of a file that may be long; the points themselves are not kept. */
async function readDigest(path: string): Promise<MetricDigest> {
	const metrics = new RunMetrics();
	if (!isPlainFile(path)) {
		return [];
	}
	const splitter = new LineSplitter();
	const file = await open(path, 'r');
	try {
		const piece = Buffer.alloc(pieceSize);
		for (;;) {
			const { bytesRead } = await file.read(piece, 0, pieceSize);
			if (bytesRead === 0) {
				return digestOf(metrics);
			}
			const lines = splitter.push(piece.subarray(0, bytesRead));
			metrics.append(packPoints(parseLines(lines, parseMetricLine).values));
		}
	} finally {
		await file.close();
	}
}
