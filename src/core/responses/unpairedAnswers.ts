import {
	answeredTurns,
	type PairSource,
	type PreferencePairs,
	type SkippedPair,
} from './preferencePairs';
import type { ChatMessage } from './promptSet';

/** A row that KTO trains on as TRL's unpaired form has it. */
export interface UnpairedAnswer {
	readonly prompt: readonly ChatMessage[];
	readonly completion: readonly ChatMessage[];
	readonly label: boolean;
}

export interface UnpairedRow {
	readonly row: UnpairedAnswer;
	readonly promptId: string;
	readonly voteId: string;
	readonly voter: string;
	readonly answer: string;
	readonly ref: string;
	readonly licenceNote?: string;
}

/**
 * The answers of the pairs, each once, and every answer of a vote that found all of them bad, as a
 * negative. An answer that is good in one pair and bad in another keeps both rows: voters differ.
 */
export function unpairedAnswers(
	source: PairSource,
	{ rows: pairs }: PreferencePairs,
): { readonly rows: readonly UnpairedRow[]; readonly skipped: readonly SkippedPair[] } {
	const rows = new Map<string, UnpairedRow>();
	const skipped: SkippedPair[] = [];
	const add = (made: UnpairedRow): void => {
		const key = JSON.stringify(made.row);
		if (!rows.has(key)) {
			rows.set(key, made);
		}
	};
	for (const { pair, provenance } of pairs) {
		for (const label of [true, false]) {
			const side = label ? provenance.chosen : provenance.rejected;
			add({
				row: { prompt: pair.prompt, completion: label ? pair.chosen : pair.rejected, label },
				promptId: provenance.promptId,
				voteId: provenance.voteId,
				voter: provenance.voter,
				answer: side.label,
				ref: side.ref,
				...(side.licenceNote === undefined ? {} : { licenceNote: side.licenceNote }),
			});
		}
	}
	for (const vote of source.votes.filter(({ verdict }) => verdict === 'bothBad')) {
		for (const label of vote.order) {
			const made = negative(source, vote, label);
			if (typeof made === 'string') {
				skipped.push({ promptId: vote.promptId, voter: vote.voter, label, reason: made });
			} else {
				add(made);
			}
		}
	}
	return { rows: [...rows.values()], skipped };
}

function negative(
	source: PairSource,
	vote: PairSource['votes'][number],
	label: string,
): UnpairedRow | SkippedPair['reason'] {
	const { promptId } = vote;
	const prompt = source.messages(promptId);
	const answer = source.response(label, promptId);
	if (!prompt || !answer) {
		return 'answerMissing';
	}
	if (vote.answers[label] !== source.sha256(answer.response)) {
		return 'answerChanged';
	}
	if (answer.response.trim() === '') {
		return 'emptyChosen';
	}
	if (source.benchmark?.(prompt) !== undefined) {
		return 'benchmark';
	}
	const turns = answeredTurns(prompt, answer.messages);
	if (!turns) {
		return 'ownTurns';
	}
	const ref = source.models.find(model => model.label === label)?.ref ?? label;
	const note = source.licenceNote?.(answer, ref);
	if (note !== undefined && source.withHosted !== true) {
		return 'hosted';
	}
	return {
		row: {
			prompt: turns,
			completion: [{ role: 'assistant', content: answer.response }],
			label: false,
		},
		promptId,
		voteId: vote.id,
		voter: vote.voter,
		answer: label,
		ref,
		...(note === undefined ? {} : { licenceNote: note }),
	};
}
