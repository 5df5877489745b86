import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { LineSplitter } from '../../core/contract/lineSplitter';
import { parseRewardMapLine, type ScoredAnswer } from '../../core/responses/rewardMap/scoredAnswer';
import { isPlainFile } from '../runs/plainFiles';

/** On the host and in the mirror of the run. */
export const rewardMapFile = 'rewardMap.jsonl';

export interface ScoredAnswers {
	readonly answers: readonly ScoredAnswer[];
	/** Lines that could not be read. */
	readonly broken: number;
}

/**
 * Reads what a run has scored so far; a last line that is not whole yet is left out.
 *
 * @param folder of the run's mirror
 * @param isWanted of a line's answer; all where absent
 */
export async function readScoredAnswers(
	folder: string,
	isWanted: (answer: ScoredAnswer) => boolean = () => true,
): Promise<ScoredAnswers> {
	const answers: ScoredAnswer[] = [];
	let broken = 0;
	const path = join(folder, rewardMapFile);
	if (!isPlainFile(path)) {
		return { answers, broken };
	}
	const splitter = new LineSplitter();
	for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
		for (const line of splitter.push(chunk)) {
			const answer = line.trim() === '' ? undefined : parseRewardMapLine(line);
			if (answer === undefined) {
				broken += line.trim() === '' ? 0 : 1;
			} else if (isWanted(answer)) {
				answers.push(answer);
			}
		}
	}
	return { answers, broken };
}
