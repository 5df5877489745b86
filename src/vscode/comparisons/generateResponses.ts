import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { Answerer } from '../../core/responses/answerer';
import { LanguageModelAnswerer } from '../../core/responses/languageModelAnswerer';
import type { Prompt } from '../../core/responses/promptSet';
import type { Launcher } from '../../core/training/launchRequest';
import { formatModelRef, parseModelRef } from '../../core/training/modelRef';
import type { RunLibrary } from '../../core/training/runLibrary';
import { EndpointClient } from '../../node/responses/endpointClient';
import {
	answerFromEndpoint,
	createEndpointComparison,
	readPromptFile,
} from '../../node/responses/endpointComparison';
import { modelLabels } from '../../node/runs/modelLabels';
import type { WorkspaceFolder } from '../../node/workspace/workspaceFolder';
import type { Notifications } from '../notifications';
import type { EndpointSettings } from '../settings';
import { checkpointPlaceOf } from './checkpointAnswers';
import { pickHost } from '../hosts/pickHost';
import type { JobReview } from '../runs/reviewJob';
import { pickModels, pickPromptSet, type ChosenModels } from './generateChoices';
import type { AnswerPlan } from './pickSamples';
import { languageModels } from './languageModels';

/** A model of a comparison. */
interface Lane {
	readonly label: string;
	readonly ref: string;
}

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
		const models = await pickModels(
			library,
			endpoints(),
			await languageModels(),
			modelOf(argument),
		);
		if (!models) {
			return;
		}
		const labels = modelLabels(models.refs, library.list());
		const lanes = models.refs.map((ref, i) => ({ ref, label: labels[i] ?? ref }));
		const asked = lanes.filter(({ ref }) => isAskedFromHere(ref));
		const comparisonId =
			asked.length < lanes.length
				? await this.#launch(promptsPath, models)
				: await this.#createWithoutRun(promptsPath, lanes, models.plan);
		if (comparisonId === undefined) {
			return;
		}
		// The page takes the focus: a key that is asked for over it would be typed into it.
		const answerers = new Map<string, Answerer | undefined>();
		for (const { ref } of asked) {
			answerers.set(ref, await this.#answererOf(ref));
		}
		this.services.showComparison(comparisonId);
		for (const lane of asked) {
			const client = answerers.get(lane.ref);
			await this.#answer(comparisonId, lane, client, prompts.value, models.plan);
		}
	}

	async #launch(
		promptsPath: string,
		{ refs, hostNames, plan }: ChosenModels,
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
					{
						promptsPath,
						hostName,
						models: refs,
						review: jobs.reviewFor(progress),
						...(plan.samples > 1 ? plan : {}),
					},
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

	async #createWithoutRun(
		promptsPath: string,
		models: readonly Lane[],
		{ sampling }: AnswerPlan,
	): Promise<string | undefined> {
		const created = await createEndpointComparison(this.services.workspace, {
			promptsPath,
			models,
			sampling,
		});
		if (!created.ok) {
			this.services.notifications.error(created.error);
			return undefined;
		}
		return created.value;
	}

	async #answer(
		comparisonId: string,
		lane: Lane,
		client: Answerer | undefined,
		prompts: readonly Prompt[],
		plan: AnswerPlan,
	): Promise<void> {
		const total = prompts.length * plan.samples;
		const { notifications, workspace } = this.services;
		if (!client) {
			notifications.error(
				new WindsockError('modelMissing', {
					ref: lane.ref,
					reason: 'this window does not offer it',
				}),
			);
			return;
		}
		const answered = await notifications.progress(`Asking ${client.name}`, (progress, signal) =>
			answerFromEndpoint(
				workspace,
				comparisonId,
				client,
				prompts,
				{
					label: lane.label,
					...plan,
					signal,
					onWait: (reason, milliseconds) =>
						progress.report(`again in ${Math.ceil(milliseconds / 1000)} s`, undefined, reason),
				},
				done => progress.report(`${done} of ${total}`, done / total),
			),
		);
		if (!answered.ok) {
			notifications.error(answered.error);
			// Not waited for: other models are asked meanwhile.
			void this.#offerRest(comparisonId, lane, prompts, plan);
		}
	}

	/** What has come is kept, and only what is missing is asked for again. */
	async #offerRest(
		comparisonId: string,
		lane: Lane,
		prompts: readonly Prompt[],
		plan: AnswerPlan,
	): Promise<void> {
		const again = 'Ask for the Rest';
		const sentence = `${lane.label} has not answered every prompt of this comparison.`;
		if ((await this.services.notifications.info(sentence, again)) === again) {
			await this.#answer(comparisonId, lane, await this.#answererOf(lane.ref), prompts, plan);
		}
	}

	async #answererOf(ref: string): Promise<Answerer | undefined> {
		const parsed = parseModelRef(ref);
		const model = parsed.ok ? parsed.value : undefined;
		if (model?.kind === 'vscode') {
			const offered = (await languageModels()).find(({ id }) => id === model.id);
			return offered && new LanguageModelAnswerer(offered, () => performance.now());
		}
		const endpoints = this.services.endpoints();
		if (model?.kind !== 'endpoint' || !Object.hasOwn(endpoints, model.name)) {
			return undefined;
		}
		const { name } = model;
		const endpoint = endpoints[name];
		const key = await this.services.endpointKey(name);
		return (
			endpoint && new EndpointClient({ name, ...endpoint, ...(key === undefined ? {} : { key }) })
		);
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

/** Endpoints and language models of the editor, which no host runs. */
function isAskedFromHere(ref: string): boolean {
	const parsed = parseModelRef(ref);
	return parsed.ok && ['endpoint', 'vscode'].includes(parsed.value.kind);
}
