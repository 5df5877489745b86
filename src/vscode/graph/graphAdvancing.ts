import { messageFor } from '../../core/base/errorMessages';
import { Emitter } from '../../core/base/emitter';
import type { Disposable } from '../../core/base/disposable';
import type { Result } from '../../core/base/result';
import type { GraphPicture } from '../../node/graph/graphPicture';
import type { GraphRunner } from '../../node/graph/graphRunner';

/** One graph that this window brings on. */
export interface Advancing {
	readonly hosts: readonly string[];
	/** What is being done, one phrase; empty while runs are waited for. */
	readonly message: string;
}

interface Work extends Advancing {
	readonly abort: AbortController;
}

/** The graphs that this window brings on, by path. They stop with the window; their runs do not. */
export class GraphAdvancing implements Disposable {
	readonly #changed = new Emitter<{ readonly path: string; readonly picture?: GraphPicture }>();
	/** A graph advanced, began or ended to. */
	readonly onDidChange = this.#changed.event;
	readonly #work = new Map<string, Work>();
	readonly #ended = new Map<string, string>();

	/** @param trusted hashes of foreign code that the user has agreed to run */
	constructor(
		private readonly graphs: () => Promise<GraphRunner>,
		private readonly trusted: () => readonly string[],
	) {}

	of(path: string): Advancing | undefined {
		return this.#work.get(path);
	}

	/** Why the last time ended, where that was no success. */
	ended(path: string): string | undefined {
		return this.#ended.get(path);
	}

	/** Resolves when nothing goes on any more; undefined where it is brought on already. */
	run(path: string, hosts: readonly string[]): Promise<Result<GraphPicture>> | undefined {
		return this.#begin(path, hosts);
	}

	/** The same, with a stage that runs again first. */
	restart(
		path: string,
		stage: string,
		hosts: readonly string[],
	): Promise<Result<GraphPicture>> | undefined {
		return this.#begin(path, hosts, stage);
	}

	/** Nothing new starts any more. */
	pause(path: string): void {
		this.#work.get(path)?.abort.abort();
	}

	dispose(): void {
		for (const { abort } of this.#work.values()) {
			abort.abort();
		}
		this.#changed.dispose();
	}

	#begin(
		path: string,
		hosts: readonly string[],
		stage?: string,
	): Promise<Result<GraphPicture>> | undefined {
		if (this.#work.has(path)) {
			return undefined;
		}
		const abort = new AbortController();
		this.#ended.delete(path);
		this.#tell(path, { hosts, message: 'Looking at the graph', abort });
		return this.#advance(path, hosts, abort, stage);
	}

	async #advance(
		path: string,
		hosts: readonly string[],
		abort: AbortController,
		stage: string | undefined,
	): Promise<Result<GraphPicture>> {
		const tell = (message: string): void => this.#tell(path, { hosts, message, abort });
		const options = {
			hosts,
			trusted: this.trusted(),
			signal: abort.signal,
			progress: {
				report: (message: string, fraction?: number) => {
					const share = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)}%`;
					tell(message + share);
				},
			},
			onPicture: (picture: GraphPicture) => {
				this.#work.set(path, { hosts, message: '', abort });
				this.#changed.fire({ path, picture });
			},
		};
		try {
			const runner = await this.graphs();
			const done =
				stage === undefined
					? await runner.advance(path, options)
					: await runner.restart(path, stage, options);
			if (!done.ok && done.error.code !== 'cancelled') {
				this.#ended.set(path, messageFor(done.error));
			}
			return done;
		} finally {
			this.#work.delete(path);
			this.#changed.fire({ path });
		}
	}

	#tell(path: string, work: Work): void {
		this.#work.set(path, work);
		this.#changed.fire({ path });
	}
}
