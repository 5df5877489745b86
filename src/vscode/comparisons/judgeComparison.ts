import * as path from 'node:path';
import * as vscode from 'vscode';
import { ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import { LanguageModelAnswerer } from '../../core/responses/languageModelAnswerer';
import { usualRubric } from '../../core/responses/judging/pairJudge';
import { needsReferences } from '../../core/responses/judging/published/mtBenchProtocol';
import { planWords, sendingPlan, type Prices } from '../../core/responses/judging/sendingPlan';
import { authorName } from '../../node/dataset/annotationStore';
import { EndpointClient } from '../../node/responses/endpointClient';
import { endpointJudge, hostOf, type JudgeParty } from '../../node/responses/judging/judgeParty';
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
import { languageModels } from './languageModels';

/** Longest reply of a judge that is asked Windsock's way, in tokens. */
const maxNewTokens = 512;
/** Questions on their way at one time. */
const atOnce = 4;

/** Who was chosen to judge; `client` where it is an endpoint. */
interface Judge {
	readonly party: JudgeParty;
	readonly client?: EndpointClient;
	readonly goesTo: string;
	readonly prices: Prices;
}

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
		const judge = await this.#judge();
		const judging = judge && (await this.#choose(id, opened.value, judge));
		if (!judge || !judging) {
			return;
		}
		if (!judging.ok) {
			notifications.error(judging.error);
			return;
		}
		if (await this.#mayAsk(judging.value, judge)) {
			await this.#ask(id, judging.value, judge.party.answerer.name);
		}
	}

	async #judge(): Promise<Judge | undefined> {
		const { endpoints, endpointKey, notifications } = this.services;
		const known = endpoints();
		const models = await languageModels();
		if (Object.keys(known).length + models.length === 0) {
			const open = 'Open Settings';
			const sentence = 'A judge is an endpoint, and windsock.endpoints names none yet.';
			if ((await notifications.info(sentence, open)) === open) {
				await vscode.commands.executeCommand('workbench.action.openSettings', 'windsock.endpoints');
			}
			return undefined;
		}
		const picked = await pickJudge(known, models);
		if (picked?.kind === 'model') {
			const { model } = picked;
			const answerer = new LanguageModelAnswerer(model, () => performance.now());
			const party = { answerer, model: `${model.id} ${model.version}`, place: 'vscode' };
			return { party, goesTo: model.vendor, prices: {} };
		}
		const endpoint = picked && known[picked.name];
		if (!picked || !endpoint) {
			return undefined;
		}
		const { name } = picked;
		const key = await endpointKey(name);
		const { url, model } = endpoint;
		const client = new EndpointClient({ name, url, model, ...(key === undefined ? {} : { key }) });
		return { party: endpointJudge(client), client, goesTo: hostOf(url), prices: endpoint };
	}

	/** Undefined: declined. */
	async #choose(
		id: string,
		comparison: Comparison,
		{ party, client }: Judge,
	): Promise<Result<Judging> | undefined> {
		const labels = comparison.header.models.map(({ label }) => label);
		const way = await pickWay(labels.length, client !== undefined);
		if (way === undefined || (way !== 'windsock' && client === undefined)) {
			return undefined;
		}
		const needsOne = way !== 'mt-bench' && labels.length > 2;
		const reference = needsOne ? await pickReference(labels) : undefined;
		if (needsOne && reference === undefined) {
			return undefined;
		}
		const folder = path.join(this.services.store.folder, id);
		if (way !== 'windsock' && client !== undefined) {
			return this.#protocol({ way, comparison, folder, reference }, client);
		}
		const rubric = await askForRubric(usualRubric);
		const repeats = rubric === undefined ? undefined : await pickRepeats();
		if (rubric === undefined || repeats === undefined) {
			return undefined;
		}
		const own = reference ?? labels[0] ?? '';
		return JudgeWork.open(
			{ comparison, folder, reference: own, rubric, repeats, maxNewTokens, atOnce },
			party,
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
						atOnce,
						...(reference === undefined ? {} : { reference }),
					},
					client,
				)
			: references;
	}

	/** Nothing has left the machine before this is answered. */
	async #mayAsk(judging: Judging, { party, client, goesTo, prices }: Judge): Promise<boolean> {
		const plan = sendingPlan(judging.plan, goesTo, prices);
		if (plan.toSend === 0) {
			return true;
		}
		const send = 'Send';
		const detail = [
			...planWords(plan, judging.leftOutBy),
			...(plan.cost === undefined && client !== undefined
				? [
						'What that costs is not known: “price” of this endpoint in windsock.endpoints is the price of a million tokens.',
					]
				: []),
			'The names of the models are not sent. What is answered is kept and never asked for twice.',
		];
		const choice = await vscode.window.showWarningMessage(
			`Send ${plan.toSend} ${plan.toSend === 1 ? 'question' : 'questions'} to ${party.answerer.name} (${plan.goesTo})?`,
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
					report: (message, fraction, detail) => {
						const { known, questions } = judging.plan;
						const done = `${known} of ${questions} questions`;
						progress.report(detail === undefined ? done : message, fraction, detail);
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
