import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { Launcher } from '../../core/training/launchRequest';
import type { LaunchGate } from '../../core/training/preflight/launchGate';
import { parseModelRef } from '../../core/training/modelRef';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { RunControl } from '../../node/runs/runControl';
import type { Notifications } from '../notifications';
import { checksBeforeLaunch } from '../settings';
import { pickGpus } from './pickGpus';
import type { JobReview } from './reviewJob';
import { pickHost } from '../hosts/pickHost';
import { pickRecipe, pickStart } from './launchChoices';
import { saveIfDirty } from './saveIfDirty';

export interface LaunchServices {
	readonly launcher: Launcher;
	readonly library: RunLibrary;
	/** `allowRetry`: a person asks again, so a refusal of before is forgotten. */
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly notifications: Notifications;
	readonly control: RunControl;
	readonly jobs: JobReview;
	/** What launches go through, where the user wants that. */
	readonly gate: LaunchGate;
}

/** What is known already when training is launched from somewhere else than the palette. */
export interface LaunchArguments {
	readonly recipe?: vscode.Uri;
	/** Dataset to train on instead of the recipe’s. */
	readonly dataset?: vscode.Uri;
	/** Model reference to start from instead of the recipe’s. */
	readonly model?: string;
	/** Offer only recipes of this method. */
	readonly method?: string;
	/** Other keys of the recipe that this run has another value for. */
	readonly overrides?: Readonly<Record<string, unknown>>;
}

/** The command windsock.training.launch: recipe, host, go; then the run’s metrics. */
export class LaunchTraining implements Disposable {
	readonly #parts = new DisposableStore();

	constructor(private readonly services: LaunchServices) {}

	register(): Disposable {
		this.#parts.add(
			vscode.commands.registerCommand('windsock.training.launch', (argument: unknown) =>
				this.run(launchArguments(argument)),
			),
		);
		return this;
	}

	dispose(): void {
		this.#parts.dispose();
	}

	async run(known: LaunchArguments): Promise<void> {
		const { launcher, library, hosts, notifications } = this.services;
		const recipePath = known.recipe?.fsPath ?? (await pickRecipe(known.method));
		if (recipePath === undefined) {
			return;
		}
		await saveIfDirty(recipePath);
		const overrides: Record<string, unknown> = {
			...known.overrides,
			...(known.dataset === undefined ? {} : { dataset_path: known.dataset.fsPath }),
			...(known.model === undefined ? {} : { model_name_or_path: known.model }),
		};
		const { readRecipe } = await import('../../node/runs/recipeFile');
		const recipe = await readRecipe(recipePath, overrides);
		if (!recipe.ok) {
			notifications.error(recipe.error);
			return;
		}
		for (const { path: dataset } of recipe.value.datasets) {
			await saveIfDirty(path.resolve(path.dirname(recipePath), dataset));
		}
		const chosen = await pickStart(recipe.value.model, library);
		if (chosen === undefined) {
			return;
		}
		if ('recipeFirst' in chosen) {
			await this.run({ recipe: vscode.Uri.file(chosen.recipeFirst) });
			return;
		}
		const start = chosen.model;
		if (start !== recipe.value.model) {
			overrides['model_name_or_path'] = start;
		}
		const hostName = await pickHost(hosts, {
			title: 'Launch Training: Host',
			placeHolder: 'Where to train',
			first: { names: hostsOfModel(start, library), because: 'has the checkpoint' },
		});
		if (hostName === undefined) {
			return;
		}
		hosts.allowRetry(hostName);
		// A scheduler deals its GPUs out itself.
		const gpus =
			hosts.settingsFor(hostName).scheduler === undefined
				? await pickGpus(
						hostName,
						signal => this.services.control.gpuQueue(hostName, { signal }),
						notifications,
					)
				: {};
		if (gpus === undefined) {
			return;
		}
		const launched = await notifications.progress(`Launching on ${hostName}`, (progress, signal) =>
			launcher.launchTraining(
				{
					recipePath,
					hostName,
					overrides,
					...gpus,
					review: this.services.jobs.reviewFor(progress),
					gate: checksBeforeLaunch() ? this.services.gate : withoutLook(this.services.gate),
				},
				progress,
				signal,
			),
		);
		if (!launched.ok) {
			notifications.error(launched.error);
			return;
		}
		const { runId } = launched.value;
		await vscode.commands.executeCommand('windsock.run.showMetrics', runId);
	}
}

/** Asks nothing and looks at nothing; what was trusted before stays trusted. */
function withoutLook({ trusted }: LaunchGate): LaunchGate {
	return {
		trusted,
		hasPassed: () => true,
		onReport: () => {},
		decide: () => Promise.resolve({ trusted }),
	};
}

function launchArguments(argument: unknown): LaunchArguments {
	if (argument instanceof vscode.Uri) {
		return /\.ya?ml$/i.test(argument.path) ? { recipe: argument } : { dataset: argument };
	}
	return typeof argument === 'object' && argument !== null ? (argument as LaunchArguments) : {};
}

/** A checkpoint lies on one host, so that host is offered first. */
function hostsOfModel(model: string, library: RunLibrary): string[] {
	const ref = parseModelRef(model);
	const run = ref.ok && ref.value.kind === 'run' ? library.get(ref.value.run) : undefined;
	return run ? [run.hostName] : [];
}
