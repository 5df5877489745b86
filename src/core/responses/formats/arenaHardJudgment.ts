import { idOf, isRecord, overlay, textOf, type ExactRow, type FileRow } from './exactRows';

/** One game: A and B are the places, not the models. `score` null: the judge gave no verdict. */
export interface ArenaHardGame {
	/** Such as A>>B; the last one in the judge's text. */
	readonly score: string | null;
	readonly row: ExactRow;
}

/** A line of `model_judgment/<judge>/<model>.jsonl`. The baseline is A in game 1 and B in game 2. */
export interface ArenaHardJudgment {
	readonly line: number;
	readonly uid: string;
	readonly model: string;
	readonly baseline?: string;
	readonly judge?: string;
	readonly category?: string;
	/** A game that failed is null. */
	readonly games: readonly (ArenaHardGame | null)[];
	readonly row: ExactRow;
}

/** A string tells what is wrong. */
export function readArenaHardJudgment({ line, row }: FileRow): ArenaHardJudgment | string {
	const uid = idOf(row['uid'] ?? row['question_id']);
	const model = textOf(row['model']);
	const games = row['games'];
	if (uid === undefined || model === undefined || !Array.isArray(games)) {
		return 'it needs "uid", "model" and "games"';
	}
	const [baseline, judge, category] = [
		textOf(row['baseline']),
		textOf(row['judge']),
		textOf(row['category']),
	];
	return {
		line,
		uid,
		model,
		...(baseline === undefined ? {} : { baseline }),
		...(judge === undefined ? {} : { judge }),
		...(category === undefined ? {} : { category }),
		games: games.map(game =>
			isRecord(game) ? { score: textOf(game['score']) ?? null, row: game } : null,
		),
		row,
	};
}

/** The line with every field that it was read with; a new one from `row: {}`. */
export function arenaHardJudgmentRow(judgment: Omit<ArenaHardJudgment, 'line'>): ExactRow {
	const { row } = judgment;
	const idKey =
		row['uid'] === undefined && row['question_id'] !== undefined ? 'question_id' : 'uid';
	return overlay(row, {
		[idKey]: idOf(row[idKey]) === judgment.uid ? undefined : judgment.uid,
		category: judgment.category,
		judge: judgment.judge,
		model: judgment.model,
		baseline: judgment.baseline,
		games: judgment.games.map(game =>
			game === null
				? null
				: overlay(game.row, {
						score: game.score === null && game.row['score'] === undefined ? undefined : game.score,
					}),
		),
	});
}
