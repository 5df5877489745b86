import type { NoteLine, ScoreLine } from '../contract/runFiles.generated';
import { Rows, type Position } from './rows';
import type { Marker } from './marker';
import { companionName, type ScoreCompanion } from './scoreNames';
import { Series } from './series';

/** Where a step stands on each axis. */
type Place = (step: number) => Position;

const companions: readonly ScoreCompanion[] = ['low', 'high', 'n'];

/** Scores of checkpoints as series, each with those of its interval and count under their names. */
export function seriesOfScores(scores: readonly ScoreLine[], placeOf: Place): readonly Series[] {
	const series = new Map<string, Series>();
	const add = (name: string, position: Position, value: number | undefined): void => {
		if (value !== undefined) {
			const its = series.get(name) ?? new Series(name, 'evaluation', undefined, new Rows());
			series.set(name, its);
			its.push(its.rows.push(1, position), value);
		}
	};
	for (const score of scores) {
		const position = placeOf(score.step);
		add(score.name, position, score.value);
		for (const companion of companions) {
			const value = companion === 'stderr' ? undefined : score[companion];
			add(companionName(score.name, companion), position, value);
		}
	}
	return [...series.values()];
}

export function markersOfNotes(notes: readonly NoteLine[], placeOf: Place): readonly Marker[] {
	return notes.map(note => ({
		kind: 'note',
		text: `${note.text} (${note.author})`,
		...placeOf(note.step),
	}));
}
