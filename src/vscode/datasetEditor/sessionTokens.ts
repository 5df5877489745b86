import { basename } from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { RowId } from '../../core/dataset/overlay';
import { expected } from '../../node/dataset/expected';
import { stampOf } from '../../node/dataset/rowEditing';
import { useOfDataset } from '../../node/tokens/datasetOfRecipe';
import type { LazyTrainers } from '../../node/tokens/lazyTrainers';
import { rowForTraining, shapeOfRows, type RowForTraining } from '../../node/tokens/rowForTraining';
import { readTrainerRecipe, type TrainerRecipe } from '../../node/tokens/trainerSpec';
import type { LocalView, TokensView, TrainerState } from '../../protocol/datasetTokens';
import type { DatasetDocument } from './datasetDocument';
import { offerMarkedTemplate, pickTokensHost, pickTokensRecipe, recipesFor } from './tokensChoices';
import type { TokensMemory } from './tokensMemory';

export interface TokensServices {
	readonly trainers: LazyTrainers;
	readonly hosts: HostDirectory;
	/** Where recipes are looked for. */
	readonly root: string | undefined;
	readonly memory: TokensMemory;
}

/** What the trainer sees of the row that a page shows, told as it becomes known. */
export class SessionTokens implements Disposable {
	#shown: RowId | null = null;
	/** Grows with each question; what belongs to an older one is dropped. */
	#asked = 0;
	#view: TokensView | undefined;
	#recipe: TrainerRecipe | undefined;
	/** The recipe of the workspace that uses the dataset, once it was looked for. */
	#found: string | undefined;
	#hasEnded = false;

	constructor(
		private readonly document: DatasetDocument,
		private readonly services: TokensServices,
		private readonly send: (view: TokensView) => void,
	) {}

	show(id: RowId | null): void {
		this.#shown = id;
		this.#begin(false);
	}

	/** Goes through it again, for a row that was edited, a recipe that was, or after a failure. */
	retry(): void {
		this.#begin(false);
	}

	build(): void {
		this.#begin(true);
	}

