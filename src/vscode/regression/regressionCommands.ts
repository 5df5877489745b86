import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { WindsockError } from '../../core/base/errors';
import type { Comparison } from '../../core/responses/comparison';
import { isOwnAddress } from '../../core/responses/hostedModel';
import { readPromptSet, type ChatMessage, type Prompt } from '../../core/responses/promptSet';
import { expectationOf } from '../../core/responses/regression/expectation';
import { pinnedNow } from '../../core/responses/regression/pinnedPrompt';
import type { CheckPorts } from '../../core/responses/regression/regression';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import { comparisonIdOf, pickComparison } from '../comparisons/pickComparison';
import type { EndpointSettings } from '../settings';
import type { PinServices } from './pinPrompt';
import { pickRegressionSet } from './pickRegressionSet';
import { regressionItems } from './regressionItems';

export interface RegressionServices extends PinServices {
	readonly store: ComparisonStore;
	endpoints(): Readonly<Record<string, EndpointSettings>>;
	endpointKey(name: string): Promise<string | undefined>;
	voter(): string;
	show(comparisonId: string): void;
}

/** Pins prompts, and holds answers to what is pinned. */
export class RegressionCommands implements Disposable {
	readonly #disposables = new DisposableStore();

	constructor(private readonly services: RegressionServices) {}

	register(): Disposable {
		const commands: Record<string, (argument: unknown) => Promise<void>> = {
			'windsock.regression.pin': argument => this.#pin(argument),
			'windsock.regression.run': () => this.#run(),
			'windsock.prompt.keep': argument => this.#keep(argument),
		};
		for (const [id, run] of Object.entries(commands)) {
			this.#disposables.add(vscode.commands.registerCommand(id, run));
		}
		return this;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	async #pin(argument: unknown): Promise<void> {
		const { store, voter } = this.services;
		const id = comparisonIdOf(argument) ?? (await pickComparison(store, 'Pin Prompt: Comparison'));
		const comparison = id === undefined ? undefined : await this.#open(id);
		const named: unknown = Reflect.get(Object(argument) as object, 'promptId');
		const prompt =
			comparison?.prompts.find(one => one.id === named) ??
			(comparison && (await pickPrompt(comparison.prompts)));
		if (comparison && prompt) {
			const { pinPrompt } = await import('./pinPrompt');
			await pinPrompt(this.services, comparison, prompt, voter());
		}
	}

