import { ok, type Result } from '../../core/base/result';
import { Emitter } from '../../core/base/emitter';
import type { Disposable } from '../../core/base/disposable';
import type { TokensAnswer } from '../../core/contract/runFiles.generated';
import { isTokenizedHere } from '../../core/tokens/tokenizerFiles';
import { formatModelRef, parseModelRef } from '../../core/training/modelRef';
import type { LauncherParts } from '../runs/launchContext';
import { readProject } from '../workspace/project';
import { LocalReader } from './localReader';
import { shippedTokenizer, type TokenizerStore } from './tokenizerStore';
import { startTrainer, type Trainer } from './trainer';
import { trainerSpec, type TrainerRecipe } from './trainerSpec';

export interface TrainersParts {
	readonly launcher: LauncherParts;
	/** Folder that holds `windsock_remote`. */
	readonly remoteFolder: string;
	/** The bundled `tokensWorker.js`; undefined where nothing is read on this machine. */
	readonly workerFile: string | undefined;
	readonly store: TokenizerStore;
	/** Milliseconds after its last use at which a trainer's process is ended. */
	readonly idleAfter?: number;
}

/** A trainer that is being loaded, or is there. */
interface Opening {
	readonly trainer: Promise<Result<Trainer | 'environmentMissing'>>;
	readonly progress: Emitter<string>;
	readonly stop: AbortController;
	timer?: ReturnType<typeof setTimeout>;
}

export interface OpenOptions {
	readonly build: boolean;
	/** Takes a phrase for each thing that goes on. */
	readonly onProgress: (message: string) => void;
}

export interface TrainerReading {
	readonly answer: TokensAnswer;
	/** Why another model's tokenizer stands in for the recipe's, as a sentence. */
	readonly standIn: string | undefined;
}

/**
 * The trainers whose reading of examples is looked at: one process for each recipe and host, which
 * stays for the next example.
 */
export class Trainers implements Disposable {
	readonly #opened = new Map<string, Opening>();
	readonly #readers = new Map<string, Promise<LocalReader | undefined>>();

	constructor(private readonly parts: TrainersParts) {}

	get launcher(): LauncherParts {
		return this.parts.launcher;
	}

	/** The trainer of a recipe as it is now. Whoever asks again while it loads gets the same one. */
	async open(
		recipe: TrainerRecipe,
		hostName: string,
		{ build, onProgress }: OpenOptions,
	): Promise<Result<Trainer | 'environmentMissing'>> {
		const key = keyOf(recipe, hostName);
		const opening = this.#opened.get(key) ?? this.#begin(key, recipe, hostName, build);
		const listening = opening.progress.event(onProgress);
		const trainer = await opening.trainer;
		listening.dispose();
		if (!trainer.ok || trainer.value === 'environmentMissing' || trainer.value.hasEnded) {
			this.#forget(key, opening);
			const isGone = trainer.ok && trainer.value !== 'environmentMissing';
			return isGone ? this.open(recipe, hostName, { build, onProgress }) : trainer;
		}
		this.#keepAwhile(key, opening);
		return trainer;
	}

	/** What the trainer of a recipe makes of a row. A link that broke meanwhile is made anew, once. */
	async read(
		recipe: TrainerRecipe,
		hostName: string,
		row: string,
		options: OpenOptions,
	): Promise<Result<TrainerReading | 'environmentMissing'>> {
		for (let attempt = 1; ; attempt++) {
			const trainer = await this.open(recipe, hostName, options);
			if (!trainer.ok || trainer.value === 'environmentMissing') {
				return trainer as Result<'environmentMissing'>;
			}
			const { standIn } = trainer.value;
			const answer = await trainer.value.example(row);
			if (answer.ok) {
				return ok({ answer: answer.value, standIn });
			}
			if (answer.error.code !== 'connectionLost' || attempt > 1) {
				return answer;
			}
		}
	}

	/** Gives up on a trainer that is being loaded. */
	stop(recipe: TrainerRecipe, hostName: string): void {
		this.#opened.get(keyOf(recipe, hostName))?.stop.abort();
	}

	/** Reads text and ids on this machine; undefined where the tokenizer is not at hand. */
	reader(recipe: TrainerRecipe, hostName: string): Promise<LocalReader | undefined> {
		const key = keyOf(recipe, hostName);
		const known = this.#readers.get(key) ?? this.#makeReader(recipe, hostName);
		this.#readers.set(key, known);
		return known;
	}