	async stop(): Promise<void> {
		const host = this.#view?.host;
		if (this.#recipe && host !== undefined) {
			(await this.services.trainers.get()).stop(this.#recipe, host);
		}
	}

	async chooseRecipe(): Promise<void> {
		const known = await recipesFor(this.services.root, this.#location);
		const path = await pickTokensRecipe(known, this.#view?.recipe?.path);
		if (path !== undefined) {
			await this.services.memory.keepRecipe(this.#address, path);
			this.#begin(false);
		}
	}

	async chooseHost(): Promise<void> {
		const host = await pickTokensHost(this.services.hosts, this.#view?.host);
		if (host !== undefined) {
			await this.services.memory.keepHost(host);
			this.#begin(false);
		}
	}

	async useTemplate(): Promise<void> {
		if (this.#recipe) {
			await offerMarkedTemplate(this.#recipe.path);
			this.#begin(false);
		}
	}

	dispose(): void {
		this.#hasEnded = true;
		this.#asked++;
	}

	get #address(): string {
		return this.document.uri.toString();
	}

	get #location(): string {
		const { uri, model } = this.document;
		return uri.scheme === 'file' ? uri.fsPath : model.file.path;
	}

	#begin(build: boolean): void {
		const asked = ++this.#asked;
		const id = this.#shown;
		if (id !== null) {
			void this.#work(id, build, () => asked === this.#asked && !this.#hasEnded);
		}
	}

	async #work(id: RowId, build: boolean, isWanted: () => boolean): Promise<void> {
		const bytes = await expected(() => this.#bytesOf(id));
		let view: TokensView = {
			id,
			stamp: bytes.ok ? stampOf(bytes.value) : '',
			changes: [],
			trainer: { kind: 'loading', message: 'Reading the recipe' },
		};
		const tell = (more: Partial<TokensView>): void => {
			if (isWanted()) {
				view = { ...view, ...more };
				this.#view = view;
				this.send(view);
			}
		};
		const end = (trainer: TrainerState): void => tell({ trainer });
		if (!bytes.ok) {
			end({ kind: 'failed', message: messageFor(bytes.error) });
			return;
		}
		const recipe = await this.#chosenRecipe(tell);
		if (recipe === undefined) {
			return;
		}
		this.#recipe = recipe;
		const host = await this.#chosenHost();
		tell(host === undefined ? {} : { host });
		const row = await expected(() => this.#rowForTraining(id, bytes.value, recipe));
		if (!row.ok || row.value.kind === 'dropped') {
			end(
				row.ok && row.value.kind === 'dropped'
					? { kind: 'leftOut', reason: row.value.reason }
					: { kind: 'failed', message: row.ok ? '' : messageFor(row.error) },
			);
			return;
		}
		const { json, changes } = row.value;
		tell({ changes, ...(host === undefined ? { trainer: { kind: 'noHost' } } : {}) });
		if (host === undefined || !isWanted()) {
			return;
		}
		const trainers = await this.services.trainers.get();
		void trainers
			.reader(recipe, host)
			.then(reader => reader?.read(json))
			.then(reading => {
				const isLate = view.trainer.kind === 'shown';
				if (reading !== undefined && reading.kind !== 'unknown' && !isLate) {
					tell({ local: reading satisfies LocalView });
				}
			});
		const read = await trainers.read(recipe, host, json, {
			build,
			onProgress: message => end({ kind: 'loading', message }),
		});
		if (!read.ok) {
			const message = messageFor(read.error);
			// TRL's words for assistant_only_loss with a template that does not say what to learn.
			const needsTemplate = message.includes('{% generation %}');
			end({ kind: 'failed', message, ...(needsTemplate ? { needsTemplate } : {}) });
		} else if (read.value === 'environmentMissing') {
			end({ kind: 'environmentMissing' });
		} else {
			const { answer, standIn } = read.value;
			tell({ ...(standIn === undefined ? {} : { standIn }), trainer: { kind: 'shown', answer } });
		}
	}

	async #bytesOf(id: RowId): Promise<Uint8Array> {
		const { model } = this.document;
		const row = model.overlay.row(id);
		if (!row) {
			throw new WindsockError('fileChanged', { path: model.file.path });
		}
		const [bytes = new Uint8Array()] = await model.readRows([row]);
		return bytes;
	}

	/** The one that was chosen for this dataset, else the first of the workspace that uses it. */
	async #chosenRecipe(
		tell: (more: Partial<TokensView>) => void,
	): Promise<TrainerRecipe | undefined> {
		const { memory, root } = this.services;
		const kept = memory.recipeOf(this.#address);
		const isKnown = kept !== undefined || this.#found !== undefined;
		const known = isKnown ? [] : await recipesFor(root, this.#location);
		this.#found ??= known.find(one => one.isOfDataset)?.path;
		const path = kept ?? this.#found;
		if (path === undefined) {
			tell({ trainer: { kind: 'noRecipe', canChoose: known.length > 0 } });
			return undefined;
		}
		const recipe = await readTrainerRecipe(path);
		if (!recipe.ok) {
			const name = basename(path);
			const trainer = { kind: 'failed', message: messageFor(recipe.error) } as const;
			tell({ recipe: { name, path }, trainer });
			return undefined;
		}
		const { method } = recipe.value;
		tell({ recipe: { name: basename(path), path, method } });
		return recipe.value;
	}

	/** Without a choice only this machine is asked, and only where it is the only one. */
	async #chosenHost(): Promise<string | undefined> {
		const { hosts, memory } = this.services;
		const entries = await hosts.entries();
		const kept = entries.find(({ name }) => name === memory.host)?.name;
		return kept ?? (entries.length === 1 ? entries[0]?.name : undefined);
	}

	async #rowForTraining(
		id: RowId,
		bytes: Uint8Array,
		{ method, path, recipe }: TrainerRecipe,
	): Promise<RowForTraining> {
		const { model } = this.document;
		if (recipe.labels !== 'ignore' && model.labels?.of(id) === 'drop') {
			return { kind: 'dropped', reason: 'it is labelled drop' };
		}
		const columns = useOfDataset(recipe, path, this.#location)?.columns;
		const form = { method, columns, mapping: model.file.mapping };
		const shape = await shapeOfRows(
			model.rowCount,
			(from, to) =>
				model.readRows(Array.from({ length: to - from }, (_, i) => model.rowAt(from + i))),
			form,
		);
		return rowForTraining(bytes, form, shape);
	}
}
