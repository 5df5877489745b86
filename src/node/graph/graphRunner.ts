import { mkdir } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import { planRestart } from '../../core/graph/graphState';
import { FileHashes } from '../runs/fileHashes';
import { MirrorLock } from '../runs/mirrorLock';
import { DataRecords } from './dataRecords';
import { GraphAdvance, type AdvanceOptions } from './graphAdvance';
import { pictureOf, type GraphPicture } from './graphPicture';
import { loadGraph, type LoadedGraph } from './loadedGraph';
import { StageWorker, type StageWorkerParts } from './stageWorker';

/**
 * Brings graphs on: launches what may start, waits, and looks again. All of it is in the records of
 * the runs, so any client can go on where another left off; while none is there, what runs goes on
 * and nothing new starts.
 */
export class GraphRunner {
	readonly #hashes = new FileHashes();
	readonly #records: DataRecords;
	readonly #worker: StageWorker;

	constructor(private readonly parts: Omit<StageWorkerParts, 'records'>) {
		this.#records = new DataRecords(parts.folder);
		this.#worker = new StageWorker({ ...parts, records: this.#records });
	}

	/** A graph as it stands, with the runs that this folder knows. */
	async open(path: string): Promise<Result<GraphPicture>> {
		const loaded = await loadGraph(path);
		return loaded.ok ? this.look(loaded.value) : loaded;
	}

	look(loaded: LoadedGraph): Promise<Result<GraphPicture>> {
		const { folder, library } = this.parts;
		library.rescan();
		const known = this.#worker.known(loaded);
		const parts = { folder, library, hashes: this.#hashes, records: this.#records, known };
		return pictureOf(parts, loaded);
	}

	/**
	 * Brings a graph on until nothing goes on and nothing may start, or until the signal aborts;
	 * what runs then goes on by itself. Fails with `graphBusy` while another process does the same.
	 */
	advance(path: string, options: AdvanceOptions): Promise<Result<GraphPicture>> {
		return this.#alone(path, loaded => this.#advanceOf(loaded, options).run());
	}

	/**
	 * Runs a stage again, whatever it came to, and then brings the graph on: what depends on it runs
	 * again too, and nothing else.
	 */
	restart(path: string, stageName: string, options: AdvanceOptions): Promise<Result<GraphPicture>> {
		return this.#alone(path, async loaded => {
			const advance = this.#advanceOf(loaded, options);
			const attached = await advance.attach();
			const picture = attached.ok ? await this.look(loaded) : attached;
			if (!picture.ok) {
				return picture;
			}
			const plan = planRestart(loaded.stages, picture.value.statuses, stageName);
			const stage = loaded.stages.find(({ name }) => name === stageName);
			if (!plan.ok || stage === undefined) {
				const reason = plan.ok ? '' : plan.reason;
				return err(new WindsockError('restartImpossible', { stage: stageName, reason }));
			}
			await this.#worker.forget(loaded, stage);
			const afresh = await this.look(loaded);
			const begun = afresh.ok ? await advance.start(afresh.value, stage) : afresh;
			return begun.ok ? advance.run() : begun;
		});
	}

	#advanceOf(loaded: LoadedGraph, options: AdvanceOptions): GraphAdvance {
		const look = (): Promise<Result<GraphPicture>> => this.look(loaded);
		return new GraphAdvance({ ...this.parts, worker: this.#worker, look }, loaded, options);
	}

	async #alone(
		path: string,
		work: (loaded: LoadedGraph) => Promise<Result<GraphPicture>>,
	): Promise<Result<GraphPicture>> {
		const loaded = await loadGraph(path);
		if (!loaded.ok) {
			return loaded;
		}
		const { id } = loaded.value.graph;
		const folder = this.#records.folderOf(id);
		await mkdir(folder, { recursive: true });
		const lock = MirrorLock.tryAcquire(folder);
		if (lock === undefined) {
			const pid = MirrorLock.holderOf(folder);
			return err(
				new WindsockError('graphBusy', { graph: id, ...(pid === undefined ? {} : { pid }) }),
			);
		}
		try {
			return await work(loaded.value);
		} finally {
			lock.dispose();
		}
	}
}
