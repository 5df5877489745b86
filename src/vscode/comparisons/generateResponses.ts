import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { defaultSampling } from '../../core/responses/defaultSampling';
import type { Prompt } from '../../core/responses/promptSet';
import type { Launcher } from '../../core/training/launchRequest';
import { formatModelRef } from '../../core/training/modelRef';
import type { RunLibrary } from '../../core/training/runLibrary';
import { EndpointClient } from '../../node/responses/endpointClient';
import {
	answerFromEndpoint,
	createEndpointComparison,
	readPromptFile,
} from '../../node/responses/endpointComparison';
import type { WorkspaceFolder } from '../../node/workspace/workspaceFolder';
import type { Notifications } from '../notifications';
import type { EndpointSettings } from '../settings';
import { checkpointPlaceOf } from './checkpointAnswers';
import { pickHost } from '../hosts/pickHost';
import type { JobReview } from '../runs/reviewJob';
import { pickModels, pickPromptSet } from './generateChoices';

const endpointPrefix = 'endpoint:';

export interface GenerateServices {
	readonly workspace: WorkspaceFolder;
	readonly launcher: Launcher;
	readonly library: RunLibrary;
	readonly hosts: HostDirectory;
	readonly notifications: Notifications;
	readonly jobs: JobReview;
	endpoints(): Readonly<Record<string, EndpointSettings>>;
	endpointKey(name: string): Promise<string | undefined>;
	/** File of the prompt set that comes with Windsock. */
	readonly shippedPrompts: string;
	showComparison(comparisonId: string): void;
}

/** Generate Responses… and, with a checkpoint, New Comparison…: prompts, models, host; then the answers come in. */
export class GenerateResponses implements Disposable {
	readonly #commands = new DisposableStore();

	constructor(private readonly services: GenerateServices) {}

	register(): Disposable {
		for (const id of ['windsock.responses.generate', 'windsock.comparison.new']) {
			this.#commands.add(
				vscode.commands.registerCommand(id, (argument: unknown) => this.#run(argument)),
			);
		}
		return this;
	}

	dispose(): void {
		this.#commands.dispose();
	}

	async #run(argument: unknown): Promise<void> {
		const { library, notifications, endpoints } = this.services;
		const promptsPath =
			argument instanceof vscode.Uri
				? argument.fsPath
				: await pickPromptSet(this.services.shippedPrompts);
		if (promptsPath === undefined) {
			return;
		}
		const prompts = await readPromptFile(promptsPath);
		if (!prompts.ok) {
			notifications.error(prompts.error);
			return;
		}
		const models = await pickModels(library, Object.keys(endpoints()), modelOf(argument));
		if (!models) {
			return;
		}
		const remote = models.refs.filter(ref => !ref.startsWith(endpointPrefix));
		const endpointRefs = models.refs.filter(ref => ref.startsWith(endpointPrefix));
		const comparisonId =
			remote.length > 0
				? await this.#launch(promptsPath, remote, models.hostNames)
				: await this.#createForEndpoints(promptsPath, endpointRefs);
		if (comparisonId === undefined) {
			return;
		}
		this.services.showComparison(comparisonId);
		for (const ref of endpointRefs) {
			await this.#answer(comparisonId, ref, prompts.value);
		}
	}

	async #launch(
		promptsPath: string,
		refs: readonly string[],
		hostNames: readonly string[],
	): Promise<string | undefined> {
		const { hosts, jobs, launcher, notifications } = this.services;
		const hostName = await pickHost(hosts, {
			title: 'Generate Responses (3/3): Host',
			placeHolder: 'Where the models answer',
			first: { names: hostNames, because: 'has the chosen checkpoints' },
		});
		if (hostName === undefined) {
			return undefined;
		}
		const launched = await notifications.progress(
			`Generating responses on ${hostName}`,
			(progress, signal) =>
				launcher.launchGenerate(
					{ promptsPath, hostName, models: refs, review: jobs.reviewFor(progress) },
					progress,
					signal,
				),
		);
		if (!launched.ok) {
			notifications.error(launched.error);
			return undefined;
		}
		// A generate run and its comparison share one id.
		return launched.value.runId;
	}

	async #createForEndpoints(
		promptsPath: string,
		refs: readonly string[],
	): Promise<string | undefined> {
		const created = await createEndpointComparison(this.services.workspace, {
			promptsPath,
			models: refs.map(ref => ({ label: labelOf(ref), ref })),
			sampling: defaultSampling,
		});
		if (!created.ok) {
			this.services.notifications.error(created.error);
			return undefined;
		}
		return created.value;
	}

	async #answer(comparisonId: string, ref: string, prompts: readonly Prompt[]): Promise<void> {
		const { notifications, workspace } = this.services;
		const name = labelOf(ref);
		const endpoint = this.services.endpoints()[name];
		if (!endpoint) {
			notifications.error(new WindsockError('modelRefInvalid', { ref }));
			return;
		}
		const key = await this.services.endpointKey(name);
		const client = new EndpointClient({ name, ...endpoint, ...(key === undefined ? {} : { key }) });
		const answered = await notifications.progress(`Asking ${name}`, (progress, signal) =>
			answerFromEndpoint(
				workspace,
				comparisonId,
				client,
				prompts,
				{
					label: name,
					sampling: defaultSampling,
					signal,
					onWait: (reason, milliseconds) =>
						progress.report(`again in ${Math.ceil(milliseconds / 1000)} s`, undefined, reason),
				},
				done => progress.report(`${done} of ${prompts.length}`, done / prompts.length),
			),
		);
		if (!answered.ok) {
			notifications.error(answered.error);
			// Not waited for: other endpoints are asked meanwhile.
			void this.#offerRest(comparisonId, ref, prompts);
		}
	}

	/** What has come is kept, and only what is missing is asked for again. */
	async #offerRest(comparisonId: string, ref: string, prompts: readonly Prompt[]): Promise<void> {
		const again = 'Ask for the Rest';
		const sentence = `${labelOf(ref)} has not answered every prompt of this comparison.`;
		if ((await this.services.notifications.info(sentence, again)) === again) {
			await this.#answer(comparisonId, ref, prompts);
		}
	}
}

/** A model that is chosen already: of a command's argument, or a checkpoint. */
function modelOf(argument: unknown): string | undefined {
	const place = checkpointPlaceOf(argument);
	if (place !== undefined) {
		return formatModelRef({ kind: 'run', run: place.runId, step: place.step });
	}
	const model: unknown =
		typeof argument === 'object' && argument !== null ? Reflect.get(argument, 'model') : undefined;
	return typeof model === 'string' ? model : undefined;
}

function labelOf(ref: string): string {
	return ref.slice(endpointPrefix.length);
}
