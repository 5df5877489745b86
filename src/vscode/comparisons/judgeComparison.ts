import * as path from 'node:path';
import * as vscode from 'vscode';
import { ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import { usualRubric } from '../../core/responses/judging/pairJudge';
import { needsReferences } from '../../core/responses/judging/published/mtBenchProtocol';
import { planWords, sendingPlan } from '../../core/responses/judging/sendingPlan';
import { authorName } from '../../node/dataset/annotationStore';
import { EndpointClient } from '../../node/responses/endpointClient';
import { JudgeWork, type Judging } from '../../node/responses/judging/judgeComparison';
import { keepJudgedScores } from '../../node/responses/judging/judgedScores';
import { ProtocolWork, readReferences } from '../../node/responses/judging/protocolWork';
import {
	askForRubric,
	pickJudge,
	pickReference,
	pickReferences,
	pickRepeats,
	pickWay,
	type JudgeWay,
} from './judgeChoices';
import type { JudgeServices } from './judgeCommand';

/** Longest reply of a judge that is asked Windsock's way, in tokens. */
const maxNewTokens = 512;

/** Judge Comparison…: who judges and how, then what would leave the machine, and only then the questions. */
export class JudgeComparison {
	constructor(private readonly services: JudgeServices) {}

	/** @param argument of the command */
	async run(argument: unknown): Promise<void> {
		const { store, notifications } = this.services;
		const id = await this.services.comparisonOf(argument);
		const opened = id === undefined ? undefined : await store.open(id);
		if (id === undefined || opened === undefined) {
			return;
		}
		if (!opened.ok) {
			notifications.error(opened.error);
			return;
		}
		const client = await this.#client();
		const judging = client && (await this.#choose(id, opened.value, client));
		if (!client || !judging) {
			return;
		}
		if (!judging.ok) {
			notifications.error(judging.error);
			return;
		}
		if (await this.#mayAsk(judging.value, client)) {
			await this.#ask(id, judging.value, client.endpoint.name);
		}
	}

	async #client(): Promise<EndpointClient | undefined> {
		const { endpoints, endpointKey, notifications } = this.services;
		const known = endpoints();
		if (Object.keys(known).length === 0) {
			const open = 'Open Settings';
			const sentence = 'A judge is an endpoint, and windsock.endpoints names none yet.';
			if ((await notifications.info(sentence, open)) === open) {
				await vscode.commands.executeCommand('workbench.action.openSettings', 'windsock.endpoints');
			}
			return undefined;
		}
		const name = await pickJudge(known);
		const endpoint = name === undefined ? undefined : known[name];
		if (name === undefined || !endpoint) {
			return undefined;
		}
		const key = await endpointKey(name);
		const { url, model } = endpoint;
		return new EndpointClient({ name, url, model, ...(key === undefined ? {} : { key }) });
	}

	/** Undefined: declined. */
	async #choose(
		id: string,
		comparison: Comparison,
		client: EndpointClient,
	): Promise<Result<Judging> | undefined> {
		const labels = comparison.header.models.map(({ label }) => label);
		const way = await pickWay(labels.length);
		if (way === undefined) {
			return undefined;
		}
		const needsOne = way !== 'mt-bench' && labels.length > 2;
		const reference = needsOne ? await pickReference(labels) : undefined;
		if (needsOne && reference === undefined) {
			return undefined;
		}
		const folder = path.join(this.services.store.folder, id);
		if (way !== 'windsock') {
			return this.#protocol({ way, comparison, folder, reference }, client);
		}
		const rubric = await askForRubric(usualRubric);
		const repeats = rubric === undefined ? undefined : await pickRepeats();
		if (rubric === undefined || repeats === undefined) {
			return undefined;
		}
		const own = reference ?? labels[0] ?? '';
		return JudgeWork.open(
			{ comparison, folder, reference: own, rubric, repeats, maxNewTokens },
			client,
		);
	}

	async #protocol(
		{
			way,
			comparison,
			folder,
			reference,
		}: {
			readonly way: Exclude<JudgeWay, 'windsock'>;
			readonly comparison: Comparison;
			readonly folder: string;
			readonly reference: string | undefined;
		},
		client: EndpointClient,
	): Promise<Result<Judging> | undefined> {
		let references: Result<ReadonlyMap<string, readonly string[]>> = ok(new Map());
		if (way.startsWith('mt-bench') && comparison.prompts.some(needsReferences)) {
			const file = await pickReferences();
			if (file === undefined) {
				return undefined;
			}
			references = await readReferences(file);
		}
		return references.ok
			? ProtocolWork.open(
					{
						protocol: way,
						comparison,
						folder,
						references: references.value,
						...(reference === undefined ? {} : { reference }),
					},
					client,
				)
			: references;
	}

	/** Nothing has left the machine before this is answered. */
	async #mayAsk(judging: Judging, { endpoint }: EndpointClient): Promise<boolean> {
		const prices = this.services.endpoints()[endpoint.name] ?? {};
		const plan = sendingPlan(judging.plan, new URL(endpoint.url).host, prices);
		if (plan.toSend === 0) {
			return true;
		}
		const send = 'Send';
		const detail = [
			...planWords(plan, judging.leftOutBy),
			...(plan.cost === undefined
				? [
						'What that costs is not known: “price” of this endpoint in windsock.endpoints is the price of a million tokens.',
					]
				: []),
			'The names of the models are not sent. What is answered is kept and never asked for twice.',
		];
		const choice = await vscode.window.showWarningMessage(
			`Send ${plan.toSend} ${plan.toSend === 1 ? 'question' : 'questions'} to ${endpoint.name} (${plan.goesTo})?`,
			{ modal: true, detail: detail.join('\n') },
			send,
		);
		return choice === send;
	}

	async #ask(id: string, judging: Judging, name: string): Promise<void> {
		const { store, notifications, show } = this.services;
		const before = judging.plan.known;
		const asked = await notifications.progress(`Judging with ${name}`, (progress, signal) =>
			judging.ask(
				{
					report: (_message, fraction) => {
						const { known, questions } = judging.plan;
						progress.report(`${known} of ${questions} questions`, fraction);
					},
				},
				signal,
			),
		);
		const finished = await judging.finish();
		if (!finished.ok) {
			notifications.error(finished.error);
			return;
		}
		const { known, questions } = judging.plan;
		const comparison = await store.open(id);
		if (asked.ok && known > before && comparison.ok) {
			const by = { author: authorName(this.services.author()), at: new Date().toISOString() };
			const kept = keepJudgedScores(
				this.services.scores,
				comparison.value,
				finished.value.judged,
				by,
			);
			if (!kept.ok) {
				notifications.error(kept.error);
			}
		}
		show(id);
		if (!asked.ok) {
			notifications.error(asked.error);
			// Not waited for: the command is done, and what came is on disk.
			void this.#offerRest(id, judging, name, `${known} of ${questions}`);
		}
	}

	async #offerRest(id: string, judging: Judging, name: string, done: string): Promise<void> {
		const again = 'Ask for the Rest';
		const sentence = `${done} questions to ${name} are answered, and kept.`;
		if ((await this.services.notifications.info(sentence, again)) === again) {
			await this.#ask(id, judging, name);
		}
	}
}