	dispose(): void {
		for (const [key, opening] of this.#opened) {
			this.#forget(key, opening);
		}
		for (const reader of this.#readers.values()) {
			void reader.then(one => one?.dispose());
		}
		this.#readers.clear();
	}

	#begin(key: string, recipe: TrainerRecipe, hostName: string, build: boolean): Opening {
		const progress = new Emitter<string>();
		const stop = new AbortController();
		const trainer = this.#start(recipe, hostName, build, progress, stop.signal);
		const opening = { trainer, progress, stop };
		this.#opened.set(key, opening);
		return opening;
	}

	async #start(
		recipe: TrainerRecipe,
		hostName: string,
		build: boolean,
		told: Emitter<string>,
		signal: AbortSignal,
	): Promise<Result<Trainer | 'environmentMissing'>> {
		const progress = { report: (message: string) => told.fire(message) };
		const spec = await trainerSpec(this.parts.launcher, recipe, hostName, progress, signal);
		if (!spec.ok) {
			return spec;
		}
		const started = await startTrainer(spec.value, { build, progress, signal });
		if (started.ok && started.value !== 'environmentMissing') {
			await this.#keepTokenizer(started.value, recipe, hostName);
		}
		return started;
	}

	/** So that the next time the text is here before the host is. */
	async #keepTokenizer(trainer: Trainer, recipe: TrainerRecipe, hostName: string): Promise<void> {
		const key = await this.#storeKey(recipe, hostName);
		const hash = trainer.tokenizerHash;
		if (key === undefined || (await this.parts.store.find(key))?.hash === hash) {
			return;
		}
		const files = await trainer.tokenizer();
		if (files.ok && files.value !== undefined) {
			await this.parts.store.keep(key, { hash, files: files.value });
			this.#readers.delete(keyOf(recipe, hostName));
		}
	}

	async #makeReader(recipe: TrainerRecipe, hostName: string): Promise<LocalReader | undefined> {
		const { workerFile, remoteFolder, store } = this.parts;
		if (workerFile === undefined) {
			return undefined;
		}
		const key = await this.#storeKey(recipe, hostName);
		const isPractice = (await this.#modelName(recipe)) === 'tiny';
		const files = isPractice
			? await shippedTokenizer(remoteFolder)
			: key === undefined
				? undefined
				: (await store.find(key))?.files;
		const { method, template } = recipe;
		return files !== undefined && isTokenizedHere(files)
			? new LocalReader(workerFile, { files, template, method })
			: undefined;
	}

	/** Undefined for a model that means another one from day to day. */
	async #storeKey(recipe: TrainerRecipe, hostName: string): Promise<string | undefined> {
		const model = await this.#modelName(recipe);
		const { eos_token, assistant_only_loss, chat_template_path } = recipe.recipe.arguments;
		const options = [eos_token, assistant_only_loss, chat_template_path, recipe.template];
		return model === undefined || model.startsWith('run:')
			? undefined
			: JSON.stringify([hostName, model, ...options]);
	}

	async #modelName({ recipe }: TrainerRecipe): Promise<string | undefined> {
		const ref = parseModelRef(recipe.model);
		if (!ref.ok || ref.value.kind !== 'base') {
			return ref.ok ? formatModelRef(ref.value) : undefined;
		}
		const project = await readProject(this.parts.launcher.folder);
		return project.ok ? formatModelRef(project.value.base) : undefined;
	}

	#keepAwhile(key: string, opening: Opening): void {
		clearTimeout(opening.timer);
		const wait = this.parts.idleAfter ?? 10 * 60_000;
		opening.timer = setTimeout(() => this.#forget(key, opening), wait);
		opening.timer.unref();
	}

	#forget(key: string, opening: Opening): void {
		clearTimeout(opening.timer);
		if (this.#opened.get(key) === opening) {
			this.#opened.delete(key);
		}
		opening.stop.abort();
		void opening.trainer.then(trainer => {
			if (trainer.ok && trainer.value !== 'environmentMissing') {
				trainer.value.dispose();
			}
		});
	}
}

/** Another recipe text, template or host is another trainer. */
function keyOf({ path, recipe, template }: TrainerRecipe, hostName: string): string {
	return JSON.stringify([hostName, path, recipe.text, template]);
}
