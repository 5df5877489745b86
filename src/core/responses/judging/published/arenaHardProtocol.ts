import { responseFileName } from '../../../contract/responseFileName';
import { verdictScores } from '../../formats/arenaHardResult';
import { writtenId } from '../../formats/exactRows';
import type { Prompt } from '../../promptSet';
import { arenaHardCategories, arenaHardUser, type ArenaHardCategory } from './arenaHardTemplates';
import {
	filled,
	type ProtocolQuestion,
	type ProtocolReply,
	type ProtocolRequest,
	type ProtocolRow,
	type ProtocolRows,
} from './judgeProtocol';
import { pairsAgainst, ProtocolAnswers } from './protocolAnswers';

/** `config/arena-hard-*.yaml`; the category is what a prompt of one's own is judged as. */
const versions = {
	'arena-hard': { category: 'hard_prompt', sampling: { temperature: 0, max_tokens: 16_000 } },
	'arena-hard-v0.1': {
		category: 'arena-hard-v0.1',
		sampling: { temperature: 0, max_tokens: 4096 },
	},
} as const;

/** Two games with swapped places against the baseline of the question's category. */
export function arenaHard(
	request: ProtocolRequest,
	version: 'arena-hard' | 'arena-hard-v0.1',
): ProtocolRows {
	const answers = new ProtocolAnswers(request.comparison);
	const folder = `model_judgment/${responseFileName(request.judge).replace(/\.jsonl$/, '')}`;
	const { category: usual, sampling } = versions[version];
	const rows = answers.prompts('one').flatMap(prompt => {
		const [category, settings] = categoryOf(prompt, usual);
		const { baseline, models } = pairsAgainst(answers.labels, request.reference, [
			settings.baseline,
		]);
		return models.flatMap((model): ProtocolRow[] => {
			const [theirs, own] = answers.of(prompt, [baseline, model], 1) ?? [];
			if (!theirs || !own) {
				return [];
			}
			const game = (a: readonly string[], b: readonly string[]): ProtocolQuestion => ({
				messages: [
					{ role: 'system', content: settings.system },
					{
						role: 'user',
						content: filled(arenaHardUser, {
							QUESTION: prompt.messages[0]?.content ?? '',
							ANSWER_A: a.at(-1) ?? '',
							ANSWER_B: b.at(-1) ?? '',
						}),
					},
				],
				sampling,
			});
			const questions = [game(theirs, own), game(own, theirs)];
			const finish: ProtocolRow['finish'] = replies => {
				const games = questions.map(({ messages }, i) => ({
					score: readVerdict(replies[i]),
					judgment: { answer: replies[i]?.text },
					prompt: messages,
				}));
				const row = {
					uid: writtenId(prompt.id),
					category,
					judge: request.judge,
					model,
					baseline,
					games,
				};
				const scores = verdictScores(games.map(({ score }) => score));
				return scores
					? {
							row,
							value: scores.reduce((sum, one) => sum + one - 0.5, 0),
							flipped: scores.includes(0) && scores.includes(1),
						}
					: { row };
			};
			const file = `${folder}/${responseFileName(model)}`;
			return [{ promptId: prompt.id, model, against: baseline, file, questions, finish }];
		});
	});
	return { rows, leftOut: answers.leftOut };
}

/** The last verdict in double brackets, else in single ones; null where there is none. */
function readVerdict(reply: ProtocolReply | undefined): string | null {
	const text = reply?.text.toUpperCase() ?? '';
	for (const pattern of [/\[\[([AB<>=]+)\]\]/g, /\[([AB<>=]+)\]/g]) {
		const last = [...text.matchAll(pattern)].at(-1)?.[1];
		if (last !== undefined) {
			return last;
		}
	}
	return null;
}

function categoryOf({ tags }: Prompt, usual: string): readonly [string, ArenaHardCategory] {
	const name = tags.find(tag => Object.hasOwn(arenaHardCategories, tag)) ?? usual;
	const settings = arenaHardCategories[name];
	if (!settings) {
		throw new Error(`Arena-Hard has no category ${name}`);
	}
	return [name, settings];
}
