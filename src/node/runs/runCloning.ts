import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { nextName } from '../../core/training/runNaming';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import type { MirroredRun } from './mirroredRun';
import type { WorkspaceRunLibrary } from './runLibrary';

export interface ClonedRecipe {
	/** File whose folder relative paths of the text start at; it need not exist. */
	readonly recipePath: string;
	readonly text: string;
}

/** Makes recipes of runs: exactly what the run did, to be changed and launched again. */
export class RunCloning {
	constructor(
		private readonly folder: WorkspaceFolder,
		private readonly library: Pick<WorkspaceRunLibrary, 'mirrored' | 'list'>,
	) {}

	/** The recipe of a run, as if it stood where the run’s own recipe stood. */
	async recipeOf(runId: string): Promise<Result<ClonedRecipe>> {
		const run = this.#trained(runId);
		if (!run.ok) {
			return run;
		}
		const recipePath = this.#homeOf(run.value);
		const text = await this.#text(run.value, recipePath);
		return text.ok ? ok({ recipePath, text: text.value }) : text;
	}

	/** Writes the recipe beside the one that the run was launched from and returns its path. */
	async write(runId: string): Promise<Result<string>> {
		const run = this.#trained(runId);
		if (!run.ok) {
			return run;
		}
		const home = this.#homeOf(run.value);
		const text = await this.#text(run.value, home);
		if (!text.ok) {
			return text;
		}
		const { dir, name, ext } = parse(home);
		const stem = nextName(name, other => existsSync(join(dir, `${other}${ext}`)));
		const path = join(dir, `${stem}${ext}`);
		try {
			await mkdir(dir, { recursive: true });
			await writeFile(path, text.value, { flag: 'wx' });
		} catch (error) {
			const details = { path, reason: reasonOf(error) };
			return err(new WindsockError('fileUnwritable', details, { cause: error }));
		}
		return ok(path);
	}

	#trained(runId: string): Result<MirroredRun> {
		const run = this.library.mirrored(runId);
		return run === undefined || run.folder.spec.train === undefined
			? err(new WindsockError('runUnknown', { run: runId }))
			: ok(run);
	}

	/** Where the run's recipe stands or, of a run that was launched elsewhere, could stand. */
	#homeOf({ folder }: MirroredRun): string {
		const { root } = this.folder;
		const own = folder.spec.train?.recipePath ?? '';
		return isAbsolute(own) && isWithin(root, own) && existsSync(dirname(own))
			? own
			: join(root, 'recipes', `${safeName(folder.spec.name)}.yaml`);
	}

	async #text(run: MirroredRun, home: string): Promise<Result<string>> {
		const { clonedRecipe } = await import('../../core/training/runClone');
		const { spec } = run.folder;
		const taken = new Set(this.library.list().map(({ name }) => name));
		const name = nextName(spec.name, other => taken.has(other));
		const before = dirname(spec.train?.recipePath ?? home);
		const now = dirname(home);
		return clonedRecipe(spec, name, run.hostName, path => {
			if (isHubLocation(path)) {
				return path;
			}
			const inFull = resolve(before, path);
			const isElsewhere = before !== now && !isAbsolute(path);
			// Only what lies in the workspace is found again from another machine.
			return isAbsolute(path) || isElsewhere
				? isWithin(this.folder.root, inFull)
					? relative(now, inFull).split(sep).join('/')
					: inFull
				: path;
		});
	}
}

function isWithin(folder: string, path: string): boolean {
	const way = relative(folder, path);
	return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

function safeName(name: string): string {
	const safe = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
	return safe === '' ? 'recipe' : safe;
}