	/** Keeps the turns of a prompt in a set; without them there is nothing to do. */
	async #keep(argument: unknown): Promise<void> {
		const messages = Array.isArray(argument) ? (argument as readonly ChatMessage[]) : [];
		if (messages.length > 0) {
			const { keepPrompt } = await import('./pinPrompt');
			await keepPrompt(this.services, messages);
		}
	}

	async #run(): Promise<void> {
		const file = await pickRegressionSet();
		if (file === undefined) {
			return;
		}
		const set = readPromptSet(await readFile(file, 'utf8')).prompts;
		const wrong = set.map(prompt => expectationOf(prompt)).find(one => typeof one === 'string');
		if (typeof wrong === 'string') {
			this.services.notifications.error(
				new WindsockError('promptSetInvalid', { path: file, reason: wrong }),
			);
			return;
		}
		const comparison = await this.#answersTo(file, set);
		if (comparison) {
			await this.#check(comparison);
		}
	}

	/** Answers that are there, or those of models that are asked now. */
	async #answersTo(file: string, set: readonly Prompt[]): Promise<Comparison | undefined> {
		const pinned = set.filter(({ extra }) => extra['expect'] !== undefined);
		const holding = (await this.services.store.list())
			.map(comparison => ({ ...comparison, prompts: pinnedNow(comparison.prompts, pinned) }))
			.filter(({ prompts }) => prompts.length > 0);
		const ask = '$(sparkle) Ask Models…';
		const picked = await vscode.window.showQuickPick(
			[
				{ label: ask, description: 'Generate Responses for this set', comparison: undefined },
				...holding.map(comparison => ({
					label: comparison.header.name,
					description: `${comparison.prompts.length} of ${pinned.length} pinned prompts · ${comparison.header.models.length} models`,
					detail:
						comparison.header.createdAt && new Date(comparison.header.createdAt).toLocaleString(),
					comparison,
				})),
			],
			{
				ignoreFocusOut: true,
				title: 'Run Regression Set: Answers',
				placeHolder: 'Models from the older to the newer',
			},
		);
		if (picked?.label !== ask) {
			return picked?.comparison;
		}
		const before = new Set(holding.map(({ header }) => header.id));
		await vscode.commands.executeCommand('windsock.responses.generate', vscode.Uri.file(file));
		const made = (await this.services.store.list()).find(({ header }) => !before.has(header.id));
		return made && { ...made, prompts: pinnedNow(made.prompts, pinned) };
	}

	async #check(comparison: Comparison): Promise<void> {
		const { notifications, show } = this.services;
		const needsJudge = comparison.prompts.some(prompt => {
			const expected = expectationOf(prompt);
			return typeof expected === 'object' && expected.rubric !== undefined;
		});
		const judge = needsJudge ? await this.#pickJudge() : {};
		if (!judge) {
			return;
		}
		const { checkRegressions } = await import('../../core/responses/regression/regression');
		const { boundedMatch } = await import('../../node/responses/regression/boundedPattern');
		const { rubricJudge } = await import('../../node/responses/regression/rubricJudge');
		const checked = await notifications.progress('Checking answers', async (_, signal) => {
			const { name, endpoint } = judge;
			const key = name === undefined ? undefined : await this.services.endpointKey(name);
			const ports: CheckPorts = {
				matches: boundedMatch,
				...(name === undefined || endpoint === undefined
					? {}
					: { judge: rubricJudge(name, endpoint, signal, key) }),
			};
			return checkRegressions(comparison, ports).catch((error: unknown) => {
				if (WindsockError.is(error)) {
					return error;
				}
				throw error;
			});
		});
		if (typeof checked === 'string') {
			const path = comparison.header.name;
			notifications.error(new WindsockError('promptSetInvalid', { path, reason: checked }));
			return;
		}
		if (WindsockError.is(checked)) {
			notifications.error(checked);
			return;
		}
		const { title, items } = regressionItems(checked, comparison.prompts);
		const picked = await vscode.window.showQuickPick(
			items.map(item =>
				'separator' in item
					? { label: item.separator, kind: vscode.QuickPickItemKind.Separator }
					: item,
			),
			{ title, placeHolder: 'Opens the comparison', ignoreFocusOut: true, matchOnDetail: true },
		);
		if (picked) {
			show(comparison.header.id);
		}
	}

	/** Undefined: declined. Without a judge what has a rubric is not known. */
	async #pickJudge(): Promise<
		{ readonly name?: string; readonly endpoint?: EndpointSettings } | undefined
	> {
		interface Judge extends vscode.QuickPickItem {
			readonly name?: string;
			readonly endpoint?: EndpointSettings;
		}
		const items: readonly Judge[] = [
			{ label: 'No judge', description: 'prompts with a rubric stay “not known”' },
			...Object.entries(this.services.endpoints()).map(([name, endpoint]) => ({
				label: name,
				description: isOwnAddress(endpoint.url)
					? 'endpoint of this network'
					: `prompts and answers with a rubric go to ${hostOf(endpoint.url)}`,
				name,
				endpoint,
			})),
		];
		return vscode.window.showQuickPick(items, {
			ignoreFocusOut: true,
			title: 'Run Regression Set: Judge',
			placeHolder: 'Who is asked about rubrics',
		});
	}

	async #open(id: string): Promise<Comparison | undefined> {
		const opened = await this.services.store.open(id);
		if (!opened.ok) {
			this.services.notifications.error(opened.error);
		}
		return opened.ok ? opened.value : undefined;
	}
}

function hostOf(url: string): string {
	try {
		return new URL(url).host;
	} catch {
		return url;
	}
}

async function pickPrompt(prompts: readonly Prompt[]): Promise<Prompt | undefined> {
	const picked = await vscode.window.showQuickPick(
		prompts.map(prompt => ({
			label: prompt.messages.findLast(({ role }) => role === 'user')?.content ?? prompt.id,
			description: prompt.id,
			prompt,
		})),
		{ ignoreFocusOut: true, title: 'Pin Prompt: Prompt', matchOnDescription: true },
	);
	return picked?.prompt;
}
