import type { AnswerEdit } from './answerEdit';
import {
	answeredTurns,
	sideOf,
	type PairSide,
	type PairSource,
	type PreferencePair,
	type SkipReason,
} from './preferencePairs';
import type { ChatMessage } from './promptSet';
import { sharedText } from './sharedText';

/** An edited answer as an example of its own, in TRL's form of prompt and completion. */
export interface EditedExample {
	readonly prompt: readonly ChatMessage[];
	readonly completion: readonly ChatMessage[];
}

/** Where the row on the same line came from. */
export interface EditProvenance {
	readonly schemaVersion: 1;
	readonly rule: 'edit';
	readonly comparisonId: string;
	readonly promptId: string;
	readonly editId: string;
	/** Who wrote the edited answer. */
	readonly voter: string;
	readonly time: string;
	readonly use: AnswerEdit['use'];
	/** Share of words that both answers have in common, 0–1. */
	readonly similarity: number;
	readonly edited: { readonly sha256: string };
	/** The answer that was edited: in a pair the rejected one. */
	readonly original: PairSide;
	readonly promptSha256: string;
	/** Of the row's JSON: tells whether somebody edited the row since. */
	readonly pairSha256: string;
}

export interface EditedRow<Row> {
	readonly row: Row;
	readonly provenance: EditProvenance;
}

/** What the standing edits of one comparison make; every edit that makes nothing is listed with its reason. */
export interface EditedRows {
	readonly pairs: readonly EditedRow<PreferencePair>[];
	readonly examples: readonly EditedRow<EditedExample>[];
	readonly skipped: readonly {
		readonly promptId: string;
		readonly voter: string;
		readonly label: string;
		readonly reason: SkipReason;
	}[];
}

export function editedRows(source: PairSource, edits: readonly AnswerEdit[]): EditedRows {
	const pairs: EditedRow<PreferencePair>[] = [];
	const examples: EditedRow<EditedExample>[] = [];
	const skipped: EditedRows['skipped'][number][] = [];
	for (const edit of edits) {
		const { promptId, voter, label } = edit;
		const based = basisOf(source, edit);
		if (typeof based === 'string') {
			skipped.push({ promptId, voter, label, reason: based });
			continue;
		}
		const { prompt, original, response } = based;
		const written = [{ role: 'assistant', content: edit.text }];
		const about = <Row extends object>(row: Row): EditedRow<Row> => ({
			row,
			provenance: {
				schemaVersion: 1,
				rule: 'edit',
				comparisonId: source.comparisonId,
				promptId,
				editId: edit.id,
				voter,
				time: edit.time,
				use: edit.use,
				similarity: Math.round(sharedText(response, edit.text) * 1000) / 1000,
				edited: { sha256: source.sha256(edit.text) },
				original,
				promptSha256: source.sha256(JSON.stringify(prompt)),
				pairSha256: source.sha256(JSON.stringify(row)),
			},
		});
		if (edit.use === 'sft') {
			examples.push(about({ prompt, completion: written }));
		} else {
			const rejected = [{ role: 'assistant', content: response }];
			pairs.push(about({ prompt, chosen: written, rejected }));
		}
	}
	return { pairs, examples, skipped };
}

/** What an edit stands on, or why it makes no row. */
function basisOf(
	source: PairSource,
	edit: AnswerEdit,
):
	| {
			readonly prompt: readonly ChatMessage[];
			readonly original: PairSide;
			readonly response: string;
	  }
	| SkipReason {
	const prompt = source.messages(edit.promptId);
	const answer = source.response(edit.label, edit.promptId);
	if (!prompt || !answer) {
		return 'answerMissing';
	}
	const original = sideOf(source, answer, edit.label);
	const { response } = answer;
	if (edit.answer !== original.sha256) {
		return 'answerChanged';
	}
	if (edit.text.trim() === '') {
		return 'emptyChosen';
	}
	if (edit.text.trim() === response.trim()) {
		return 'identical';
	}
	// The edited text is still that model's for the most part.
	if (original.licenceNote !== undefined && source.withHosted !== true) {
		return 'hosted';
	}
	if (source.benchmark?.(prompt) !== undefined) {
		return 'benchmark';
	}
	const turns = answeredTurns(prompt, answer.messages);
	return turns ? { prompt: turns, original, response } : 'ownTurns';
}
